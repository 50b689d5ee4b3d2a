"""The main kinds of query, as `search-facts` names them: short, a few words of one title, one thing wrong."""

from __future__ import annotations

from functools import partial

from bot.domain.text import words
from tests.benchmarks.quality.asked import Asked
from tests.benchmarks.quality.making import Kind, answered, asked_for, at_least, nowhere, one_changed, typo
from tests.benchmarks.quality.misspelling import misspelled, overseas, renumbered
from tests.benchmarks.quality.nothing import OFF_TOPIC, nonsense
from tests.benchmarks.quality.titles import Titles

ASIDES = ("about", "article", "latest", "news", "post", "recent", "story", "update")
"""What people add to the words they look for."""


def exact(titles: Titles) -> Asked | None:
    """One to four words as they stand."""
    clean = titles.some(1, 4)
    return asked_for(titles, clean, clean)


def order(titles: Titles) -> Asked | None:
    """Three or four words in another order."""
    clean = titles.some(3, 4)
    typed = titles.rnd.sample(clean, len(clean))
    return asked_for(titles, typed, clean) if typed != clean else None


def typo1(titles: Titles) -> Asked | None:
    """A slip of the fingers in one word."""
    return one_changed(titles, titles.some(1, 4), at_least(4), typo(titles))


def typo2(titles: Titles) -> Asked | None:
    """Two slips in one long word, behind its first letter."""
    return one_changed(titles, titles.some(1, 4), at_least(8), typo(titles, 2, first=False))


def typo_multi(titles: Titles) -> Asked | None:
    """A slip in each of two words, behind its first letter."""
    clean = titles.some(2, 4)
    fitting = [place for place, word in enumerate(clean) if len(word) > 3 and word.isalpha()]
    if len(fitting) < 2:
        return None
    typed = list(clean)
    for place in titles.rnd.sample(fitting, 2):
        typed[place] = typo(titles, first=False)(clean[place])
    if any(not word for word in typed) or titles.known & set(typed) - set(clean):
        return None
    return asked_for(titles, typed, clean)


def misspell(titles: Titles) -> Asked | None:
    """A word as people really misspell it."""
    return one_changed(titles, titles.some(1, 4), at_least(4), partial(misspelled, rnd=titles.rnd))


def prefix(titles: Titles) -> Asked | None:
    """The last word unfinished: every word that begins so is meant."""
    clean = titles.some(1, 4)
    least = 3 if len(clean) > 1 else 4
    if not clean or len(clean[-1]) <= least:
        return None
    begun = clean[-1][: titles.rnd.randint(least, len(clean[-1]) - 1)]
    if begun in titles.known:
        return None
    return answered(titles, " ".join([*clean[:-1], begun]), titles.holding(clean[:-1], begun), clean)


def nospace(titles: Titles) -> Asked | None:
    """Two neighbours run together, maybe beside another word."""
    place, pair = titles.neighbours()
    joined = "".join(pair)
    if not pair or joined in titles.known:
        return None
    others = [word for word in titles.content(place) if word not in pair]
    typed, clean = [joined], list(pair)
    if others and titles.rnd.random() < 0.7:
        other = titles.rnd.choice(others)
        typed.insert(titles.rnd.randrange(2), other)
        clean.append(other)
    return asked_for(titles, typed, clean)


def split(titles: Titles) -> Asked | None:
    """A word with a space in it, maybe beside another one."""

    def cut(word: str) -> str:
        at = titles.rnd.randint(3, len(word) - 3)
        return f"{word[:at]} {word[at:]}"

    return one_changed(titles, titles.some(1, 2), at_least(7), cut)


def hyphen(titles: Titles) -> Asked | None:
    """A word with a hyphen written as one or as two, maybe beside another word."""
    place, pair = titles.compound()
    if not pair:
        return None
    typed = titles.rnd.choice(("".join(pair), " ".join(pair)))
    others = [word for word in titles.content(place) if word not in pair]
    more = [titles.rnd.choice(others)] if others and titles.rnd.random() < 0.8 else []
    return asked_for(titles, [typed, *more], [*pair, *more])


def plural(titles: Titles) -> Asked | None:
    """Plural for singular, or the other way round."""
    return one_changed(titles, titles.some(1, 4), at_least(3), renumbered)


def british(titles: Titles) -> Asked | None:
    """A word spelled as on the other side of the ocean."""
    return one_changed(titles, titles.some(1, 4), at_least(4), overseas)


def _named(titles: Titles, *, is_topic: bool) -> tuple[str, list[str], set[int]]:
    """A provider's or topic's name, words of a title of its own, and its places with those words."""
    place = titles.some_place()
    brief = titles.briefs[place]
    topic = titles.rnd.choice(brief.topics) if brief.topics else ""
    name = " ".join(words(topic if is_topic else brief.provider.name))
    clean = titles.some_of(place, 1, 2)
    if not name or not clean or set(clean) & set(name.split()):
        return "", [], set()
    found = set(titles.holding([*clean, *name.split()]))
    for other in titles.holding(clean):
        one = titles.briefs[other]
        if topic in one.topics if is_topic else one.provider.key == brief.provider.key:
            found.add(other)
    return name, clean, found


def _beside(titles: Titles, name: str, typed: str) -> str:
    return " ".join(titles.rnd.sample([name, typed], 2))


def _with_name(titles: Titles, *, is_topic: bool) -> Asked | None:
    name, clean, found = _named(titles, is_topic=is_topic)
    if not name:
        return None
    return answered(titles, _beside(titles, name, " ".join(clean)), found, [*clean, *name.split()])


def meta_typo(titles: Titles) -> Asked | None:
    """A slip of the fingers in a provider's or topic's name beside words."""
    name, clean, found = _named(titles, is_topic=titles.rnd.random() < 0.5)
    longest = max(name.split(), key=len, default="")
    typed = typo(titles)(longest) if len(longest) > 3 else ""
    if not typed or typed in titles.known:
        return None
    wrong = " ".join(typed if word == longest else word for word in name.split())
    return answered(titles, _beside(titles, wrong, " ".join(clean)), found, [*clean, *name.split()])


def extra(titles: Titles) -> Asked | None:
    """Two or three words and one that says only that one asks."""
    clean = titles.some(2, 3)
    aside = titles.rnd.choice(ASIDES)
    if aside in clean or not clean:
        return None
    return asked_for(titles, titles.rnd.choice(([aside, *clean], [*clean, aside])), clean)


def none_nonsense(titles: Titles) -> Asked | None:
    """One or two words of no language."""
    typed = [nonsense(titles.rnd) for _ in range(titles.rnd.choice((1, 1, 2)))]
    return nowhere(" ".join(typed)) if all(map(titles.is_strange, typed)) else None


def none_offtopic(titles: Titles) -> Asked | None:
    """One or two real words that stand nowhere."""
    typed = titles.rnd.sample(OFF_TOPIC, titles.rnd.choice((1, 1, 1, 2, 2)))
    return nowhere(" ".join(typed)) if all(map(titles.is_strange, typed)) else None


MAIN: dict[str, Kind] = {
    "exact": exact,
    "order": order,
    "typo1": typo1,
    "typo2": typo2,
    "typo_multi": typo_multi,
    "misspell": misspell,
    "prefix": prefix,
    "nospace": nospace,
    "split": split,
    "hyphen": hyphen,
    "plural": plural,
    "british": british,
    "provider": partial(_with_name, is_topic=False),
    "topic": partial(_with_name, is_topic=True),
    "meta_typo": meta_typo,
    "extra": extra,
    "none_nonsense": none_nonsense,
    "none_offtopic": none_offtopic,
}
"""Each with the name that judged queries have, too."""
