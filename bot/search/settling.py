"""Whether asking the corrected words would bring the same first hit, without asking them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.ports import Field, Group
from bot.domain.query import Sort
from bot.search.expanding import Expander
from bot.search.known import Known
from bot.search.listing import in_order
from bot.search.question import Answer, Question, Step
from bot.search.ranking import BODY_WEIGHT, META_WEIGHT, Ranked, Ranker
from bot.search.reading import FORM, PREFIX, Level, Reading, Slot


def is_settled(known: Known, answer: Answer, corrected: Question) -> bool:
    """True where the corrected words would surely bring the same first hit.

    That is so where they put it first among the same candidates, and no other brief could stand before it:
    because all that hold the words are candidates, or because those that are not could not score as much.
    """
    best = answer.ranked[0]
    reading = Expander(known, corrected.tokens, corrected.phrases).read(Level.EXACT)
    if not _is_word_by_word(best, reading) or not (answer.is_complete or corrected.sort is Sort.BEST):
        return False
    again = Ranker(reading, pasted=corrected.pasted).rank(answer.candidates)
    first = in_order([one for one in again if not one.missing], corrected.sort)
    if not first or first[0].candidate.id != best.candidate.id:
        return False
    return answer.is_complete or first[0].score > _beyond(reading, answer.steps)


def _is_word_by_word(best: Ranked, reading: Reading) -> bool:
    """True where each typed word stands for one of the hit, in title or names, and none became ignorable.

    Words that were run together answer only in one field: asked one by one, others may have them too.
    """
    parts = [best.found[position] for position in best.required]
    return len(reading.required()) == len(parts) and not any(
        part is None or part.field is Field.BODY or len(part.tokens) > 1 for part in parts
    )


def _beyond(reading: Reading, steps: Sequence[Step]) -> float:
    """The best score that a brief can have which was not fetched; 1.0 where nothing is known of those."""
    required = [reading.slots[position] for position in reading.required()]
    least = min((slot.weight for slot in required if slot.weight), default=0.0)
    whole = sum(slot.weight for slot in reading.slots) or 1.0
    worth = min((_worth(step, required) for step in steps if not step.is_full), default=1.0)
    return round(1.0 - least / whole * (1.0 - worth), 2)


def _worth(step: Step, required: Sequence[Slot]) -> float:
    """The most that one word of a brief can be worth which a fetch of everything there is did not bring."""
    if len(step.groups) != len(required) or not all(_is_in(slot.typed, step.groups) for slot in required):
        return 1.0
    elsewhere = {Field.TITLE: META_WEIGHT, Field.TITLE | Field.META: BODY_WEIGHT}.get(step.fields, 0.0)
    others = [FORM.quality for slot in required for word in slot.options if not _is_in(word, step.groups)]
    unfinished = [PREFIX.quality for slot in required if slot.prefixes]
    return max([elsewhere, *others, *unfinished])


def _is_in(word: str, groups: Sequence[Group]) -> bool:
    return any(
        term.token == word and not (term.prefix or term.titled) for group in groups for term in group.any_of
    )
