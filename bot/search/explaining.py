"""What `newsbrief search --explain` shows: how a query was read, what was fetched, why a hit stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.ports import Condition, DateSpan, Field, Span
from bot.domain.query import Query
from bot.domain.result import SearchResult
from bot.search.asking import Outcome
from bot.search.question import Step
from bot.search.ranking import Found, Ranked
from bot.search.reading import Match, Slot
from bot.search.vocabulary import Vocabulary

_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A known word, or a beginning of one (`cloud…`), that a typed word may mean."""

    word: str
    kind: str
    edits: int
    quality: float
    briefs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReading:
    """One typed word, its weight in the score, and all that it may mean, the best first."""

    typed: str
    weight: float
    is_filler: bool
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """What one typed word adds to a hit: the brief's words, the field, and the value times the weight."""

    typed: str
    words: tuple[str, ...]
    field: str
    kind: str
    edits: int
    value: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedHit:
    """A hit's place in the ranking, with its score in parts; words that are missing have no part."""

    slug: str
    score: float
    heat: int
    published: str
    title_bonus: float
    parts: tuple[ScorePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An answer and the way to it."""

    query: Query
    result: SearchResult
    vocabulary: int
    level: str
    filters: tuple[str, ...]
    words: tuple[WordReading, ...]
    runs: tuple[str, ...]
    steps: tuple[Step, ...]
    hits: tuple[ExplainedHit, ...]

    def lines(self) -> list[str]:
        """The explanation for people, line by line."""
        return list(_lines(self))


def explained(outcome: Outcome, vocabulary: Vocabulary) -> Explanation:
    """The explanation of an outcome."""
    reading = outcome.answer.reading
    shown = {hit.brief.slug for hit in outcome.result.hits}
    return Explanation(
        query=outcome.result.query,
        result=outcome.result,
        vocabulary=len(vocabulary),
        level=reading.level.name.lower() if reading else "",
        filters=tuple(_condition(condition) for condition in outcome.question.conditions),
        words=tuple(_word(slot, vocabulary) for slot in reading.slots) if reading else (),
        runs=tuple(
            f"{' '.join(slot.typed for slot in reading.slots[run.start : run.end])} → {' '.join(run.tokens)}"
            f" ({_match(run.match)})"
            for run in reading.runs
        )
        if reading
        else (),
        steps=outcome.answer.steps,
        hits=tuple(_hit(one, outcome) for one in outcome.answer.ranked if one.candidate.slug in shown),
    )


def _word(slot: Slot, vocabulary: Vocabulary) -> WordReading:
    found = [(word, match) for word, match in slot.options.items()]
    found += [(f"{prefix}…", match) for prefix, match in slot.prefixes.items()]
    found.sort(key=lambda pair: pair[1].quality, reverse=True)
    expansions = tuple(
        Expansion(
            word=word,
            kind=match.kind,
            edits=match.edits,
            quality=match.quality,
            briefs=vocabulary.frequency(word),
        )
        for word, match in found
    )
    return WordReading(typed=slot.typed, weight=slot.weight, is_filler=slot.optional, expansions=expansions)


def _hit(one: Ranked, outcome: Outcome) -> ExplainedHit:
    reading = outcome.answer.reading
    slots = reading.slots if reading else ()
    return ExplainedHit(
        slug=one.candidate.slug,
        score=one.score,
        heat=one.candidate.heat,
        published=one.candidate.published_at.date().isoformat(),
        title_bonus=one.title_bonus,
        parts=tuple(_part(slot, part) for slot, part in zip(slots, one.found, strict=False) if part),
    )


def _part(slot: Slot, part: Found) -> ScorePart:
    return ScorePart(
        typed=slot.typed,
        words=part.tokens,
        field=_fields(part.field),
        kind=part.match.kind,
        edits=part.match.edits,
        value=part.value,
        weight=slot.weight,
    )


def _lines(told: Explanation) -> Iterator[str]:
    yield f"query      {told.query.text!r}, sorted by {told.query.sort}"
    for number, written in enumerate(told.filters):
        yield f"{'' if number else 'filters':10} {written}"
    yield f"vocabulary {told.vocabulary} words; the answer came at level {told.level or 'none'}"
    for word in told.words:
        filler = ", ignorable" if word.is_filler else ""
        yield f"word       {word.typed!r} weighs {word.weight:.2f}{filler}: {_expansions(word)}"
    for run in told.runs:
        yield f"run        {run}"
    for step in told.steps:
        among = f" (among the {step.among} of a rare word)" if step.among else ""
        yield f"fetched    {step.fetched:4} in {_fields(step.fields)}: {step.purpose}{among}: {_groups(step)}"
    for hit in told.hits:
        yield from _hit_lines(hit)
    if told.result.suggestion:
        yield f"suggested  {told.result.suggestion.text!r}"


def _hit_lines(hit: ExplainedHit) -> Iterator[str]:
    whole = f", +{hit.title_bonus:.2f} for the title" if hit.title_bonus else ""
    yield f"hit        {hit.score:.2f} heat {hit.heat} of {hit.published} {hit.slug}{whole}"
    for part in hit.parts:
        edits = f", {part.edits} edited" if part.edits else ""
        words = " ".join(part.words[:_MOST_SHOWN])
        yield (
            f"           {part.typed!r} → {words!r} in {part.field}"
            f" ({part.kind}{edits}): {part.value:.2f} × {part.weight:.2f}"
        )


def _expansions(word: WordReading) -> str:
    if not word.expansions:
        return "unknown"
    shown = [
        f"{one.word} ({one.kind}{f' {one.edits}' if one.edits else ''}, {one.quality:.2f}, in {one.briefs})"
        for one in word.expansions[:_MOST_SHOWN]
    ]
    left = len(word.expansions) - len(shown)
    return ", ".join(shown) + (f" and {left} more" if left > 0 else "")


def _match(match: Match) -> str:
    return f"{match.kind}{f' {match.edits}' if match.edits else ''}, {match.quality:.2f}"


def _groups(step: Step) -> str:
    return " and ".join(
        "("
        + "|".join(f"{term.token}{'…' if term.prefix else ''}" for term in group.any_of[:_MOST_SHOWN])
        + ")"
        for group in step.groups
    )


def _fields(field: Field) -> str:
    return "+".join(str(one.name).lower() for one in Field if one in field)


def _condition(condition: Condition) -> str:
    values = " or ".join(_value(value) for value in condition.any_of)
    return f"{'not ' if condition.negated else ''}{condition.column.value}: {values}"


def _value(value: str | Span | DateSpan | bool) -> str:
    if isinstance(value, Span):
        low, high = ("" if end is None else str(end) for end in (value.low, value.high))
        return f"{low}..{high}"
    if isinstance(value, DateSpan):
        start, end = ("" if at is None else at.isoformat() for at in (value.start_at, value.end_at))
        return f"{start}..{end}"
    return str(value)
