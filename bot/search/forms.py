"""Other written forms of an English word: plural and singular, British and American, umlauts spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPELLINGS = (
    (re.compile(r"(?<=[a-z]{2})is(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})iz(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational)$)"), "is"),
    (re.compile(r"ys(?=(?:e|ed|es|er|ers|ing)$)"), "yz"),
    (re.compile(r"yz(?=(?:e|ed|es|er|ers|ing)$)"), "ys"),
    (re.compile(r"(?<=[a-z]{3})our"), "or"),
    (re.compile(r"(?<=[a-z]{3})or(?=$|s$|ed$|ing$|ful$|able$|ite$|ites$|hood$)"), "our"),
    (re.compile(r"(?<=[a-z]{3})re(?=s?$)"), "er"),
    (re.compile(r"(?<=[a-z]{3})er(?=s?$)"), "re"),
    (re.compile(r"enc(?=es?$)"), "ens"),
    (re.compile(r"ens(?=es?$)"), "enc"),
    (re.compile(r"^practic(?=e)"), "practis"),
    (re.compile(r"^practis(?=e|i)"), "practic"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"og(?=s?$)"), "ogue"),
    (re.compile(r"(?<=[aeiou])ll(?=(?:ed|er|ers|ing|ings)$)"), "l"),
    (re.compile(r"(?<=[a-z][aeiou])l(?=(?:ed|er|ers|ing|ings)$)"), "ll"),
    (re.compile(r"mme(?=s?$)"), "m"),
    (re.compile(r"(?<=gra)m(?=s?$)"), "mme"),
    (re.compile(r"(?<=[a-z]{2})gement"), "gment"),
    (re.compile(r"(?<=[a-z]{2})dgment"), "dgement"),
    (re.compile(r"ae"), "e"),
    (re.compile(r"oe"), "e"),
    (re.compile(r"ae"), "a"),
    (re.compile(r"oe"), "o"),
    (re.compile(r"ue"), "u"),
)
"""What the two spellings of English, and German typed without umlauts, do regularly."""

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
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        yield word + "es"
    if word.endswith("ies") and len(word) > 4:
        yield word[:-3] + "y"
    if word.endswith("es") and len(word) > 4:
        yield word[:-2]
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        yield word[:-1]


def _spellings(word: str) -> Iterator[str]:
    if other := _OTHER.get(word):
        yield other
    if len(word) < 5:
        return
    for pattern, spelling in _SPELLINGS:
        changed = pattern.sub(spelling, word)
        if changed != word:
            yield changed
