"""The index's own words in memory, with how many briefs hold each: typed words are matched to them."""

from __future__ import annotations

import string
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from math import log
from threading import RLock
from time import monotonic
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

from bot.domain.ports import SearchReader, Terms

K = TypeVar("K", int, str)

SHORT = 4
"""Words with fewer letters are too near to too many others: see `Known.typos` for what little is forgiven."""

_MANY = 8_000
"""Words from which on a word is compared only with those that share some of its letters in place."""

_LETTERS = string.ascii_lowercase + string.digits

_MOST_WEIGHED = 50
"""Words by which a beginning is weighed against another."""

_FRESH_SHARE = 10
"""New words are kept apart, and scanned, until they are more than this part of the sorted ones."""


def budget(letters: int) -> int:
    """Edits forgiven in a word of so many letters: none under 4, one under 8, two under 13, then three."""
    if letters < SHORT:
        return 0
    return 1 if letters < 8 else 2 if letters < 13 else 3


_LONG_SECONDS = 0.02
"""Changed words that take longer to read are a large sync's."""

_ASIDE_SECONDS = 10.0
"""How long after those the next are read beside the answers."""


class Vocabulary:
    """One state of the words. Nothing of it changes but `frequencies`, and those only towards the truth."""

    def __init__(self, version: int, frequencies: dict[str, int], base: _Sorted, fresh: _Sorted) -> None:
        self.version = version
        self.frequencies = frequencies
        self._base = base
        self._fresh = fresh
        self._parts = (base, fresh)
        self.most = base.most
        self._least = log(1 + base.most)

    @classmethod
    def of(cls, version: int, frequencies: Mapping[str, int]) -> Vocabulary:
        """A vocabulary of exactly these words."""
        known = dict(frequencies)
        if min(known.values(), default=1) < 1:
            known = {word: count for word, count in known.items() if count > 0}
        return cls(version, known, _Sorted(known), _Sorted({}))

    def updated(self, terms: Terms) -> Vocabulary:
        """The vocabulary after these changes; words that no brief holds any more are passed over."""
        if terms.complete:
            return Vocabulary.of(terms.version, terms.frequencies)
        new = [word for word in terms.frequencies if word not in self.frequencies]
        self.frequencies.update(terms.frequencies)
        fresh = _Sorted(dict.fromkeys((*self._fresh.words, *new), 1)) if new else self._fresh
        if len(fresh.words) > 1000 and len(fresh.words) * _FRESH_SHARE > len(self._base.words):
            return Vocabulary.of(terms.version, self.frequencies)
        return Vocabulary(terms.version, self.frequencies, self._base, fresh)

    def put_in_order(self) -> None:
        """Sort the words into buckets now, instead of when the first misspelled one is asked for."""
        for words in self._parts:
            words.fill()

    def __len__(self) -> int:
        return len(self._base.words) + len(self._fresh.words)

    @property
    def is_crowded(self) -> bool:
        """True where so much is known that words it lacks often have a neighbour two letters away.

        Of 25 everyday words that no brief holds it was none among 3,800 known words, five among 92,000.
        """
        return len(self) > _MANY

    def frequency(self, word: str) -> int:
        """The number of briefs that hold the word, 0 for an unknown one."""
        return self.frequencies.get(word, 0)

    def rarity(self, frequency: int) -> float:
        """How much a word tells that this many briefs hold: the logarithm of its odds, never under 0.3."""
        return max(0.3, self._least - log(1 + frequency)) if frequency else self._least + 0.3

    def has_completions(self, prefix: str) -> bool:
        """True where a longer known word begins so."""
        firsts = [first for words in self._parts if (first := words.longer(prefix))]
        if any(map(self.frequency, firsts)):
            return True
        others = self._beginning(prefix) if firsts else ()
        return any(word != prefix and self.frequency(word) for word in others)

    def completions(self, prefix: str) -> list[str]:
        """Known words that begin with the prefix and are longer, the most frequent first."""
        known = [word for word in self._beginning(prefix) if word != prefix and self.frequency(word)]
        return sorted(known, key=self.frequencies.__getitem__, reverse=True)

    def ending(self, part: str) -> list[str]:
        """Known words that end with the part and are longer, the most frequent first."""
        longer = chain.from_iterable(words.ending(part) for words in self._parts)
        known = [word for word in longer if self.frequency(word)]
        return sorted(known, key=self.frequencies.__getitem__, reverse=True)

    def near(self, typed: str, most: int) -> list[tuple[str, int]]:
        """Known words within `most` edits of the typed one, and the edits; the fewest come first."""
        scans = most > 1 or not typed.isascii()
        alike = chain.from_iterable(words.alike(typed, most) for words in self._parts)
        near = self._scanned(alike, typed, most) if scans else dict.fromkeys(self._one_edit_from(typed), 1)
        if not near and budget(len(typed)) > 1 and self._base.is_large:
            near = self._scanned(self._base.with_middle(typed, most), typed, most)
        return sorted(near.items(), key=lambda pair: (pair[1], -self.frequencies[pair[0]], pair[0]))

    def _one_edit_from(self, typed: str) -> list[str]:
        """Known words one edit away; a few hundred are looked up, however many are known."""
        near = one_edit(typed, self._known_start(typed)) & self.frequencies.keys()
        return [word for word in near if self.frequencies[word]]

    def _known_start(self, typed: str) -> int:
        """How many letters of the typed text known words begin with."""
        return max(words.known_start(typed) for words in self._parts)

    def _scanned(self, choices: Iterable[str], typed: str, most: int) -> dict[str, int]:
        """Those of some words that are near enough."""
        found = process.extract(typed, [*choices], scorer=OSA.distance, score_cutoff=most, limit=None)
        return {word: int(edits) for word, edits, _ in found if edits and self.frequency(word)}

    def near_beginnings(self, typed: str) -> list[str]:
        """Beginnings of known words one edit from the typed text, as typing stops before the end.

        Those of the most briefs come first. The first letter is right: with one wrong too much fits.
        """
        if len(typed) < SHORT or not typed.isascii():
            return []
        wrong = {text for text in one_edit(typed, self._known_start(typed)) if text[0] == typed[0]}
        begin = {text for words in self._parts for text in words.beginning_words(wrong)}
        near = [text for text in begin if self.has_completions(text)]
        return sorted(near, key=lambda text: (-self._mass(text), text))

    def _mass(self, beginning: str) -> int:
        """In how many briefs the first few known words stand that begin so."""
        return sum(self.frequency(word) for word in islice(self._beginning(beginning), _MOST_WEIGHED))

    def _beginning(self, prefix: str) -> Iterator[str]:
        return chain.from_iterable(words.beginning(prefix) for words in self._parts)


class _Sorted:
    """Words in order and in buckets; built once, shared by the vocabularies that follow from it."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self.words = sorted(frequencies)
        self.most = max(frequencies.values(), default=1)
        self.is_large = len(self.words) > _MANY

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        return _buckets(self.words, len)

    # Few buckets, each in order of length: one for every length and ending took three times the memory.
    @cached_property
    def _by_end(self) -> dict[str, list[str]]:
        return _buckets(sorted(self.words, key=len), lambda word: word[-2:])

    @cached_property
    def _by_middle(self) -> dict[str, list[str]]:
        return _buckets(sorted(self.words, key=len), _middle)

    def fill(self) -> None:
        """Make every bucket that was not asked for yet."""
        _ = self._by_length, self._by_end, self._by_middle

    def beginning(self, prefix: str) -> Iterator[str]:
        """Words that begin so, in order."""
        words = self.words
        for place in range(bisect_left(words, prefix), len(words)):
            if not words[place].startswith(prefix):
                return
            yield words[place]

    def beginning_words(self, texts: Iterable[str]) -> list[str]:
        """Those of some texts that begin a longer word."""
        words, end, found = self.words, len(self.words), []
        for text in texts:
            place = bisect_right(words, text)
            if place < end and words[place].startswith(text):
                found.append(text)
        return found

    def known_start(self, typed: str) -> int:
        """How many letters of a text one of the words begins with."""
        place = bisect_left(self.words, typed)
        return max(
            (Prefix.similarity(word, typed) for word in self.words[max(0, place - 1) : place + 1]),
            default=0,
        )

    def longer(self, prefix: str) -> str:
        """The first longer word that begins so, or nothing."""
        words = self.words
        place = bisect_right(words, prefix)
        found = words[place] if place < len(words) else ""
        return found if found.startswith(prefix) else ""

    def ending(self, part: str) -> list[str]:
        """Longer words that end with the part, which has two letters at least."""
        words = self._by_end.get(part[-2:], [])
        return [word for word in words[bisect_right(words, len(part), key=len) :] if word.endswith(part)]

    def alike(self, typed: str, most: int) -> Iterable[str]:
        """Words that may be within `most` edits of the typed one.

        One edit cannot spoil both ends of a word, so among many words only those are tried that share its
        first or last two letters; two edits seldom do.
        """
        lengths = _lengths(typed, most)
        if not self.is_large:
            return chain.from_iterable(self._by_length.get(length, ()) for length in lengths)
        starts = (_starting(self._by_length.get(length, []), typed[:2]) for length in lengths)
        return chain(chain.from_iterable(starts), _of_lengths(self._by_end, typed[-2:], lengths))

    def with_middle(self, typed: str, most: int) -> Iterator[str]:
        """Words that share two neighbouring letters with the typed one about their middle."""
        lengths = _lengths(typed, most)
        low, high = lengths[0] // 2 - 1 - most, lengths[-1] // 2 + most
        for start in range(max(0, low), min(len(typed) - 1, high)):
            yield from _of_lengths(self._by_middle, typed[start : start + 2], lengths)


def _buckets(words: Iterable[str], key: Callable[[str], K]) -> dict[K, list[str]]:
    found: dict[K, list[str]] = defaultdict(list)
    for word in words:
        found[key(word)].append(word)
    return dict(found)


def _middle(word: str) -> str:
    start = len(word) // 2 - 1
    return word[start : start + 2]


def _of_lengths(buckets: Mapping[str, list[str]], key: str, lengths: range) -> list[str]:
    """The words of a bucket that have one of these lengths."""
    words = buckets.get(key, [])
    return words[bisect_left(words, lengths[0], key=len) : bisect_right(words, lengths[-1], key=len)]


def _starting(words: list[str], start: str) -> list[str]:
    """Those of some words in order that begin so."""
    first = bisect_left(words, start)
    return words[first : bisect_left(words, start + "\U0010ffff", lo=first)]


def one_edit(typed: str, known_start: int) -> set[str]:
    """Texts one edit away in plain letters: one left out, two swapped, one other, one more.

    Before the edit all is as typed: known words begin so for the first `known_start` letters, not further.
    A digit is seldom typed for a letter, or left out where no other is.
    """
    letters = string.ascii_lowercase if typed.isalpha() else _LETTERS
    cuts = [(typed[:at], typed[at:]) for at in range(min(known_start, len(typed)) + 1)]
    found = {before + after[1:] for before, after in cuts if after}
    found |= {before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1}
    found |= {before + letter + after[1:] for before, after in cuts if after for letter in letters}
    found |= {before + letter + after for before, after in cuts for letter in letters}
    found.discard(typed)
    return found


def _lengths(typed: str, most: int) -> range:
    return range(max(SHORT - 1, len(typed) - most), len(typed) + most + 1)


class Lexicon:
    """The vocabulary as the index last showed it; many reads may ask at once, in one thread or in many.

    While a sync changes it by the ten thousand words again and again, no answer waits for that: what is known
    goes on to be used, `is_behind` says so, and somebody has to `catch_up` beside the answers.
    """

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._aside_until = 0.0
        self._vocabulary = Vocabulary.of(0, {})
        self.is_behind = False
        # Reads of PostgreSQL take turns on one thread: what a turn holds must not stop the thread itself.
        self._lock = RLock()

    def current(self, reader: SearchReader) -> Vocabulary:
        """The words of the reader's view of the index, or of a newer one that another has read.

        During a large sync those of a moment ago.
        """
        if reader.version() > self._vocabulary.version:
            if self._seconds() < self._aside_until:
                self.is_behind = True
            else:
                self.refresh(reader)
        return self._vocabulary

    def catch_up(self, reader: SearchReader) -> None:
        """Read what has changed, and put it in order, so that no answer has to."""
        self.refresh(reader, in_order=True)

    def refresh(self, reader: SearchReader, *, in_order: bool = False) -> None:
        """Read what has changed; answers put in order what they look into unless it is done here."""
        with self._lock:
            self.is_behind = False
            if reader.version() <= self._vocabulary.version:
                return  # another was quicker meanwhile
            started = self._seconds()
            terms = reader.terms(self._vocabulary.version)
            if terms.version > self._vocabulary.version:
                updated = self._vocabulary.updated(terms)
                if in_order:
                    updated.put_in_order()
                self._vocabulary = updated
            ended = self._seconds()
            if not terms.complete and ended - started > _LONG_SECONDS:
                self._aside_until = ended + _ASIDE_SECONDS
