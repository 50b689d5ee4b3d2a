"""The titles of some briefs, taken apart for making queries and for knowing what answers them.

Independent of the search that is measured, apart from what a word is (`bot.domain.text`).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random
from sys import intern

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.brief import Brief
from bot.domain.text import words
from tests.benchmarks.quality.misspelling import renumbered

_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_COMPOUND = re.compile(r"\b(\w{2,})-(\w{2,})\b")

# fmt: off
EMPTY = frozenset((
    "a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can",
    "could", "did", "do", "does", "for", "from", "get", "had", "has", "have", "he", "her", "his", "how", "i",
    "if", "in", "into", "is", "it", "its", "just", "me", "more", "my", "new", "no", "not", "now", "of", "on",
    "one", "or", "our", "out", "over", "she", "so", "than", "that", "the", "their", "them", "then", "there",
    "they", "this", "to", "up", "us", "use", "was", "we", "were", "what", "whats", "when", "where", "which",
    "who", "why", "will", "with", "would", "you", "your",
))
"""Words of a title that nobody looks for."""
# fmt: on


class Titles:
    """What stands in which title; and the dice, to be seeded before queries are made."""

    def __init__(self, briefs: Sequence[Brief]) -> None:
        self.briefs = briefs
        self.rnd = Random(0)
        self.split = [tuple(intern(word) for word in words(brief.title)) for brief in briefs]
        self._holders: dict[str, array[int]] = {}
        self._strange: dict[str, bool] = {}
        self.known: set[str] = set()
        for place, brief in enumerate(briefs):
            for word in self.words_of(place):
                self._holders.setdefault(word, array("L")).append(place)
            self.known.update(_other_words(brief))
        self.known.update(self._holders)
        self._sorted = sorted(self.known)
        self._by_length: dict[int, list[str]] = {}
        for word in self._sorted:
            self._by_length.setdefault(len(word), []).append(word)
        self._compounds = [place for place, brief in enumerate(briefs) if _COMPOUND.search(brief.title)]

    def words_of(self, place: int) -> set[str]:
        """The words of a title; of "Google's" both "googles" and "google"."""
        return {*self.split[place], *self._bare(place)}

    def _bare(self, place: int) -> Sequence[str]:
        title = self.briefs[place].title
        if "'" not in title and "’" not in title:
            return self.split[place]
        return [intern(word) for word in words(_POSSESSIVE.sub("", title))]

    def content(self, place: int, letters: int = 3) -> list[str]:
        """The words of a title that somebody may look for, each once, in their order."""
        return [
            word
            for word in dict.fromkeys(self._bare(place))
            if word not in EMPTY and len(word) >= letters and not word.isdigit()
        ]

    def some_place(self) -> int:
        """A random title."""
        return self.rnd.randrange(len(self.briefs))

    def some(self, least: int, most: int, letters: int = 3) -> list[str]:
        """Some words of a random title in its order; empty where it has too few."""
        return self.some_of(self.some_place(), least, most, letters)

    def some_of(self, place: int, least: int, most: int, letters: int = 3) -> list[str]:
        """The same of one title."""
        content = self.content(place, letters)
        count = self.rnd.randint(least, most)
        if len(content) < count:
            return []
        return [content[at] for at in sorted(self.rnd.sample(range(len(content)), count))]

    def neighbours(self, letters: int = 3) -> tuple[int, list[str]]:
        """A random title, and two words of it that somebody may look for and that stand side by side."""
        place = self.some_place()
        content = set(self.content(place, letters))
        bare = self._bare(place)
        pairs = [pair for pair in pairwise(bare) if content.issuperset(pair)]
        return place, list(self.rnd.choice(pairs)) if pairs else []

    def compound(self) -> tuple[int, list[str]]:
        """A title with a hyphen, and the two words around it; no words where there is no such title."""
        if not self._compounds:
            return 0, []
        place = self.rnd.choice(self._compounds)
        found = self.rnd.choice(_COMPOUND.findall(self.briefs[place].title))
        pair = words(" ".join(found))
        return place, pair if len(pair) == 2 and len(pair[0]) + len(pair[1]) > 4 else []

    def holding(self, clean: Sequence[str], beginning: str = "") -> Iterator[int]:
        """The places of all titles with all these words, and with one that has this beginning."""
        held = sorted((self._holders.get(word, array("L")) for word in set(clean)), key=len)
        rarest = list(held[0]) if held else None
        if beginning:
            begun = {place for word in self._beginning(beginning) for place in self._holders.get(word, ())}
            rarest = sorted(begun) if rarest is None else [place for place in rarest if place in begun]
        wanted = set(clean)
        for place in rarest or ():
            if len(held) < 2 or wanted <= self.words_of(place):
                yield place

    def is_about(self, word: str, others: Sequence[str]) -> bool:
        """True where a title has the word, and title or names have the others in either number."""
        for place in self._holders.get(word, ()):
            brief = self.briefs[place]
            named = words(" ".join((brief.provider.name, brief.provider.domain, *brief.topics)))
            held = {*self.words_of(place), *named}
            if all(other in held or renumbered(other) in held for other in others):
                return True
        return False

    def _beginning(self, beginning: str) -> Iterator[str]:
        for place in range(bisect_left(self._sorted, beginning), len(self._sorted)):
            if not self._sorted[place].startswith(beginning):
                return
            yield self._sorted[place]

    def near(self, word: str) -> list[str]:
        """Other known words one edit away."""
        lengths = range(len(word) - 1, len(word) + 2)
        others = [one for length in lengths for one in self._by_length.get(length, ())]
        found = process.extract(word, others, scorer=OSA.distance, score_cutoff=1, limit=20)
        return [one for one, edits, _ in found if edits == 1]

    def is_strange(self, word: str) -> bool:
        """True for a word that is not known, not the beginning of a known one, and not one edit from one.

        What a query of such words finds was not meant, whoever typed it.
        """
        if word not in self._strange:
            is_known = word in self.known or word.removesuffix("s") in self.known or self.is_begun(word)
            self._strange[word] = not (is_known or self.near(word))
        return self._strange[word]

    def is_begun(self, word: str) -> bool:
        """True for the beginning of a known word."""
        return next(self._beginning(word), None) is not None


def _other_words(brief: Brief) -> list[str]:
    """The words outside of the title that can be found."""
    texts = [brief.excerpt, brief.provider.name, brief.provider.domain, *brief.topics]
    return words(" ".join([*texts, *(article.title for article in brief.related)]))
