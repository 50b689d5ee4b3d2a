"""Known-item queries made from titles: the harder kinds of misspelling, each with the briefs that answer it.

A query is made from two to four clean words of a title; relevant is every brief whose title holds all of
the clean words. Reproducible by seed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.brief import Brief
from bot.domain.searchable import searchable
from bot.domain.text import words
from bot.search.fillers import FILLERS, FUNCTION_WORDS
from bot.search.forms import forms
from tests.benchmarks._common_words import COMMON

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum",
    "k": "jli", "l": "ko", "z": "asx", "x": "zsc", "c": "xdv", "v": "cfb", "b": "vgn", "n": "bhm", "m": "nj",
}  # fmt: skip
PHONETIC = (
    ("ph", "f"), ("ck", "k"), ("tion", "shun"), ("ee", "ea"), ("ea", "ee"), ("ou", "ow"), ("ai", "ay"),
    ("c", "k"), ("s", "z"), ("y", "i"), ("er", "or"), ("or", "er"), ("an", "en"), ("en", "an"),
    ("ight", "ite"),
    ("ll", "l"), ("ss", "s"), ("mm", "m"), ("nn", "n"), ("x", "ks"), ("qu", "kw"), ("i", "e"), ("e", "i"),
)  # fmt: skip
QUESTIONS = (
    "what is {}",
    "latest news about {}",
    "tell me about {}",
    "how does {} work",
    "any updates on {}?",
    "show me articles about {}",
    "what happened with {}",
    "is there something new on {}",
)
JUNK = ("chrysanthemum", "tourniquet", "shuttlecock", "caterpillar", "marmalade", "wheelbarrow", "lullaby")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One query with the slugs that answer it."""

    query: str
    kind: str
    relevant: frozenset[str]


class Maker:
    """Makes queries over some briefs."""

    def __init__(self, briefs: Sequence[Brief], seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._titles = [(brief.slug, brief.title, words(brief.title)) for brief in briefs]
        self._holders: dict[str, set[str]] = {}
        for slug, _, title in self._titles:
            for word in title:
                self._holders.setdefault(word, set()).add(slug)
        bodies = (words(f"{brief.title} {brief.excerpt}") for brief in briefs)
        self._vocabulary = Counter(word for body in bodies for word in set(body))
        texts = (searchable(brief) for brief in briefs)
        indexed = Counter(word for text in texts for word in {*text.title.split(), *text.body.split()})
        self.absent = [word for word in COMMON if word not in indexed and not forms(word) & indexed.keys()]
        self.frequent = [
            word for word, count in indexed.most_common(800)[60:] if len(word) > 4 and word not in FILLERS
        ]

    def make(self, each: int) -> list[Asked]:
        """`each` queries of every kind."""
        made: list[Asked] = []
        for kind, maker in KINDS.items():
            tries = 0
            count = 0
            while count < each and tries < each * 40:
                tries += 1
                if asked := maker(self, kind):
                    made.append(asked)
                    count += 1
        return made

    def make_nowhere(self, each: int) -> list[Asked]:
        """`each` queries of every kind of which nothing may be found."""
        return [self.nowhere(kind, known=known) for kind, known in NOWHERE.items() for _ in range(each)]

    def nowhere(self, kind: str, *, known: bool) -> Asked:
        """Two common words that nothing here is about; with `known` one of them stands in many briefs."""
        pair = self._random.sample(self.absent, 2)
        if known:
            pair[self._random.randrange(2)] = self._random.choice(self.frequent)
        return Asked(query=" ".join(pair), kind=kind, relevant=frozenset())

    def clean(self, least: int, most: int, letters: int = 3) -> list[str]:
        """Some neighbouring content words of a random title."""
        title = self._random.choice(self._titles)[2]
        content = [w for w in dict.fromkeys(title) if w not in FUNCTION_WORDS and len(w) >= letters]
        count = self._random.randint(least, most)
        if len(content) < count:
            return []
        start = self._random.randrange(len(content) - count + 1)
        return content[start : start + count]

    def asked(self, kind: str, typed: Sequence[str] | str, clean: Sequence[str]) -> Asked | None:
        """The query, unless it came out as it was or means another brief's very words."""
        query = typed if isinstance(typed, str) else " ".join(typed)
        relevant = set.intersection(*(self._holders.get(word, set()) for word in clean))
        return Asked(query=query, kind=kind, relevant=frozenset(relevant)) if relevant else None

    def one_edit(self, word: str, *, first: bool = False) -> str:
        """A neighbouring key, a missing, a doubled or two swapped letters."""
        at = 0 if first else self._random.randrange(1, len(word))
        match self._random.randrange(4):
            case 0:
                return word[:at] + self._random.choice(NEIGHBOURS.get(word[at], "e")) + word[at + 1 :]
            case 1:
                return word[:at] + word[at + 1 :]
            case 2:
                return word[:at] + self._random.choice(NEIGHBOURS.get(word[at], "e")) + word[at:]
        at = min(at, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def edits(self, word: str, count: int) -> str:
        """The word exactly so many edits away, and unknown."""
        for _ in range(30):
            typed = word
            for _ in range(count):
                typed = self.one_edit(typed)
            if OSA.distance(typed, word) == count and typed not in self._vocabulary:
                return typed
        return ""

    def choose(self, clean: Sequence[str], least: int) -> int:
        """The place of a word of at least so many letters, -1 where there is none."""
        places = [place for place, word in enumerate(clean) if len(word) >= least]
        return self._random.choice(places) if places else -1

    def changed(
        self, kind: str, clean: Sequence[str], least: int, change: Callable[[str], str]
    ) -> Asked | None:
        """The query with one word changed."""
        place = self.choose(clean, least) if clean else -1
        if place < 0:
            return None
        typed = change(clean[place])
        if not typed or typed == clean[place] or (kind != "slip" and typed in self._vocabulary):
            return None
        return self.asked(kind, [*clean[:place], typed, *clean[place + 1 :]], clean)

    def slip(self, word: str) -> str:
        """Another known word one edit away."""
        near = process.extract(word, list(self._vocabulary), scorer=OSA.distance, score_cutoff=1, limit=8)
        others = [one for one, edits, _ in near if edits == 1 and one not in (word + "s", word[:-1])]
        return self._random.choice(others) if others else ""

    def phonetic(self, word: str) -> str:
        """Written as it sounds."""
        fitting = [(old, new) for old, new in PHONETIC if old in word[1:]]
        if not fitting:
            return ""
        old, new = self._random.choice(fitting)
        return word[0] + word[1:].replace(old, new, 1)


def _first(maker: Maker, kind: str) -> Asked | None:
    return maker.changed(kind, maker.clean(1, 3, 4), 5, lambda word: maker.one_edit(word, first=True))


def _short(maker: Maker, kind: str) -> Asked | None:
    return maker.changed(
        kind, maker.clean(2, 3), 4, lambda word: maker.one_edit(word) if len(word) < 6 else ""
    )


def _slip(maker: Maker, kind: str) -> Asked | None:
    return maker.changed(kind, maker.clean(2, 3), 4, maker.slip)


def _three(maker: Maker, kind: str) -> Asked | None:
    return maker.changed(kind, maker.clean(2, 3), 10, lambda word: maker.edits(word, 3))


def _phonetic(maker: Maker, kind: str) -> Asked | None:
    return maker.changed(kind, maker.clean(1, 3), 6, maker.phonetic)


def _typo_prefix(maker: Maker, kind: str) -> Asked | None:
    clean = maker.clean(1, 3)
    if not clean or len(clean[-1]) < 7:
        return None
    beginning = clean[-1][: maker._random.randint(5, len(clean[-1]) - 1)]
    typed = maker.edits(beginning, 1)
    return maker.asked(kind, [*clean[:-1], typed], clean) if typed else None


def _typo_join(maker: Maker, kind: str) -> Asked | None:
    clean = maker.clean(2, 3, 4)
    if not clean or len(clean[0]) + len(clean[1]) < 9:
        return None
    typed = maker.edits(clean[0] + clean[1], 1)
    return maker.asked(kind, [typed, *clean[2:]], clean) if typed else None


def _typo_split(maker: Maker, kind: str) -> Asked | None:
    def change(word: str) -> str:
        typed = maker.edits(word, 1)
        cut = maker._random.randint(3, max(3, len(typed) - 3))
        return f"{typed[:cut]} {typed[cut:]}" if typed else ""

    return maker.changed(kind, maker.clean(1, 2), 8, change)


def _combined(maker: Maker, kind: str) -> Asked | None:
    clean = maker.clean(3, 4, 4)
    if not clean or len(clean[0]) < 6:
        return None
    typed = maker.edits(clean[0], 1)
    last = clean[-1] if len(clean[-1]) < 6 else clean[-1][: len(clean[-1]) - 2]
    order = [*clean[1:-1], typed, last]
    return maker.asked(kind, order, clean) if typed else None


def _punctuation(maker: Maker, kind: str) -> Asked | None:
    clean = maker.clean(2, 3)
    marks = ("{}, {}", "{} & {}", "{}/{}", "#{} {}", "({}) {}!", "{}... {}?", "{}'s {}", "{} - {}", "{}_{}")
    if not clean:
        return None
    mark = maker._random.choice(marks)
    return maker.asked(kind, mark.format(clean[0], " ".join(clean[1:])), clean)


def _question(maker: Maker, kind: str) -> Asked | None:
    clean = maker.clean(1, 2, 4)
    return (
        maker.asked(kind, maker._random.choice(QUESTIONS).format(" ".join(clean)), clean) if clean else None
    )


def _question_typo(maker: Maker, kind: str) -> Asked | None:
    asked = maker.changed(kind, maker.clean(1, 2, 4), 6, lambda word: maker.edits(word, 1))
    if asked is None:
        return None
    query = maker._random.choice(QUESTIONS).format(asked.query)
    return Asked(query=query, kind=kind, relevant=asked.relevant)


def _headline(maker: Maker, kind: str) -> Asked | None:
    slug, title, split = maker._random.choice(maker._titles)
    if len(split) < 5:
        return None
    pasted = maker._random.choice((title, title.upper(), f"{title} | ZDNet", f"{title} - The New York Times"))
    same = frozenset(other for other, _, tokens in maker._titles if tokens == split)
    return Asked(query=pasted, kind=kind, relevant=same | {slug})


def _headline_changed(maker: Maker, kind: str) -> Asked | None:
    slug, _, split = maker._random.choice(maker._titles)
    if len(split) < 7:
        return None
    kept = [word for word in split if maker._random.random() > 0.15]
    place = maker._random.randrange(len(kept))
    kept[place] = maker.edits(kept[place], 1) or kept[place] if len(kept[place]) > 4 else kept[place]
    same = frozenset(other for other, _, tokens in maker._titles if set(kept) <= set(tokens))
    return Asked(query=" ".join(kept), kind=kind, relevant=same | {slug})


def _dropped(maker: Maker, kind: str) -> Asked | None:
    """An unknown word among three known ones."""
    clean = maker.clean(2, 3, 4)
    if not clean:
        return None
    place = maker._random.randrange(len(clean) + 1)
    return maker.asked(kind, [*clean[:place], maker._random.choice(JUNK), *clean[place:]], clean)


NOWHERE: dict[str, bool] = {"nowhere": False, "nowhere_half": True}
"""Kinds of which nothing may be found, and whether one of the two words is a frequent one."""

KINDS: dict[str, Callable[[Maker, str], Asked | None]] = {
    "first_letter": _first,
    "short": _short,
    "slip": _slip,
    "three_typos": _three,
    "phonetic": _phonetic,
    "typo_prefix": _typo_prefix,
    "typo_join": _typo_join,
    "typo_split": _typo_split,
    "combined": _combined,
    "punctuation": _punctuation,
    "question": _question,
    "question_typo": _question_typo,
    "headline": _headline,
    "headline_changed": _headline_changed,
    "unknown_word": _dropped,
}
