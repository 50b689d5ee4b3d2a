"""Which candidate answers best: how much of the query it covers, weighted by rarity, match and field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, TypeAlias

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
NEAR_TITLE = 0.03
"""Added where only one word of the title is missing, be it as common as "the"."""
SHORTEST_TITLE = 3
"""Words of a query that may be a title but for one."""

_FEW = 6
"""Words up to which a text is searched for each instead of being taken apart."""

_WEIGHTS = ((Field.TITLE, TITLE_WEIGHT), (Field.META, META_WEIGHT), (Field.BODY, BODY_WEIGHT))

_Seen: TypeAlias = tuple[Any, ...]
"""What a field holds, see `_Look`: equal where it holds the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One slot as found: the brief's words, where, and how well; `is_run` where all of them are needed."""

    tokens: tuple[str, ...]
    field: Field
    match: Match
    value: float
    is_run: bool = False


class Fit:
    """How all candidates answer that hold the same wanted words in the same fields."""

    __slots__ = ("missing", "score", "trusted")

    def __init__(self, score: float, missing: int) -> None:
        self.score = score
        self.missing = missing
        self.trusted: bool | None = None


class Ranked:
    """A candidate with its score; what was found is looked up when somebody asks, for few ever do.

    `score` is rounded, so that briefs that answer alike are equal and heat decides between them;
    `missing` counts the words that had to be found and were not.
    """

    __slots__ = ("_found", "_ranker", "candidate", "fit", "missing", "score", "title_bonus")

    def __init__(self, ranker: Ranker, candidate: Candidate, fit: Fit, title_bonus: float) -> None:
        self.candidate = candidate
        self.fit = fit
        self.score = fit.score + title_bonus
        self.missing = fit.missing
        self.title_bonus = title_bonus
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

    @property
    def is_crowded(self) -> bool:
        """See `Reading`."""
        return self._ranker.reading.is_crowded

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
        return 2 if Kind.TYPO in kinds else 1 if kinds & {Kind.PREFIX, Kind.COMPOUND} else 0

    @property
    def matched(self) -> tuple[str, ...]:
        """The brief's own words that answered, in the order of the query, without the ignorable ones."""
        asked = [self.found[position] for position in self.required]
        return tuple(dict.fromkeys(token for part in asked if part for token in part.tokens))


class Ranker:
    """Scores candidates by one reading.

    Hundreds of candidates hold the same few words in the same fields. So each is reduced to what it holds,
    and what that is worth is worked out once: a third of the time of scoring each anew.
    """

    def __init__(self, reading: Reading, *, pasted: str = "") -> None:
        self.reading = reading
        self.has_doubts = reading.has_doubts
        self._pasted = pasted
        self._length = pasted.count(" ") + 1
        self._options: dict[str, list[tuple[int, Match]]] = {}
        for position, slot in enumerate(reading.slots):
            for word, match in slot.options.items():
                self._options.setdefault(word, []).append((position, match))
        self._prefixes = [
            (position, f" {prefix}", match)
            for position, slot in enumerate(reading.slots)
            for prefix, match in slot.prefixes.items()
        ]
        self._looks = tuple(
            _Look(field, weight, self._options, self._prefixes, reading.runs) for field, weight in _WEIGHTS
        )
        self._weights = [slot.weight for slot in reading.slots]
        self._total = sum(self._weights) or 1.0
        self._possible = self._total - sum(self._weights[position] for position in reading.hopeless()) or 1.0
        self._required = reading.required()
        self._at_most = [META_WEIGHT * quality for quality in self._best_qualities()]
        self._titles: dict[_Seen, list[float] | Fit] = {}
        self._named: dict[tuple[_Seen, _Seen], list[float] | Fit] = {}
        self._whole: dict[tuple[_Seen, _Seen, _Seen], Fit] = {}

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
        return Ranked(self, candidate, self._fit(candidate), self._title_bonus(candidate.title))

    def _title_bonus(self, title: str) -> float:
        """What it adds that the query is the title, or is it but for one word."""
        if title.count(" ") + 1 - self._length not in (0, 1) or not self._pasted:
            return 0.0
        if title == self._pasted:
            return WHOLE_TITLE
        return NEAR_TITLE if self._length >= SHORTEST_TITLE and _lacks_one(self._pasted, title) else 0.0

    def _fit(self, candidate: Candidate) -> Fit:
        in_title, in_meta, in_body = self._looks
        title = in_title.seen(candidate.title)
        found = self._titles.get(title)
        if found is None:
            found = self._titles[title] = self._titled(title)
        if isinstance(found, Fit):
            return found
        meta = in_meta.seen(candidate.meta)
        more = self._named.get((title, meta))
        if more is None:
            more = self._named[title, meta] = self._with_names(found, meta)
        if isinstance(more, Fit):
            return more
        body = in_body.seen(candidate.body)
        fit = self._whole.get((title, meta, body))
        if fit is None:
            fit = self._whole[title, meta, body] = self._fit_of(self._improved(more, in_body, body))
        return fit

    def _titled(self, title: _Seen) -> list[float] | Fit:
        """What a title is worth: the whole fit where names could add nothing."""
        values = self._improved([0.0] * len(self._weights), self._looks[0], title)
        return values if any(map(float.__lt__, values, self._at_most)) else self._fit_of(values)

    def _with_names(self, values: list[float], meta: _Seen) -> list[float] | Fit:
        """What title and names are worth: the whole fit where all words are found."""
        values = self._improved(values, self._looks[1], meta)
        is_open = any(not values[position] for position in self._required)
        return values if is_open else self._fit_of(values)

    def _fit_of(self, values: list[float]) -> Fit:
        covered = sum(map(float.__mul__, values, self._weights))
        # Rounded as a share of what can be found: a word that nothing has would make all others alike.
        score = round(covered / self._possible, 2) * self._possible / self._total
        return Fit(round(score, 4), sum(not values[position] for position in self._required))

    def _improved(self, before: list[float], look: _Look, seen: _Seen) -> list[float]:
        """The slots' values with what one field holds."""
        values = list(before)
        words, prefixes, runs = look.held(seen)
        for word in words:
            for position, match in self._options.get(word, ()):
                values[position] = max(values[position], match.quality * look.weight)
        for (position, _, match), holds in zip(self._prefixes, prefixes, strict=True):
            if holds:
                values[position] = max(values[position], match.quality * look.weight)
        for (run, _, apart), holds in zip(look.runs, runs, strict=True):
            if share := 1.0 if holds else APART if apart and words >= apart else 0.0:
                self._place(run, run.match.quality * look.weight * share, values)
        return values

    def _place(self, run: Run, value: float, values: list[float]) -> bool:
        """Let a run answer all its slots or none, whichever is worth more."""
        weights = self._weights[run.start : run.end]
        before = sum(map(float.__mul__, values[run.start : run.end], weights))
        if before >= value * sum(weights):
            return False
        values[run.start : run.end] = [value] * len(weights)
        return True

    def look(self, candidate: Candidate) -> tuple[Found | None, ...]:
        """What answers each slot: the same as in `score`, with its words and fields."""
        values = [0.0] * len(self._weights)
        found: list[Found | None] = [None] * len(values)
        for look, text in zip(self._looks, (candidate.title, candidate.meta, candidate.body), strict=True):
            for position, tokens, match in self._single(text):
                if values[position] < match.quality * look.weight:
                    values[position] = match.quality * look.weight
                    found[position] = Found(
                        tokens=tokens, field=look.field, match=match, value=values[position]
                    )
            for run, phrase, apart in look.runs:
                share = 1.0 if phrase in f" {text} " else APART if apart and apart <= {*text.split()} else 0.0
                value = run.match.quality * look.weight * share
                if value and self._place(run, value, values):
                    part = Found(
                        tokens=run.tokens, field=look.field, match=run.match, value=value, is_run=True
                    )
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


class _Look:
    """Looks into one field for everything that a reading wants."""

    def __init__(
        self,
        field: Field,
        weight: float,
        options: Mapping[str, object],
        prefixes: Sequence[tuple[int, str, Match]],
        runs: Iterable[Run],
    ) -> None:
        self.field = field
        self.weight = weight
        self.runs = [(run, f" {' '.join(run.tokens)} ", _apart(run)) for run in runs if field & run.fields]
        wanted = {*options, *(token for _, _, apart in self.runs for token in apart)}
        self._many = wanted if len(wanted) > _FEW else None
        self._few = () if self._many else tuple(wanted)
        self._parts = (
            *(f" {word} " for word in self._few),
            *(prefix for _, prefix, _ in prefixes),
            *(phrase for _, phrase, _ in self.runs),
        )
        self._first_run = len(self._few) + len(prefixes)

    def seen(self, text: str) -> _Seen:
        """What a text holds of all this; `held` tells it."""
        padded = f" {text} "
        parts = [part in padded for part in self._parts]
        return (*parts, frozenset(self._many.intersection(text.split()))) if self._many else tuple(parts)

    def held(self, seen: _Seen) -> tuple[frozenset[str], _Seen, _Seen]:
        """The words that were seen, and whether each prefix and each run was."""
        few, first_run = len(self._few), self._first_run
        words = seen[-1] if self._many else frozenset(compress(self._few, seen))
        return words, seen[few:first_run], seen[first_run : len(self._parts)]


def _lacks_one(pasted: str, title: str) -> bool:
    """True where a title without one of its words is what was pasted."""
    words, whole = pasted.split(), title.split()
    if len(whole) != len(words) + 1:
        return False
    same = next((place for place, word in enumerate(words) if whole[place] != word), len(words))
    return whole[same + 1 :] == words[same:]


def _apart(run: Run) -> frozenset[str]:
    """The words of a run that may also stand apart: where none of them is short, and never in a phrase."""
    if len(run.tokens) == 1 or run.match.kind is Kind.PHRASE or min(map(len, run.tokens)) < SHORT:
        return frozenset()
    return frozenset(run.tokens)


def merit(ranked: Ranked) -> tuple[float, int, int, str]:
    """Grows with the score, then heat, then recency; the slug makes the order the same every time."""
    candidate = ranked.candidate
    return ranked.score, candidate.heat, candidate.published_us, candidate.slug
