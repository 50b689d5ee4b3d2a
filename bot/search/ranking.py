"""Which candidate answers best: how much of the query it covers, weighted by rarity, match and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ports import Candidate, Field
from bot.search.reading import Kind, Match, Reading, Run, Slot
from bot.search.vocabulary import SHORT

TITLE_WEIGHT = 1.0
META_WEIGHT = 0.92
BODY_WEIGHT = 0.6
APART = 0.9
"""Two words run together that stand in the field with others between them."""
WHOLE_TITLE = 0.05
"""Added where the query is the whole title: a pasted title finds its own brief before longer ones."""

_FEW = 6
"""Words up to which a text is searched for each instead of being taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One slot as found: the brief's words, where, and how well; `is_run` where all of them are needed."""

    tokens: tuple[str, ...]
    field: Field
    match: Match
    value: float
    is_run: bool = False


class Ranked:
    """A candidate with its score; what was found is looked up when somebody asks, for few ever do.

    `score` is rounded, so that briefs that answer alike are equal and heat decides between them;
    `missing` counts the words that had to be found and were not.
    """

    __slots__ = ("_found", "_ranker", "candidate", "is_whole_title", "missing", "score")

    def __init__(
        self, ranker: Ranker, candidate: Candidate, score: float, missing: int, *, is_whole_title: bool
    ) -> None:
        self.candidate = candidate
        self.score = score
        self.missing = missing
        self.is_whole_title = is_whole_title
        self._ranker = ranker
        self._found: tuple[Found | None, ...] | None = None

    @property
    def found(self) -> tuple[Found | None, ...]:
        """What answers each slot, None where nothing does."""
        if self._found is None:
            self._found = self._ranker.look(self.candidate)
        return self._found

    @property
    def is_doubtful(self) -> bool:
        """True where words are missing, or corrected so that it takes more to believe it."""
        return bool(self.missing) or (
            self._ranker.has_doubts and any(part.match.doubt for part in self.found if part)
        )

    @property
    def required(self) -> list[int]:
        """The slots that are not ignorable."""
        return self._ranker.reading.required()

    def slot(self, position: int) -> Slot:
        """What was typed there and what it may mean."""
        return self._ranker.reading.slots[position]

    def is_known(self, position: int) -> bool:
        """True where the index has the typed word, in any form or spacing."""
        reading = self._ranker.reading
        matches = [*reading.slots[position].options.values()]
        matches += [run.match for run in reading.runs if run.start <= position < run.end]
        return any(not match.edits for match in matches)

    def tells(self, position: int) -> float:
        """How much a slot tells, as a share of what a word of one brief alone does."""
        reading = self._ranker.reading
        return reading.slots[position].weight / reading.most

    @property
    def tier(self) -> int:
        """0 for words as typed or in another form or spacing, 1 for unfinished ones, 2 for corrected ones."""
        kinds = {part.match.kind for part in self.found if part}
        return 2 if Kind.TYPO in kinds else 1 if Kind.PREFIX in kinds else 0

    @property
    def matched(self) -> tuple[str, ...]:
        """The brief's own words that answered, in the order of the query, without the ignorable ones."""
        asked = [self.found[position] for position in self.required]
        return tuple(dict.fromkeys(token for part in asked if part for token in part.tokens))


class Ranker:
    """Scores candidates by one reading."""

    def __init__(self, reading: Reading, *, pasted: str = "") -> None:
        self.reading = reading
        self.has_doubts = reading.has_doubts
        self._pasted = pasted
        self._options: dict[str, list[tuple[int, Match]]] = {}
        for position, slot in enumerate(reading.slots):
            for word, match in slot.options.items():
                self._options.setdefault(word, []).append((position, match))
        self._few = (
            [(f" {word} ", places) for word, places in self._options.items()]
            if len(self._options) <= _FEW
            else None
        )
        self._prefixes = [
            (position, f" {prefix}", match)
            for position, slot in enumerate(reading.slots)
            for prefix, match in slot.prefixes.items()
        ]
        self._runs = {field: _runs_in(reading.runs, field) for field in (Field.TITLE, Field.META, Field.BODY)}
        self._weights = [slot.weight for slot in reading.slots]
        self._total = sum(self._weights) or 1.0
        self._required = reading.required()
        self._at_most = [META_WEIGHT * quality for quality in self._best_qualities()]

    def _best_qualities(self) -> list[float]:
        """The most that each slot can be worth."""
        best = [
            max((match.quality for match in (*slot.options.values(), *slot.prefixes.values())), default=0.0)
            for slot in self.reading.slots
        ]
        for run in self.reading.runs:
            for position in range(run.start, run.end):
                best[position] = max(best[position], run.match.quality)
        return best

    def rank(self, candidates: Iterable[Candidate]) -> list[Ranked]:
        """All candidates that hold any of the words, best first."""
        ranked = [one for candidate in candidates if (one := self.score(candidate)).score > 0]
        return sorted(ranked, key=merit, reverse=True)

    def score(self, candidate: Candidate) -> Ranked:
        """One candidate's score; a field is looked into only where it could still add something."""
        values = [0.0] * len(self._weights)
        self._add(f" {candidate.title} ", TITLE_WEIGHT, Field.TITLE, values)
        if any(map(float.__lt__, values, self._at_most)):
            self._add(f" {candidate.meta} ", META_WEIGHT, Field.META, values)
            if any(not values[position] for position in self._required):
                self._add(f" {candidate.body} ", BODY_WEIGHT, Field.BODY, values)
        is_whole = bool(self._pasted) and candidate.title == self._pasted
        covered = sum(map(float.__mul__, values, self._weights))
        return Ranked(
            self,
            candidate,
            round(covered / self._total, 2) + (WHOLE_TITLE if is_whole else 0.0),
            sum(not values[position] for position in self._required),
            is_whole_title=is_whole,
        )

    def _add(self, text: str, weight: float, field: Field, values: list[float]) -> None:
        """Improve the slots' values by what one field holds; the text begins and ends with a space."""
        for places in self._present(text):
            for position, match in places:
                value = match.quality * weight
                values[position] = max(values[position], value)
        for position, prefix, match in self._prefixes:
            value = match.quality * weight
            if values[position] < value and prefix in text:
                values[position] = value
        for run, phrase, apart in self._runs[field]:
            if share := _share(text, phrase, apart):
                self._place(run, run.match.quality * weight * share, values)

    def _place(self, run: Run, value: float, values: list[float]) -> bool:
        """Let a run answer all its slots or none, whichever is worth more."""
        weights = self._weights[run.start : run.end]
        before = sum(map(float.__mul__, values[run.start : run.end], weights))
        if before >= value * sum(weights):
            return False
        values[run.start : run.end] = [value] * len(weights)
        return True

    def _present(self, text: str) -> Iterable[list[tuple[int, Match]]]:
        """The places of the wanted words that stand in a text."""
        if self._few is not None:
            return [places for word, places in self._few if word in text]
        return [self._options[word] for word in self._options.keys() & text.split()]

    def look(self, candidate: Candidate) -> tuple[Found | None, ...]:
        """What answers each slot: the same as in `score`, with its words and fields."""
        values = [0.0] * len(self._weights)
        found: list[Found | None] = [None] * len(values)
        for text, weight, field in (
            (candidate.title, TITLE_WEIGHT, Field.TITLE),
            (candidate.meta, META_WEIGHT, Field.META),
            (candidate.body, BODY_WEIGHT, Field.BODY),
        ):
            for position, tokens, match in self._single(text):
                if values[position] < match.quality * weight:
                    values[position] = match.quality * weight
                    found[position] = Found(tokens=tokens, field=field, match=match, value=values[position])
            for run, phrase, apart in self._runs[field]:
                value = run.match.quality * weight * _share(f" {text} ", phrase, apart)
                if value and self._place(run, value, values):
                    part = Found(tokens=run.tokens, field=field, match=run.match, value=value, is_run=True)
                    found[run.start : run.end] = [part] * (run.end - run.start)
            if all(values[position] for position in self._required):
                break
        return tuple(found)

    def _single(self, text: str) -> Iterator[tuple[int, tuple[str, ...], Match]]:
        """The slots that single words of a text answer."""
        tokens = dict.fromkeys(text.split())
        for token in tokens:
            for position, match in self._options.get(token, ()):
                yield position, (token,), match
        for position, prefix, match in self._prefixes:
            if longer := tuple(token for token in tokens if token.startswith(prefix[1:])):
                yield position, longer, match


def _runs_in(runs: Iterable[Run], field: Field) -> list[tuple[Run, str, tuple[str, ...]]]:
    """The runs that count in a field: each with its words side by side, and with them one by one.

    The words may stand apart where none of them is short; in a phrase never.
    """
    return [(run, f" {' '.join(run.tokens)} ", _apart(run)) for run in runs if field & run.fields]


def _apart(run: Run) -> tuple[str, ...]:
    if len(run.tokens) == 1 or run.match.kind is Kind.PHRASE or min(map(len, run.tokens)) < SHORT:
        return ()
    return tuple(f" {token} " for token in run.tokens)


def _share(text: str, phrase: str, apart: tuple[str, ...]) -> float:
    """1 where a run's words stand side by side, less where they only stand in one field, else 0."""
    if phrase in text:
        return 1.0
    return APART if apart and all(token in text for token in apart) else 0.0


def merit(ranked: Ranked) -> tuple[float, int, datetime, str]:
    """Grows with the score, then heat, then recency; the slug makes the order the same every time."""
    candidate = ranked.candidate
    return ranked.score, candidate.heat, candidate.published_at, candidate.slug
