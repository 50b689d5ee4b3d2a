"""What typed words may mean: each word a slot of known words, and runs that stand for other runs; values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NamedTuple

from bot.domain.ports import Field
from bot.search.vocabulary import SHORT, budget

LONG = 10
"""Letters of a word that may have three typos."""

FIRM = 6
"""Letters of a word whose correction is firm; most shorter words are one edit from some other."""


class Level(IntEnum):
    """How much is forgiven; each level includes those before it.

    EXACT: the words as typed, in other forms, joined or split, the last one unfinished.
    TYPO: typos in words that the index does not know. SLIP: typos in any word.
    DEEP: typos in an unfinished word, in joined and in split words.
    """

    EXACT = 0
    TYPO = 1
    SLIP = 2
    DEEP = 3


class Kind(StrEnum):
    """Why a known word is taken for a typed one."""

    EXACT = "as typed"
    FORM = "other form"
    SPACING = "joined or split"
    KEYWORD = "topic keyword"
    PREFIX = "unfinished"
    COMPOUND = "end of a longer word"
    TYPO = "typo"
    PHRASE = "phrase"


class Match(NamedTuple):
    """How well a known word fits: `quality` from 0 to 1, and how many letters were edited.

    `doubt` says how likely the typed word is another one that the index lacks: 0 hardly, 1 perhaps,
    2 probably; see `trust`.
    """

    quality: float
    kind: Kind
    edits: int = 0
    doubt: int = 0


EXACT = Match(1.0, Kind.EXACT)
FORM = Match(0.97, Kind.FORM)
SPACING = Match(0.96, Kind.SPACING)
SPACED_FORM = Match(0.95, Kind.SPACING)
KEYWORD = Match(0.9, Kind.KEYWORD)
PREFIX = Match(0.9, Kind.PREFIX)
COMPOUND = Match(0.85, Kind.COMPOUND)
PHRASE = Match(1.0, Kind.PHRASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring known words that stand for the typed ones at `start` to `end`: joined, split, a phrase."""

    start: int
    end: int
    tokens: tuple[str, ...]
    match: Match
    fields: Field = Field.ALL


@dataclass(slots=True, kw_only=True)
class Slot:
    """One typed word, the known words it may mean, and the beginnings of which any word will do."""

    typed: str
    optional: bool = False
    options: dict[str, Match] = field(default_factory=dict)
    prefixes: dict[str, Match] = field(default_factory=dict)
    weight: float = 0.0

    def add(self, word: str, match: Match) -> None:
        """Let the slot mean this word too, with the better of two matches."""
        if word not in self.options or self.options[word].quality < match.quality:
            self.options[word] = match


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All slots and runs of a query at one level; `most` is what a word of one brief alone weighs.

    `is_crowded` says that so many words are known that a far correction may be chance, see `trust`.
    """

    level: Level
    slots: tuple[Slot, ...]
    runs: tuple[Run, ...]
    most: float = 1.0
    is_crowded: bool = False

    @property
    def has_doubts(self) -> bool:
        """True where a doubtful correction may have answered."""
        slots = (match for slot in self.slots for match in (*slot.options.values(), *slot.prefixes.values()))
        return any(match.doubt for match in slots) or any(run.match.doubt for run in self.runs)

    def required(self) -> list[int]:
        """The slots that a brief must fill to answer all words."""
        return [position for position, slot in enumerate(self.slots) if not slot.optional]

    def hopeless(self) -> list[int]:
        """The slots that must be found and cannot be."""
        covered = {position for run in self.runs for position in range(run.start, run.end)}
        return [
            position
            for position, slot in enumerate(self.slots)
            if not (slot.optional or slot.options or slot.prefixes or position in covered)
        ]


def typo(typed: str, word: str, edits: int) -> Match:
    """The match of a misspelled word: fewer edits are better, and a first letter is seldom wrong.

    Firm are corrections of words of some length; the budget goes by the typed word, a wrong first letter
    counts twice.
    """
    quality = 0.85 - 0.13 * (edits - 1)
    if typed[0] != word[0]:
        quality -= 0.04
    if has_same_letters(typed, word):
        quality += 0.02
    cost = edits + (typed[0] != word[0])
    is_firm = cost <= budget(len(typed)) or (len(typed) >= LONG - 1 and typed[0] == word[0])
    if is_firm and len(typed) >= FIRM:
        return Match(quality, Kind.TYPO, edits)
    if len(typed) < SHORT:
        return Match(quality, Kind.TYPO, edits, 2)
    longest = max(len(typed), len(word))
    return Match(quality, Kind.TYPO, edits, 1 if edits == 1 or cost <= budget(longest) else 2)


def has_same_letters(typed: str, word: str) -> bool:
    """True where letters were but swapped or doubled."""
    return sorted(typed) == sorted(word) or _undoubled(typed) == _undoubled(word)


def worse(match: Match, factor: float) -> Match:
    """The match with only so much of its quality, where more had to be changed than letters."""
    return Match(match.quality * factor, match.kind, match.edits, match.doubt)


def _undoubled(word: str) -> str:
    return "".join(letter for letter, before in zip(word, " " + word, strict=False) if letter != before)
