"""Which candidate answers best: how much of the query it covers, weighted by rarity, match and field."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.domain.ports import Candidate, Field
from bot.search.reading import Kind, Match, Reading, Run
from bot.search.vocabulary import SHORT

TITLE_WEIGHT = 1.0
META_WEIGHT = 0.92
BODY_WEIGHT = 0.6
APART = 0.9
"""Two words run together that stand in the field with others between them."""
WHOLE_TITLE = 0.05
"""Added where the query is the whole title: a pasted title finds its own brief before longer ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One slot as found: the brief's words, where, and how well; `is_run` where all of them are needed."""

    tokens: tuple[str, ...]
    field: Field
    match: Match
    value: float
    is_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate with its score in parts: `found` by slot, None where the slot is missing.

    `matched` are the brief's words. `score` is rounded, so that briefs that answer alike are equal and
    heat decides between them.
    """

    candidate: Candidate
    score: float
    found: tuple[Found | None, ...]
    missing: int
    matched: tuple[str, ...] = ()
    is_whole_title: bool = False

    @property
    def edits(self) -> int:
        """How many letters had to be corrected."""
        return sum(part.match.edits for part in self.found if part)

    @property
    def tier(self) -> int:
        """0 for words as typed or in another form or spacing, 1 for unfinished ones, 2 for corrected ones."""
        kinds = {part.match.kind for part in self.found if part}
        return 2 if Kind.TYPO in kinds else 1 if Kind.PREFIX in kinds else 0


class Ranker:
    """Scores candidates by one reading."""

    def __init__(self, reading: Reading, *, pasted: str = "") -> None:
        self._reading = reading
        self._pasted = pasted
        self._options: dict[str, list[tuple[int, Match]]] = {}
        for position, slot in enumerate(reading.slots):
            for word, match in slot.options.items():
                self._options.setdefault(word, []).append((position, match))
        self._prefixes = [
            (position, prefix, match)
            for position, slot in enumerate(reading.slots)
            for prefix, match in slot.prefixes.items()
        ]
        self._weights = [slot.weight for slot in reading.slots]
        self._total = sum(self._weights) or 1.0

    def rank(self, candidates: Iterable[Candidate]) -> list[Ranked]:
        """All candidates that hold any of the words, best first."""
        ranked = [self.score(candidate) for candidate in candidates]
        return sorted((one for one in ranked if any(one.found)), key=best_first)

    def score(self, candidate: Candidate) -> Ranked:
        """One candidate's score and its parts."""
        found: list[Found | None] = [None] * len(self._weights)
        self._look(candidate.title, Field.TITLE, TITLE_WEIGHT, found)
        self._look(candidate.meta, Field.META, META_WEIGHT, found)
        if any(part is None for part in found):
            self._look(candidate.body, Field.BODY, BODY_WEIGHT, found)
        is_whole = bool(self._pasted) and candidate.title == self._pasted
        covered = sum(weight * part.value for weight, part in zip(self._weights, found, strict=True) if part)
        slots = self._reading.slots
        return Ranked(
            candidate=candidate,
            score=round(covered / self._total, 2) + (WHOLE_TITLE if is_whole else 0.0),
            found=tuple(found),
            missing=sum(part is None and not slot.optional for slot, part in zip(slots, found, strict=True)),
            matched=self._matched(found),
            is_whole_title=is_whole,
        )

    def _matched(self, found: Iterable[Found | None]) -> tuple[str, ...]:
        """The brief's own words that answered, in the order of the query, without the ignorable ones."""
        slots = zip(self._reading.slots, found, strict=True)
        asked = [part for slot, part in slots if part and not slot.optional]
        return tuple(dict.fromkeys(token for part in asked for token in part.tokens))

    def _look(self, text: str, field: Field, weight: float, found: list[Found | None]) -> None:
        """Improve what was found by what this field holds."""
        tokens = set(text.split())
        for token in self._options.keys() & tokens:
            for position, match in self._options[token]:
                _improve(found, position, _found((token,), field, match, weight))
        for position, prefix, match in self._prefixes:
            before = found[position]
            if before is None or before.value < match.quality * weight:
                longer = tuple(sorted(token for token in tokens if token.startswith(prefix)))
                _improve(found, position, _found(longer, field, match, weight if longer else 0.0))
        for run in self._reading.runs:
            if field & run.fields and (share := _holds(text, tokens, run)):
                self._place(run, _found(run.tokens, field, run.match, weight * share, is_run=True), found)

    def _place(self, run: Run, part: Found, found: list[Found | None]) -> None:
        """Let a run answer all its slots or none, whichever is worth more."""
        slots = range(run.start, run.end)
        before = sum(self._weights[at] * earlier.value for at in slots if (earlier := found[at]))
        if before < part.value * sum(self._weights[at] for at in slots):
            found[run.start : run.end] = [part] * len(slots)


def _found(
    tokens: tuple[str, ...], field: Field, match: Match, weight: float, *, is_run: bool = False
) -> Found:
    return Found(tokens=tokens, field=field, match=match, value=match.quality * weight, is_run=is_run)


def _improve(found: list[Found | None], position: int, part: Found) -> None:
    before = found[position]
    if part.value > (before.value if before else 0.0):
        found[position] = part


def _holds(text: str, tokens: AbstractSet[str], run: Run) -> float:
    """1 where the run's words stand side by side, less where they only stand in one field, else 0."""
    if not tokens >= set(run.tokens):
        return 0.0
    if len(run.tokens) == 1 or f" {' '.join(run.tokens)} " in f" {text} ":
        return 1.0
    return APART if run.match.kind is not Kind.PHRASE and min(map(len, run.tokens)) >= SHORT else 0.0


def best_first(ranked: Ranked) -> tuple[float, float, float, str]:
    """Sorts by score, then heat, then recency; the slug makes the order the same every time."""
    candidate = ranked.candidate
    return -ranked.score, -candidate.heat, -candidate.published_at.timestamp(), candidate.slug
