"""Other written forms of an English word: plural and singular, British and American, umlauts spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPELLINGS = tuple(
    (letters, re.compile(before + letters + after), spelling)
    for before, letters, after, spelling in (
        (r"(?<=[a-z]{2})", "is", r"(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational)$)", "iz"),
        (r"(?<=[a-z]{2})", "iz", r"(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational)$)", "is"),
        (r"", "ys", r"(?=(?:e|ed|es|er|ers|ing)$)", "yz"),
        (r"", "yz", r"(?=(?:e|ed|es|er|ers|ing)$)", "ys"),
        (r"(?<=[a-z]{3})", "our", r"", "or"),
        (r"(?<=[a-z]{3})", "or", r"(?=$|s$|ed$|ing$|ful$|able$|ite$|ites$|hood$)", "our"),
        (r"(?<=[a-z]{3})", "re", r"(?=s?$)", "er"),
        (r"(?<=[a-z]{3})", "er", r"(?=s?$)", "re"),
        (r"", "enc", r"(?=es?$)", "ens"),
        (r"", "ens", r"(?=es?$)", "enc"),
        (r"^", "practic", r"(?=e)", "practis"),
        (r"^", "practis", r"(?=e|i)", "practic"),
        (r"", "ogue", r"(?=s?$)", "og"),
        (r"", "og", r"(?=s?$)", "ogue"),
        (r"(?<=[aeiou])", "ll", r"(?=(?:ed|er|ers|ing|ings)$)", "l"),
        (r"(?<=[a-z][aeiou])", "l", r"(?=(?:ed|er|ers|ing|ings)$)", "ll"),
        (r"", "mme", r"(?=s?$)", "m"),
        (r"(?<=gra)", "m", r"(?=s?$)", "mme"),
        (r"(?<=[a-z]{2})", "gement", r"", "gment"),
        (r"(?<=[a-z]{2})", "dgment", r"", "dgement"),
        (r"", "ae", r"", "e"),
        (r"", "oe", r"", "e"),
        (r"", "ae", r"", "a"),
        (r"", "oe", r"", "o"),
        (r"", "ue", r"", "u"),
    )
)
"""What the two spellings of English, and German typed without umlauts, do regularly.

Each has the letters to be changed, those in their place, and the new ones. Looking for the letters alone
first spares nine of ten expressions.
"""

_PAIRS = (
    ("aluminium", "aluminum"),
    ("artefact", "artifact"),
    ("cheque", "check"),
    ("cosy", "cozy"),
    ("draught", "draft"),
    ("enrol", "enroll"),
    ("fulfil", "fulfill"),
    ("grey", "gray"),
    ("jewellery", "jewelry"),
    ("kerb", "curb"),
    ("maths", "math"),
    ("mould", "mold"),
    ("moustache", "mustache"),
    ("plough", "plow"),
    ("pyjama", "pajama"),
    ("sceptic", "skeptic"),
    ("skilful", "skillful"),
    ("storey", "story"),
    ("sulphur", "sulfur"),
    ("tyre", "tire"),
)
_OTHER = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_IRREGULAR = (
    ("child", "children"),
    ("man", "men"),
    ("woman", "women"),
    ("person", "people"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("mouse", "mice"),
    ("datum", "data"),
    ("medium", "media"),
    ("criterion", "criteria"),
    ("analysis", "analyses"),
    ("crisis", "crises"),
)
_TAKE_ES = ("s", "x", "z", "ch", "sh", "o")
_NO_PLURALS = frozenset(("news", "this", "was", "has", "gas", "bus", "plus", "series", "species"))
_NUMBER = {one: other for pair in _IRREGULAR for one, other in (pair, pair[::-1])}


def forms(word: str) -> set[str]:
    """Strings that would be the same word in another form; most are no words, so look each one up."""
    if len(word) < 3 or not word.isalpha():
        return set()
    found = {word, *_numbers(word)}
    for form in tuple(found):
        for spelling in _spellings(form):
            found.update((spelling, *_numbers(spelling)))
    found.discard(word)
    return {form for form in found if len(form) >= 3}


def _numbers(word: str) -> Iterator[str]:
    """Singular of a plural and plural of a singular."""
    if word in _NO_PLURALS:
        return
    if other := _NUMBER.get(word):
        yield other
    yield word + "s"
    if word.endswith("y"):
        yield word[:-1] + "ies"
    if word.endswith(_TAKE_ES):
        yield word + "es"
    if word.endswith("ies") and len(word) > 4:
        yield word[:-3] + "y"
    if word.endswith("es") and len(word) > 4 and word[:-2].endswith(_TAKE_ES):
        yield word[:-2]
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        yield word[:-1]


def _spellings(word: str) -> Iterator[str]:
    if other := _OTHER.get(word):
        yield other
    if len(word) < 5:
        return
    for letters, pattern, spelling in _SPELLINGS:
        if letters in word and (changed := pattern.sub(spelling, word)) != word:
            yield changed
