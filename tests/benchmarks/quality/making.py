"""From words to a query: what all kinds share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.mistyping import mistyped_often
from tests.benchmarks.quality.titles import Titles

Kind = Callable[[Titles], Asked | None]
"""Makes one query over some titles; None where chance brought nothing fit, so that one tries again."""

_TRIES = 60
"""For each query wanted: rare kinds need many, and an empty folder ends."""


def make(titles: Titles, kinds: Mapping[str, Kind], each: int, seed: int) -> list[Asked]:
    """`each` different queries of every kind, fewer where the briefs give no more.

    A kind is asked the same whichever others there are.
    """
    made: list[Asked] = []
    for name, kind in kinds.items():
        titles.rnd.seed(f"{seed} {name}")
        found: dict[str, Asked] = {}
        for _ in range(each * _TRIES if titles.briefs else 0):
            if len(found) == each:
                break
            if asked := kind(titles):
                found.setdefault(asked.query, asked)
        made += [_named(asked, name) for asked in found.values()]
    return made


def _named(asked: Asked, kind: str) -> Asked:
    return Asked(query=asked.query, kind=kind, relevant=asked.relevant, clean=asked.clean)


def asked_for(titles: Titles, typed: Sequence[str] | str, clean: Sequence[str]) -> Asked | None:
    """The query whose answers are all titles that hold the clean words."""
    query = typed if isinstance(typed, str) else " ".join(typed)
    return answered(titles, query, titles.holding(clean), clean)


def answered(titles: Titles, query: str, places: Iterable[int], clean: Sequence[str]) -> Asked | None:
    """The query with these titles as its answers; None where there are none."""
    relevant = frozenset(titles.briefs[place].slug for place in places)
    return Asked(query=query, kind="", relevant=relevant, clean=tuple(clean)) if relevant else None


def nowhere(query: str) -> Asked:
    """A query that nothing may be found for."""
    return Asked(query=query, kind="", relevant=frozenset())


def one_changed(
    titles: Titles, clean: Sequence[str], fits: Callable[[str], bool], change: Callable[[str], str]
) -> Asked | None:
    """The query with one fitting word changed into something that is no known word."""
    places = [place for place, word in enumerate(clean) if fits(word)]
    if not places:
        return None
    place = titles.rnd.choice(places)
    typed = change(clean[place])
    if not typed or typed == clean[place] or typed in titles.known:
        return None
    return asked_for(titles, [*clean[:place], typed, *clean[place + 1 :]], clean)


def at_least(letters: int) -> Callable[[str], bool]:
    """Does a word have so many letters, and nothing but letters?"""
    return lambda word: len(word) >= letters and word.isalpha()


def typo(titles: Titles, edits: int = 1, *, first: bool | None = None) -> Callable[[str], str]:
    """A change of a word by slips of the fingers."""
    return lambda word: mistyped_often(word, edits, titles.rnd, first=first)
