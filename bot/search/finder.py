"""Finding: the exact reading first, then more forgiving ones; all words, then all but one, then any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, islice

from bot.domain.ports import (
    LONGEST_COUNTED,
    Candidate,
    Field,
    Group,
    Order,
    SearchReader,
    Term,
)
from bot.domain.query import Sort
from bot.search.expanding import Expander
from bot.search.fetching import Fetcher
from bot.search.known import Known
from bot.search.plans import commonness, groups
from bot.search.question import POOL, Answer, Question, Step
from bot.search.ranking import SHORTEST_TITLE, Ranked, Ranker
from bot.search.reading import Level, Reading, Slot
from bot.search.trust import is_trusted

_ENOUGH = 20
"""Candidates of the best kind after which weaker ones are not looked for, where common words match many.

They fill the first page; those that follow are walked through as they are asked for.
"""

_MOST_SORTED = 5_000
"""Matches among which a database finds the hottest in time; of more it fetches the newest, to stop early."""

_NAMED = {Field.TITLE: "title", Field.ALL: "anywhere"}

_PART_POOL = 60
_MOST_LEFT_OUT = 5
"""Words up to which each is left out in turn; in longer queries the rarest words lead."""

_MOST_SLIPS = 4
"""Words of a query up to which known ones are suspected, too; in a longer one the others will do."""

_CLEARLY = 0.15
"""How much better a more forgiving reading must answer to be preferred to words as typed."""

_TITLE_META = Field.TITLE | Field.META


class Finder:
    """Finds one question's candidates in one view of the index."""

    def __init__(
        self, reader: SearchReader, known: Known, question: Question, before: Finder | None = None
    ) -> None:
        """`before` asked the same but for its words: what it has fetched is not fetched again."""
        self._vocabulary = known.vocabulary
        self._question = question
        self._expander = Expander(known, question.tokens, question.phrases, unfinished=question.unfinished)
        self._steps: list[Step] = []
        self._latest: Step
        self._found: dict[int, Candidate] = {}
        self._fetcher: Fetcher = before._fetcher if before else Fetcher(reader, known.vocabulary, question)

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was fetched so far."""
        return tuple(self._steps)

    def has_title(self, title: str) -> bool:
        """True where a brief has exactly these words as its title."""
        got = self._collect_titled("headline", title.split(), (title.count(" ") + 1,))
        return any(candidate.title == title for candidate in got)

    def find(self) -> Answer:
        """The best answer that any reading gives."""
        best: Answer | None = None
        before: Reading | None = None
        is_hopeless = False
        for level in self._expander.levels(_MOST_SLIPS):
            if level is Level.SLIP and is_hopeless:
                if self._expander.is_lost():
                    break
                continue  # suspecting the words that are known helps none that is not
            reading = self._expander.read(level)
            is_hopeless = bool(reading.hopeless())
            if is_hopeless or (before and _same(before, reading)):
                continue
            before = reading
            narrow = best is not None or level is Level.SLIP
            found = self._answer(self._all_words(reading, narrow=narrow), reading)
            if found.ranked and (best is None or found.ranked[0].score > best.ranked[0].score + _CLEARLY):
                best = found
            if best and _is_sure(best.ranked[0], reading):
                return best
        return best or replace(self._some_words(self._expander.read(Level.TYPO)), is_partial=True)

    def _answer(self, ranked: list[Ranked], reading: Reading) -> Answer:
        trusted = filter(is_trusted, ranked)
        is_best = self._question.sort is Sort.BEST
        return Answer(
            ranked=tuple(islice(trusted, self._question.wanted) if is_best else trusted),
            candidates=tuple(one.candidate for one in ranked),
            is_complete=bool(ranked) and self._has_all(reading),
            reading=reading,
            steps=tuple(self._steps),
        )

    def _has_all(self, reading: Reading) -> bool:
        """True where a fetch brought every match of a reading."""
        whole = [step for step in self._steps if step.fields is Field.ALL and not step.is_full]
        wanted = groups(reading, self._vocabulary, Field.ALL) if whole else ()
        return any(step.groups == wanted for step in whole)

    def _all_words(self, reading: Reading, *, narrow: bool) -> list[Ranked]:
        """Candidates that hold every word."""
        hottest = self._affordable(reading)
        for name, narrowed, fields in self._fetches(reading, narrow=narrow):
            wanted = groups(narrowed, self._vocabulary, fields)
            purpose = f"all words, {reading.level.name.lower()}{name}"
            self._collect(purpose, fields, wanted, Order.NEW if fields is Field.ALL else hottest, POOL)
        self._collect_whole_titles(reading)
        return [one for one in self._rank(reading) if not one.missing]

    def _collect_whole_titles(self, reading: Reading) -> None:
        """Fetch titles that are the query, or but for one word, where others may have crowded them out."""
        words = self._question.pasted.split()
        is_crowded = self._latest.is_full or any(slot.optional for slot in reading.slots)
        if is_crowded and len(words) >= SHORTEST_TITLE and set(words) == set(self._question.tokens):
            self._collect_titled("whole title", words, (len(words), len(words) + 1))

    def _collect_titled(
        self, purpose: str, words: Sequence[str], lengths: tuple[int, ...]
    ) -> list[Candidate]:
        """Fetch titles of so many words that hold all of these."""
        if max(lengths) > LONGEST_COUNTED:
            lengths = ()
        wanted = tuple(Group((Term(word),), Field.TITLE) for word in dict.fromkeys(words))
        got = self._fetcher.fetch(wanted, Order.HEAT, POOL, title_words=lengths)
        allowed = self._allowed(got.candidates)
        self._found.update((candidate.id, candidate) for candidate in allowed)
        step = Step(
            purpose=purpose,
            fields=Field.TITLE,
            groups=wanted,
            fetched=len(allowed),
            among=got.among,
            is_full=True,
        )
        self._steps.append(step)
        return allowed

    def _fetches(self, reading: Reading, *, narrow: bool) -> Iterator[tuple[str, Reading, Field]]:
        """What to fetch for a reading, so that newer but weaker candidates never crowd out better ones.

        Mostly all candidates fit into one fetch. Where common words make that unlikely, the surest words
        in titles and names come first, and the fetches widen until one brings enough. Once words as
        typed have answered, others can be better only in titles and names, and a slip is believed only
        there: `narrow`.
        """
        if self._expected(reading) <= POOL:
            for fetch in self._narrowing(reading, narrow=narrow):
                yield fetch
                if not self._latest.is_full:
                    return
            return
        for fetch in self._widening(reading, narrow=narrow):
            yield fetch
            if self._latest.fetched >= _ENOUGH:
                break
        if any(slot.optional and slot.weight for slot in reading.slots):
            yield ", every word", _unpardoned(_surest(reading)), _TITLE_META

    @staticmethod
    def _narrowing(reading: Reading, *, narrow: bool) -> Iterator[tuple[str, Reading, Field]]:
        """Everything; where that was too much, less and less of it."""
        if not narrow:
            yield "", reading, Field.ALL
        yield ", title and names", reading, _TITLE_META
        if not narrow:
            yield ", title and names, surest words", _surest(reading), _TITLE_META

    @staticmethod
    def _widening(reading: Reading, *, narrow: bool) -> Iterator[tuple[str, Reading, Field]]:
        """The best places first, then more and more."""
        surest = _surest(reading)
        yield ", title, surest words", surest, Field.TITLE
        yield ", title and names, surest words", surest, _TITLE_META
        yield ", title and names", reading, _TITLE_META
        if not narrow:
            yield "", reading, Field.ALL

    def _expected(self, reading: Reading, without: frozenset[int] = frozenset()) -> float:
        """How many briefs would hold all words, or all but some, if words met by chance."""
        most = self._vocabulary.most
        share = 1.0
        for position in reading.required():
            if position not in without:
                share *= min(1.0, commonness(reading, position, self._vocabulary) / most)
        return share * most

    def _affordable(self, reading: Reading, without: frozenset[int] = frozenset()) -> Order:
        """The hottest first, where the rarest word leaves few enough matches to be sorted."""
        wanted = (position for position in reading.required() if position not in without)
        found = (commonness(reading, position, self._vocabulary) for position in wanted)
        return Order.HEAT if min(found, default=0) <= _MOST_SORTED else Order.NEW

    def _some_words(self, reading: Reading) -> Answer:
        """Candidates that hold all words but one, else those that hold enough of them."""
        for left_out in (_all_but_one(reading), _each_alone(reading)):
            for without in left_out:
                purpose = "without " + ", ".join(
                    reading.slots[position].typed for position in sorted(without)
                )
                self._collect_part(purpose, reading, without)
            ranked = self._rank(reading)
            most_missing = len(reading.required()) // 2
            answer = self._answer([one for one in ranked if one.missing <= most_missing], reading)
            if answer.ranked:
                return answer
        return self._answer([], reading)

    def _collect_part(self, purpose: str, reading: Reading, without: frozenset[int]) -> None:
        """Fetch what holds the other words: in titles and, where too few do, anywhere."""
        places = ((Field.TITLE, self._affordable(reading, without)), (Field.ALL, Order.NEW))
        for fields, order in places if self._expected(reading, without) > _PART_POOL else places[1:]:
            wanted = groups(reading, self._vocabulary, fields, without=without)
            self._collect(f"{purpose}, {_NAMED[fields]}", fields, wanted, order, _PART_POOL)
            if self._latest.fetched >= _ENOUGH:
                return

    def _rank(self, reading: Reading) -> list[Ranked]:
        """All that was fetched, best first."""
        return self._ranker(reading).rank(self._found.values()) if self._found else []

    def _ranker(self, reading: Reading) -> Ranker:
        return Ranker(reading, pasted=self._question.pasted)

    def walk(self, reading: Reading, order: Order | None = None) -> Iterator[Ranked]:
        """Every match of a reading, fetched as it is asked for; the hottest first where no order is given.

        These are the candidates that `find` may have left behind, in an order that ranking has no part in.
        """
        wanted = groups(reading, self._vocabulary, Field.ALL)
        order = order or self._affordable(reading)
        ranker = self._ranker(reading)
        for offset in count(0, POOL):
            batch = self._fetcher.fetch(wanted, order, POOL, offset=offset).candidates
            for candidate in self._allowed(batch):
                one = ranker.score(candidate)
                if one.score > 0 and not one.missing and is_trusted(one):
                    yield one
            if len(batch) < POOL:
                return

    def _collect(
        self, purpose: str, fields: Field, wanted: tuple[Group, ...], order: Order, limit: int
    ) -> None:
        """Fetch candidates to be ranked unless they were fetched before; `_latest` says what came."""
        same = (step for step in self._steps if step.fields is fields and step.groups == wanted)
        if (before := next(same, None)) is not None:
            self._latest = before
            return
        got = self._fetcher.fetch(wanted, order, limit)
        allowed = self._allowed(got.candidates)
        self._found.update((candidate.id, candidate) for candidate in allowed)
        self._latest = Step(
            purpose=purpose,
            fields=fields,
            groups=wanted,
            fetched=len(allowed),
            among=got.among,
            is_full=len(got.candidates) >= limit,
        )
        self._steps.append(self._latest)

    def _allowed(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those without excluded phrases."""
        leaves_out = self._question.leaves_out_candidate
        return [candidate for candidate in candidates if not leaves_out(candidate)]


def _is_sure(best: Ranked, reading: Reading) -> bool:
    """True where no more forgiving reading needs to be tried.

    Words that stand in excerpts only may have met there by chance; one word as typed never has.
    """
    asked = [part for slot, part in zip(reading.slots, best.found, strict=True) if not slot.optional]
    if len(asked) == 1 and best.tier == 0:
        return True
    return not any(part and part.field is Field.BODY for part in asked)


def _same(one: Reading, other: Reading) -> bool:
    """True where a level adds nothing to the one before."""
    return one.runs == other.runs and all(
        left.options == right.options and left.prefixes == right.prefixes
        for left, right in zip(one.slots, other.slots, strict=True)
    )


def _surest(reading: Reading) -> Reading:
    """The reading with the best words of each slot alone, where it has any."""
    slots = tuple(_surest_slot(slot) for slot in reading.slots)
    runs = tuple(run for run in reading.runs if not slots[run.start].options)
    return replace(reading, slots=slots, runs=runs)


def _surest_slot(slot: Slot) -> Slot:
    fewest = min((match.edits for match in slot.options.values()), default=0)
    best = {word: match for word, match in slot.options.items() if match.edits == fewest}
    return replace(slot, options=best, prefixes={}) if best else slot


def _unpardoned(reading: Reading) -> Reading:
    """The reading with ignorable words wanted like all others."""
    return replace(
        reading,
        slots=tuple(replace(slot, optional=slot.optional and not slot.weight) for slot in reading.slots),
    )


def _all_but_one(reading: Reading) -> Iterator[frozenset[int]]:
    """What to do without: all words that cannot be found, or else each word in turn."""
    required = reading.required()
    hopeless = frozenset(reading.hopeless())
    if len(hopeless) == len(required):
        return
    if hopeless:
        yield hopeless
    elif len(required) <= _MOST_LEFT_OUT:
        yield from (frozenset((position,)) for position in required if len(required) > 1)


def _each_alone(reading: Reading) -> Iterator[frozenset[int]]:
    """What to do without: everything but one of the words that tell most."""
    hopeless = frozenset(reading.hopeless())
    hopeful = [position for position in reading.required() if position not in hopeless]
    if len(hopeful) < 2:
        return
    rarest = sorted(hopeful, key=lambda position: reading.slots[position].weight, reverse=True)
    for kept in rarest[:_MOST_LEFT_OUT]:
        yield frozenset(reading.required()) - {kept}
