"""A vocabulary as news has it: a few words everywhere, most words rare, families of forms, many names.

The most frequent words are those of real briefs; behind them stand invented ones, made of syllables and
common endings, so that neighbours within an edit or two are as frequent as in a language.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

# fmt: off
GRAMMAR = (
    "the", "to", "of", "and", "a", "in", "for", "is", "on", "that", "with", "its", "as", "by", "from", "at",
    "it", "are", "an", "be", "has", "will", "how", "this", "your", "can", "more", "you", "was", "have",
    "new", "or", "their", "not", "but", "which", "over", "than", "into", "up", "out", "about", "after",
    "all", "now", "what", "when", "why", "who", "could", "they", "we", "may", "one", "also",
)
_ONSETS = (
    "b", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p",
    "pl", "pr", "r", "s", "s", "sh", "sp", "st", "t", "t", "tr", "v", "w", "z", "", "",
)
_NUCLEI = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "a", "e", "i", "ea", "io", "ou")
_CODAS = ("", "", "", "", "", "", "l", "m", "n", "n", "r", "r", "s", "t")
_LAST_CODAS = ("", "", "l", "m", "n", "n", "r", "r", "s", "t", "ck", "nd", "nt", "rt", "st", "x", "p", "d")
_ENDINGS = (
    "", "s", "ing", "ed", "er", "ers", "ation", "al", "ly", "ment", "able", "ness", "ity", "ive", "ism",
    "ful",
)
_BEGINNINGS = ("re", "un", "pre", "inter", "over", "micro", "de", "sub")
# fmt: on
_TOKENS_PER_BRIEF = 50
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W_]+)*")


def vocabulary_size(briefs: int) -> int:
    """Different words of so many briefs by Heaps' law, with the constants measured on Reuters' news."""
    return int(44 * (_TOKENS_PER_BRIEF * briefs) ** 0.49)


def words_of(text: str) -> list[str]:
    """The words of a text as they are written."""
    return _WORD.findall(text)


def frequent_words(texts: Iterable[str]) -> list[str]:
    """Words of real texts, the most frequent first, in their most frequent spelling; no grammar words."""
    spelled: dict[str, Counter[str]] = {}
    for text in texts:
        for word in words_of(text):
            spelled.setdefault(word.lower(), Counter())[word] += 1
    ranked = sorted(spelled.items(), key=lambda item: (-item[1].total(), item[0]))
    return [most(spellings) for word, spellings in ranked if word not in GRAMMAR]


def most(spellings: Counter[str]) -> str:
    """The most frequent one, the first by letter among equals."""
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def recurring_pairs(titles: Iterable[str]) -> list[str]:
    """Neighbouring capitalised words that stand in two titles or more: products and companies."""
    pairs: Counter[str] = Counter()
    for title in titles:
        for one, other in pairwise(words_of(title)[1:]):
            if one[0].isupper() and other[0].isupper() and not {one.lower(), other.lower()} & set(GRAMMAR):
                pairs[f"{one} {other}"] += 1
    ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [pair for pair, count in ranked if count > 1]


def stem(dice: random.Random, syllables: int) -> str:
    """An invented word without an ending."""
    codas = [_CODAS] * (syllables - 1) + [_LAST_CODAS]
    made = "".join(dice.choice(_ONSETS) + dice.choice(_NUCLEI) + dice.choice(coda) for coda in codas)
    return made if len(made) > 2 else made + dice.choice("lmnrst") + dice.choice("aeo")


def invented_words(dice: random.Random, count: int) -> list[str]:
    """Families of forms, the frequent forms first; each word once."""
    ranks: dict[str, float] = {}
    family = 0
    while len(ranks) < count:
        family += 1
        base = stem(dice, dice.choice((1, 2, 2, 2, 3, 3)))
        base = dice.choice(_BEGINNINGS) + base if dice.random() < 0.08 else base
        for place, ending in enumerate(_ENDINGS[: dice.choice((1, 1, 2, 4, 6, 12, 16))]):
            ranks.setdefault(_joined(base, ending), family * (1 + place) * dice.uniform(0.5, 1.5))
    return sorted(ranks, key=ranks.__getitem__)[:count]


def _joined(base: str, ending: str) -> str:
    return (
        base[:-1] + ending
        if ending[:1] in "aei" and base[-1] in "aeiouy" and len(base) > 3
        else base + ending
    )


def names(dice: random.Random, count: int) -> list[str]:
    """Capitalised invented names, each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[stem(dice, dice.choice((2, 2, 3, 3))).capitalize()] = None
    return list(found)


def zipf(count: int, shift: float = 2.7) -> list[float]:
    """Cumulated weights of ranks by Zipf's law with Mandelbrot's shift."""
    return list(accumulate(1 / (rank + shift) for rank in range(1, count + 1)))


class Stream(Iterator[str]):
    """Endless draws by weight, made in bulk: one at a time costs three times as much."""

    _BULK = 512

    def __init__(self, dice: random.Random, values: Sequence[str], cumulated: Sequence[float]) -> None:
        self._dice, self._values, self._cumulated = dice, values, cumulated
        self._rest: list[str] = []

    def __next__(self) -> str:
        if not self._rest:
            self._rest = self._dice.choices(self._values, cum_weights=self._cumulated, k=self._BULK)
        return self._rest.pop()

    def take(self, count: int) -> list[str]:
        """The next `count` draws."""
        if len(self._rest) < count:
            self._rest += self._dice.choices(self._values, cum_weights=self._cumulated, k=self._BULK)
        taken, self._rest = self._rest[-count:], self._rest[:-count]
        return taken
