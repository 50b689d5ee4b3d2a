"""What one question has looked up in the vocabulary: its readings ask for the same words again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.search.forms import forms
from bot.search.vocabulary import SHORT, Vocabulary, budget

_LONG_ALIAS = 8
"""Letters of another name that is still known with a typo; initials are too short for that."""

_ENDINGS = frozenset(("com", "net", "org", "www"))
"""Parts of a provider's address, which nearly every brief has: no word is run together with one."""

_LEAST_PART = 3
"""Letters of each part of a known word that is also read as two."""

LONGEST_TYPO = 48
"""Letters of a word that is still corrected."""


Aliases: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]


class Known:
    """One state of the vocabulary, each word looked up once; made for one question and dropped with it.

    `aliases` are other names of topics and providers, squeezed, with the names' own words.
    """

    def __init__(self, vocabulary: Vocabulary, aliases: Aliases = MappingProxyType({})) -> None:
        self.vocabulary = vocabulary
        self.aliases = aliases
        self.frequency = vocabulary.frequency
        self.rarity = vocabulary.rarity
        self._forms: dict[str, list[str]] = {}
        self._near: dict[tuple[str, int], list[tuple[str, int]]] = {}
        self._beginnings: dict[str, list[str]] = {}
        self._parts: dict[str, list[tuple[str, ...]]] = {}

    def forms_of(self, word: str) -> list[str]:
        """The known other forms of a word."""
        found = self._forms.get(word)
        if found is None:
            found = self._forms[word] = sorted(form for form in forms(word) if self.frequency(form))
        return found

    def called(self, typed: str, *, forgiving: bool) -> tuple[tuple[str, ...], ...]:
        """The names that go by this alias, or by one that it may be a typo of."""
        found = self.aliases.get(typed, ())
        most = budget(len(typed)) if forgiving and len(typed) >= _LONG_ALIAS else 0
        if found or not most:
            return found
        near = process.extractOne(typed, self.aliases.keys(), scorer=OSA.distance, score_cutoff=most)
        return self.aliases[near[0]] if near else ()

    def has_completions(self, prefix: str) -> bool:
        """True where a longer known word begins so."""
        return self.vocabulary.has_completions(prefix)

    def has_beginning(self, start: str) -> bool:
        """True where a known word is or begins so."""
        return bool(self.frequency(start)) or self.vocabulary.has_completions(start)

    def near(self, word: str, most: int) -> list[tuple[str, int]]:
        """Known words within `most` edits, and the edits, fewest first."""
        key = word, most
        if key not in self._near:
            self._near[key] = self.vocabulary.near(word, most)
        return self._near[key]

    def typos(self, token: str) -> list[tuple[str, int]]:
        """Known words that the token may be a typo of, fewest edits first.

        The budget goes by the longer of the two, since letters may be missing; two letters of a word of
        three may have changed places.
        """
        letters = len(token)
        if letters < SHORT - 1 or letters > LONGEST_TYPO:
            return []
        most = budget(letters + 2) if letters >= 6 else 1
        found = self.near(token, most)
        return [
            (word, edits)
            for word, edits in found
            if edits <= budget(max(letters, len(word))) or sorted(word) == sorted(token)
        ]

    def slips(self, part: str) -> list[tuple[str, int]]:
        """Known words one edit from a part of a typed word."""
        return self.near(part, 1)

    def near_beginnings(self, typed: str) -> list[str]:
        """Beginnings of known words that are one edit from the typed text."""
        if typed not in self._beginnings:
            self._beginnings[typed] = self.vocabulary.near_beginnings(typed)
        return self._beginnings[typed]

    def parts(self, token: str) -> list[tuple[str, ...]]:
        """The ways to cut a token into two or three known words, the most frequent parts first."""
        if token not in self._parts:
            found = sorted(self._cut(token), reverse=True)
            self._parts[token] = [tokens for _, tokens in found]
        return self._parts[token]

    def parts_in_forms(self, token: str) -> list[tuple[str, str]]:
        """The ways to cut a token into a known word and another form of one, the most frequent first."""
        found: dict[tuple[str, str], float] = {}
        for cut in range(2, len(token) - 1):
            left, right = token[:cut], token[cut:]
            if self.frequency(left) and _is_part(left):
                found.update({(left, form): self.commonness(left, form) for form in self.forms_of(right)})
            if self.frequency(right) and _is_part(right):
                found.update({(form, right): self.commonness(form, right) for form in self.forms_of(left)})
        return sorted(found, key=lambda parts: (found[parts], parts), reverse=True)

    def ending(self, part: str) -> list[str]:
        """Longer known words that end so, the most frequent first."""
        return self.vocabulary.ending(part)

    def commonness(self, *parts: str) -> float:
        """How usual words are for their length; never above 0."""
        return -sum(self.rarity(self.frequency(part)) / len(part) for part in parts)

    def _cut(self, token: str) -> Iterator[tuple[float, tuple[str, ...]]]:
        frequency = self.frequency
        least = _LEAST_PART if frequency(token) else 1  # a known word is seldom two that are very short
        for cut in range(least, len(token) - least + 1):
            left, right = token[:cut], token[cut:]
            if not (_is_part(left) and frequency(left)):
                continue
            if _is_part(right) and frequency(right):
                yield self.commonness(left, right), (left, right)
            elif len(right) >= 5 and not frequency(token):
                yield from self._three_parts(left, right)

    def _three_parts(self, left: str, rest: str) -> Iterator[tuple[float, tuple[str, ...]]]:
        for cut in range(2, len(rest) - 1):
            middle, right = rest[:cut], rest[cut:]
            if self.frequency(middle) and self.frequency(right):
                yield self.commonness(left, middle, right) - 10, (left, middle, right)


def _is_part(part: str) -> bool:
    return (len(part) > 1 or part.isdigit()) and part not in _ENDINGS
