"""Reading a query: what each of its words may mean at a level, and which words stand for others together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.ports import Field
from bot.search.fillers import ASIDES, ignorable
from bot.search.known import Known
from bot.search.reading import (
    COMPOUND,
    EXACT,
    FIRM,
    FORM,
    KEYWORD,
    LONG,
    PHRASE,
    PREFIX,
    SPACED_FORM,
    SPACING,
    Kind,
    Level,
    Match,
    Reading,
    Run,
    Slot,
    typo,
    worse,
)
from bot.search.vocabulary import SHORT

LONGEST_SPLIT = 32
"""Letters of a word that is still taken apart; longer ones are no two words run together."""

_ASIDE_WEIGHT = 0.1
"""What a word like "story" counts where it is ignorable; "the" counts nothing."""

_MOST_TYPOS = 12
_MOST_SPLITS = 2
_MOST_SPLITS_WITH_TYPO = 6
_MOST_BEGINNINGS = 6


class Expander:
    """Reads one query's words against what is known; what was looked up once is kept for the next level."""

    def __init__(
        self,
        known: Known,
        tokens: Sequence[str],
        phrases: Sequence[tuple[str, ...]],
        *,
        unfinished: bool = False,
    ) -> None:
        self._known = known
        self._tokens = tokens
        self._phrases = phrases
        self._unfinished = unfinished
        self._last = len(tokens) - 1
        self._joins: list[tuple[int, int, str, Match]] | None = None
        self._typos: dict[str, list[tuple[str, Match]]] = {}
        self._readings: dict[Level, Reading] = {}
        self._slots: dict[tuple[int, Level], Slot] = {}
        self._runs: dict[Level, list[Run]] = {}
        ignored = ignorable(tuple(tokens))
        self._content = [token for position, token in enumerate(tokens) if position not in ignored]
        self._ignored = ignored if phrases or len(ignored) < len(tokens) else frozenset()

    def levels(self, most_slips: int) -> list[Level]:
        """The levels worth trying: long queries find their briefs without suspecting known words."""
        content = self._content
        if len(content) > most_slips:
            return [Level.EXACT, Level.TYPO]
        unknown = any(not self._known.frequency(token) for token in content)
        return [level for level in Level if unknown or level < Level.DEEP]

    def read(self, level: Level) -> Reading:
        """The reading of all words at a level."""
        if level not in self._readings:
            self._readings[level] = self._read(level)
        return self._readings[level]

    def _read(self, level: Level) -> Reading:
        slots = [self._slot(position, level) for position in range(len(self._tokens))]
        runs = [*self._runs_at(level)]
        for phrase in self._phrases:
            runs.append(Run(start=len(slots), end=len(slots) + 1, tokens=phrase, match=PHRASE))
            slots.append(Slot(typed=" ".join(phrase)))
        reading = Reading(
            level=level,
            slots=tuple(slots),
            runs=tuple(runs),
            most=self._known.rarity(1),
            is_crowded=self._known.vocabulary.is_crowded,
        )
        for position, slot in enumerate(slots):
            slot.weight = self._weight(position, slot, runs)
        _lighten(slots)
        return reading

    def is_lost(self) -> bool:
        """True where a word means nothing at any level: the known ones beside it need not be suspected."""
        unknown = (place for place, token in enumerate(self._tokens) if not self._known.frequency(token))
        deep = {place: self._slot(place, Level.DEEP) for place in unknown}
        lost = [place for place, slot in deep.items() if not (slot.optional or slot.options or slot.prefixes)]
        runs = self._runs_at(Level.DEEP) if lost else ()
        return not {place for run in runs for place in range(run.start, run.end)}.issuperset(lost)

    def _runs_at(self, level: Level) -> list[Run]:
        if level not in self._runs:
            self._runs[level] = [*self._joined(level), *self._split(level), *self._called(level)]
        return self._runs[level]

    def _slot(self, position: int, level: Level) -> Slot:
        if (position, level) not in self._slots:
            self._slots[position, level] = self._new_slot(position, level)
        return self._slots[position, level]

    def _new_slot(self, position: int, level: Level) -> Slot:
        token = self._tokens[position]
        is_last = position == self._last
        is_open = is_last and self._unfinished
        slot = Slot(typed=token, optional=position in self._ignored and not is_open)
        known = self._known.frequency(token) > 0
        if known:
            slot.add(token, EXACT)
        for form in self._known.forms_of(token):
            slot.add(form, FORM)
        if is_last and (is_open or level > Level.EXACT or not known or len(token) >= SHORT):
            self._add_prefix(slot, token, PREFIX)
        if level >= Level.DEEP and not slot.options:
            self._add_far_typos(slot, token)
            self._add_compounds(slot, token)
        if not slot.optional and (level >= Level.SLIP or (level == Level.TYPO and not known)):
            self._add_typos(slot, token, least=int(known))
        if level >= Level.DEEP and is_last:
            self._add_typed_beginnings(slot, token)
        return slot

    def _add_prefix(self, slot: Slot, prefix: str, match: Match) -> None:
        may_be = len(prefix) > 1 and (self._unfinished or not prefix.isdigit())
        if may_be and self._known.has_completions(prefix):
            slot.prefixes[prefix] = match

    def _add_typos(self, slot: Slot, token: str, *, least: int) -> None:
        """Corrections, with at least so much doubt; short ones in no other form."""
        for word, match in self._corrections(token):
            doubt = max(least, match.doubt)
            sure = match if doubt == match.doubt else Match(match.quality, match.kind, match.edits, doubt)
            slot.add(word, sure)
            for form in self._known.forms_of(word) if len(token) >= FIRM else ():
                slot.add(form, Match(match.quality - 0.03, match.kind, match.edits, doubt))

    def _corrections(self, token: str) -> list[tuple[str, Match]]:
        """Known words that the token may be a typo of, the nearest first."""
        if token not in self._typos:
            near = self._known.typos(token)[:_MOST_TYPOS]
            self._typos[token] = [(word, typo(token, word, edits)) for word, edits in near]
        return self._typos[token]

    def _add_far_typos(self, slot: Slot, token: str) -> None:
        """Three edits in a long word that nothing else explains and that begins right."""
        if len(token) >= LONG - 1:
            for word, edits in self._known.near(token, 3)[:_MOST_TYPOS]:
                if len(word) >= LONG and word[0] == token[0]:
                    slot.add(word, typo(token, word, edits))

    def _add_compounds(self, slot: Slot, token: str) -> None:
        """Longer words that end with the token, as compounds of German do."""
        if len(token) >= FIRM:
            for word in self._known.ending(token)[:_MOST_TYPOS]:
                slot.add(word, COMPOUND)

    def _add_typed_beginnings(self, slot: Slot, token: str) -> None:
        if len(token) >= SHORT:
            for beginning in self._known.near_beginnings(token)[:_MOST_BEGINNINGS]:
                quality = 0.72 if len(beginning) == len(token) else 0.7
                doubt = typo(token, beginning, 1).doubt
                slot.prefixes.setdefault(beginning, Match(quality, Kind.TYPO, 1, doubt))

    def _joined(self, level: Level) -> Iterator[Run]:
        """Two or three typed words that are one known word; corrected only where there is none."""
        if self._joins is None:
            self._joins = [*self._known_joins()]
        found = {(start, end) for start, end, _, _ in self._joins}
        for start, end, word, match in self._joins:
            yield Run(start=start, end=end, tokens=(word,), match=match)
        for start in range(len(self._tokens) - 1) if level >= Level.DEEP else ():
            if (start, start + 2) not in found:
                yield from self._corrected_join(start, start + 2)

    def _known_joins(self) -> Iterator[tuple[int, int, str, Match]]:
        """Neighbours that are one known word, in any form."""
        for start, left in enumerate(self._tokens):
            for end in range(start + 2, min(start + 4, len(self._tokens) + 1)):
                rest = "".join(self._tokens[start + 1 : end])
                if not self._known.has_beginning(left + rest[0]):
                    break  # nothing begins with the first word and a letter of the second, in no form
                word = left + rest
                for form in self._known.forms_of(word):
                    yield start, end, form, SPACED_FORM
                if self._known.frequency(word):
                    yield start, end, word, SPACING

    def _called(self, level: Level) -> Iterator[Run]:
        """Other names of topics and providers: of one typed word, or of up to three."""
        for start in range(len(self._tokens) if self._known.aliases else 0):
            for end in range(start + 1, min(start + 3, len(self._tokens)) + 1):
                typed = "".join(self._tokens[start:end])
                for tokens in self._known.called(typed, forgiving=level >= Level.DEEP):
                    yield Run(start=start, end=end, tokens=tokens, match=KEYWORD, fields=Field.META)

    def _corrected_join(self, start: int, end: int) -> Iterator[Run]:
        """A known word that neighbours are with a typo; two known words are no such thing."""
        if all(map(self._known.frequency, self._tokens[start:end])):
            return
        word = "".join(self._tokens[start:end])
        for near, edits in self._known.typos(word)[:3]:
            match = worse(typo(word, near, edits), 0.96)
            yield Run(start=start, end=end, tokens=(near,), match=match)

    def _split(self, level: Level) -> Iterator[Run]:
        """One typed word that is two or three known ones."""
        for position, token in enumerate(self._tokens):
            if not SHORT <= len(token) <= LONGEST_SPLIT:
                continue
            parts = self._known.parts(token)
            for tokens in parts[:_MOST_SPLITS]:
                yield Run(start=position, end=position + 1, tokens=tokens, match=SPACING)
            if self._known.frequency(token):
                continue
            for pair in self._known.parts_in_forms(token)[:_MOST_SPLITS]:
                yield Run(start=position, end=position + 1, tokens=pair, match=SPACED_FORM)
            if level >= Level.TYPO:
                yield from self._split_corrected(position, token)
            if level >= Level.DEEP and not parts:
                yield from self._split_with_typo(position, token)

    def _split_corrected(self, position: int, token: str) -> Iterator[Run]:
        """One misspelled word that, corrected, is also written as two."""
        for word, edits in self._known.typos(token)[:2]:
            match = worse(typo(token, word, edits), 0.98)
            for tokens in self._known.parts(word)[:1]:
                yield Run(start=position, end=position + 1, tokens=tokens, match=match)

    def _split_with_typo(self, position: int, token: str) -> Iterator[Run]:
        """Two words run together of which one has a typo: the other must be known and of some length."""
        found: list[tuple[float, Run]] = []
        for cut in range(2, len(token) - 1):
            left, right = token[:cut], token[cut:]
            for typed, other, is_left in ((left, right, True), (right, left, False)):
                if not self._known.frequency(other) or len(typed) < SHORT:
                    continue
                for near, edits in self._known.slips(typed)[:4]:
                    tokens = (near, other) if is_left else (other, near)
                    match = worse(typo(typed, near, edits), 0.92)
                    run = Run(start=position, end=position + 1, tokens=tokens, match=match)
                    found.append((match.quality - edits + self._known.commonness(*tokens) / 10, run))
        found.sort(key=lambda pair: pair[0], reverse=True)
        yield from (run for _, run in found[:_MOST_SPLITS_WITH_TYPO])

    def _weight(self, position: int, slot: Slot, runs: Sequence[Run]) -> float:
        """The rarity of what the slot most likely means; a word that says little counts little."""
        counts = [self._known.frequency(word) for word, match in slot.options.items() if match.quality > 0.9]
        counts += [
            min(self._known.frequency(token) for token in run.tokens)
            for run in runs
            if run.start <= position < run.end and run.match is not KEYWORD
        ]
        if not any(counts):
            counts = [self._known.frequency(word) for word in slot.options]
        if not any(counts):
            called = (run for run in runs if run.start <= position < run.end)
            counts = [self._known.frequency(run.tokens[0]) for run in called]
        rarity = self._known.rarity(max(counts, default=0))
        return 0.0 if slot.optional and slot.typed not in ASIDES else rarity


def _lighten(slots: Sequence[Slot]) -> None:
    """Let ignorable words count less, all together, than the least of the others."""
    least = min((slot.weight for slot in slots if not slot.optional), default=0.0)
    aside = sum(slot.weight for slot in slots if slot.optional)
    for slot in slots:
        if slot.optional and aside:
            slot.weight *= _ASIDE_WEIGHT * least / aside
