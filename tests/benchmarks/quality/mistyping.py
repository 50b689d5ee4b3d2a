"""What fingers do to a word: a neighbouring key, a letter too few or too many, two in the wrong order."""

from __future__ import annotations

from random import Random

from rapidfuzz.distance import OSA

NEIGHBOURS = {
    "q": "wa", "w": "qeas", "e": "wrds", "r": "etdf", "t": "ryfg", "y": "tugh", "u": "yihj", "i": "uojk",
    "o": "ipkl", "p": "ol", "a": "qwsz", "s": "adwxz", "d": "sfecx", "f": "dgrvc", "g": "fhtbv", "h": "gjynb",
    "j": "hkumn", "k": "jlim", "l": "kop", "z": "asx", "x": "zscd", "c": "xdvf", "v": "cfbg", "b": "vghn",
    "n": "bhjm", "m": "njk",
}  # fmt: skip
"""The keys around each on an English keyboard; a letter of another alphabet has none."""


def near_key(letter: str, rnd: Random) -> str:
    """A key beside this one; of another alphabet a letter beside it there."""
    return rnd.choice(NEIGHBOURS.get(letter) or chr(ord(letter) + 1))


def mistyped(word: str, rnd: Random, *, first: bool | None = None) -> str:
    """One slip of the fingers; `first` says whether it must, or must not, hit the first letter."""
    at = 0 if first else rnd.randrange(int(first is False), len(word))
    match rnd.randrange(5):
        case 0:
            return word[:at] + near_key(word[at], rnd) + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case 2 if first is None:
            return word[: at + 1] + word[at] + word[at + 1 :]
        case 3:
            return word[:at] + near_key(word[at], rnd) + word[at:]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def mistyped_often(word: str, edits: int, rnd: Random, *, first: bool | None = None) -> str:
    """The word exactly so many edits away, empty where chance brings none."""
    for _ in range(40):
        typed = word
        for _ in range(edits):
            typed = mistyped(typed, rnd, first=first)
        if OSA.distance(typed, word) == edits:
            return typed
    return ""
