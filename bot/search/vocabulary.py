"""The index's own words in memory, with how many briefs hold each: typed words are matched to them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from math import log
from threading import RLock

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.ports import SearchReader, Terms

SHORT = 4
"""Words with fewer letters are never read as a typo of another (issue 2 section 3)."""

_MANY = 8_000
"""Words from which on a word is compared only with those that share some of its letters in place."""

_VERY_MANY = 40_000
"""Words from which on a beginning is compared only with words of the same first two letters."""

_MOST_WEIGHED = 200
"""Words by which a beginning is weighed against another."""

_FRESH_SHARE = 10
"""New words are kept apart, and scanned, until they are more than this part of the sorted ones."""


def budget(letters: int) -> int:
    """Edits forgiven in a word of so many letters: none under 4, one under 8, two under 13, then three."""
    if letters < SHORT:
        return 0
    return 1 if letters < 8 else 2 if letters < 13 else 3


class Vocabulary:
    """One state of the words. Nothing of it changes but `frequencies`, and those only towards the truth."""

    def __init__(
        self, version: int, frequencies: dict[str, int], base: _Sorted, fresh: tuple[str, ...]
    ) -> None:
        self.version = version
        self.frequencies = frequencies
        self._base = base
        self._fresh = fresh
        self.most = base.most
        self._least = log(1 + base.most)

    @classmethod
    def of(cls, version: int, frequencies: Mapping[str, int]) -> Vocabulary:
        """A vocabulary of exactly these words."""
        known = {word: count for word, count in frequencies.items() if count > 0}
        return cls(version, known, _Sorted(known), ())

    def updated(self, terms: Terms) -> Vocabulary:
        """The vocabulary after these changes; words that no brief holds any more are passed over."""
        if terms.complete:
            return Vocabulary.of(terms.version, terms.frequencies)
        new = [word for word in terms.frequencies if word not in self.frequencies]
        self.frequencies.update(terms.frequencies)
        fresh = (*self._fresh, *new)
        if len(fresh) > 1000 and len(fresh) * _FRESH_SHARE > len(self._base.words):
            return Vocabulary.of(terms.version, self.frequencies)
        return Vocabulary(terms.version, self.frequencies, self._base, fresh)

    def __len__(self) -> int:
        return len(self._base.words) + len(self._fresh)

    def frequency(self, word: str) -> int:
        """The number of briefs that hold the word, 0 for an unknown one."""
        return self.frequencies.get(word, 0)

    def rarity(self, frequency: int) -> float:
        """How much a word tells that this many briefs hold: the logarithm of its odds, never under 0.3."""
        return max(0.3, self._least - log(1 + frequency)) if frequency else self._least + 0.3

    def has_completions(self, prefix: str) -> bool:
        """True where a longer known word begins so."""
        longer = chain(self._base.beginning(prefix), self._fresh)
        return any(word != prefix and word.startswith(prefix) and self.frequency(word) for word in longer)

    def completions(self, prefix: str) -> list[str]:
        """Known words that begin with the prefix and are longer, the most frequent first."""
        longer = [*self._base.beginning(prefix), *(word for word in self._fresh if word.startswith(prefix))]
        known = [word for word in longer if word != prefix and self.frequency(word)]
        return sorted(known, key=self.frequencies.__getitem__, reverse=True)

    def ending(self, part: str) -> list[str]:
        """Known words that end with the part and are longer, the most frequent first."""
        longer = (*self._base.ending(part), *(word for word in self._fresh if word.endswith(part)))
        known = [word for word in longer if word != part and self.frequency(word)]
        return sorted(known, key=self.frequencies.__getitem__, reverse=True)

    def near(self, typed: str, most: int) -> list[tuple[str, int]]:
        """Known words within `most` edits of the typed one, and the number of edits, fewest first."""
        near = self._nearest([*self._base.alike(typed, most), *self._fresh], typed, most)
        if not near and budget(len(typed)) > 1 and self._base.is_large:
            near = self._nearest(list(self._base.with_middle(typed, most)), typed, most)
        return near

    def _nearest(self, choices: Sequence[str], typed: str, most: int) -> list[tuple[str, int]]:
        found = process.extract(typed, choices, scorer=OSA.distance, score_cutoff=most, limit=None)
        near = {word: int(edits) for word, edits, _ in found if edits and self.frequency(word)}
        return sorted(near.items(), key=lambda pair: pair[1])

    def near_beginnings(self, typed: str) -> list[tuple[str, int]]:
        """Beginnings of known words that are one edit from the typed text, as typing stops before the end."""
        words = [*self._base.with_start(typed), *self._fresh]
        beginnings: set[str] = set()
        for length in range(len(typed) - 1, len(typed) + 2):
            beginnings |= {word[:length] for word in words if len(word) > length}
        found = process.extract(typed, sorted(beginnings), scorer=OSA.distance, score_cutoff=1, limit=None)
        near = [(beginning, int(edits)) for beginning, edits, _ in found if edits]
        return sorted(near, key=lambda pair: (pair[1], -self._mass(pair[0])))

    def _mass(self, beginning: str) -> int:
        """In how many briefs the first few known words stand that begin so."""
        return sum(self.frequency(word) for word in islice(self._base.beginning(beginning), _MOST_WEIGHED))


class _Sorted:
    """Words in order and in buckets; built once, shared by the vocabularies that follow from it."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self.words = sorted(frequencies)
        self.most = max(frequencies.values(), default=1)
        self.is_large = len(self.words) > _MANY
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._by_start: dict[tuple[int, str], list[str]] = defaultdict(list)
        self._by_end: dict[tuple[int, str], list[str]] = defaultdict(list)
        self._by_middle: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in self.words:
            self._by_length[len(word)].append(word)
            if self.is_large:
                self._by_start[len(word), word[:2]].append(word)
                self._by_end[len(word), word[-2:]].append(word)
                middle = len(word) // 2 - 1
                self._by_middle[len(word), word[middle : middle + 2]].append(word)

    @cached_property
    def _text(self) -> str:
        return "\n".join(("", *self.words, ""))

    def beginning(self, prefix: str) -> Iterator[str]:
        """Words that begin so, in order."""
        start = bisect_left(self.words, prefix)
        end = bisect_left(self.words, prefix + "\U0010ffff", lo=start)
        return iter(self.words[start:end])

    def ending(self, part: str) -> Iterator[str]:
        """Words that end so: found in one long text, in a millisecond among 500,000."""
        wanted = f"{part}\n"
        end = self._text.find(wanted)
        while end >= 0:
            start = self._text.rfind("\n", 0, end) + 1
            yield self._text[start : end + len(part)]
            end = self._text.find(wanted, end + 1)

    def alike(self, typed: str, most: int) -> Iterable[str]:
        """Words that may be within `most` edits of the typed one.

        One edit cannot spoil both ends of a word, so among many words only those are tried that share its
        first or last two letters; two edits seldom do.
        """
        lengths = _lengths(typed, most)
        if not self.is_large:
            return chain.from_iterable(self._by_length.get(length, ()) for length in lengths)
        starts = (self._by_start.get((length, typed[:2]), ()) for length in lengths)
        ends = (self._by_end.get((length, typed[-2:]), ()) for length in lengths)
        return chain(chain.from_iterable(starts), chain.from_iterable(ends))

    def with_middle(self, typed: str, most: int) -> Iterator[str]:
        """Words that share two neighbouring letters with the typed one about their middle."""
        for length in _lengths(typed, most):
            middle = length // 2 - 1
            for start in range(max(0, middle - most), min(len(typed) - 1, middle + most + 1)):
                yield from self._by_middle.get((length, typed[start : start + 2]), ())

    def with_start(self, typed: str) -> Iterator[str]:
        """Words that may begin with something one edit from the typed text: their first letter is right."""
        return self.beginning(typed[: 2 if len(self.words) > _VERY_MANY else 1])


def _lengths(typed: str, most: int) -> range:
    return range(max(SHORT - 1, len(typed) - most), len(typed) + most + 1)


class Lexicon:
    """The vocabulary as the index last showed it; many reads may ask at once, in one thread or in many."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary.of(0, {})
        # Reads of PostgreSQL take turns on one thread: what a turn holds must not stop the thread itself.
        self._lock = RLock()

    def current(self, reader: SearchReader) -> Vocabulary:
        """The words of the reader's view of the index, or of a newer one that another has read."""
        if reader.version() > self._vocabulary.version:
            with self._lock:
                self._refresh(reader)
        return self._vocabulary

    def _refresh(self, reader: SearchReader) -> None:
        if reader.version() > self._vocabulary.version:
            terms = reader.terms(self._vocabulary.version)
            if terms.version > self._vocabulary.version:  # else another turn was quicker meanwhile
                self._vocabulary = self._vocabulary.updated(terms)
