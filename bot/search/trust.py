"""Which matches may be shown: a word is corrected into another only where the rest of the query agrees."""

from __future__ import annotations

from collections import Counter

from bot.domain.ports import Field
from bot.search.ranking import Found, Ranked
from bot.search.reading import has_same_letters
from bot.search.vocabulary import SHORT

_PAIR = 2

_TELLING = 0.9
"""How much a word must tell, of what one that is nowhere else does, to be found without an unknown one."""

_LONG = 8
"""Letters of a corrected word that may be found without the other."""

_ONE_LETTER = 0.8
"""Corrections of one letter are better than this."""

_SINGLE, _SINGLE_FAR = 9, 10
"""Letters of a word or its correction that is believed alone with two edits; of a word, with three."""

_COMMONER = 0.5
"""How much of what a known word tells the other must tell, to be found without it."""


def is_trusted(one: Ranked) -> bool:
    """True where what a candidate holds is evidence enough that it is what was asked for.

    A doubtful correction counts only in title and names, beside a word that is beyond doubt there; for one of
    more than a letter, where nothing else was asked, see `_is_far`. Where words are missing, two others must
    stand in title or names; of two, the one that is left must tell more.
    """
    if one.fit.trusted is None:
        one.fit.trusted = not _is_far(one) and (not one.is_doubtful or _is_borne_out(one))
    return one.fit.trusted


def _is_borne_out(one: Ranked) -> bool:
    told = [part for position, part in enumerate(one.found) if part and one.tells(position)]
    named = [part for part in told if part.field is not Field.BODY]
    firm = [part for part in named if not part.match.doubt]
    if one.missing:
        return bool(firm) and (len(named) > 1 or (len(one.required) == _PAIR and _tells_more(one)))
    doubted = [part for part in told if part.match.doubt]
    if any(part.field is Field.BODY for part in doubted):
        return False
    return bool(firm) or _bear_out_each_other(doubted)


def _is_far(one: Ranked) -> bool:
    """True for a single word that is corrected so much that it may be quite another one.

    That is so by more than a letter in an excerpt; where very many words are known, in a short one unless
    letters were but swapped, doubled or left out.
    """
    if len(one.required) != 1:
        return False
    position = one.required[0]
    part = one.found[position]
    if part is None or part.match.quality >= _ONE_LETTER:
        return False
    if part.field is Field.BODY or not one.is_crowded:
        return part.field is Field.BODY
    typed, word, edits = one.slot(position).typed, "".join(part.tokens), part.match.edits
    is_long = len(typed) >= _SINGLE_FAR if edits > 2 else max(len(typed), len(word)) >= _SINGLE
    return edits > 1 and not (is_long or has_same_letters(typed, word) or _lacks_letters(typed, word))


def _lacks_letters(typed: str, word: str) -> bool:
    """True where the typed word is the other with letters swapped or left out, and none is wrong."""
    return not Counter(typed) - Counter(word)


def _bear_out_each_other(doubted: list[Found]) -> bool:
    """True for a single word, and for several different ones of one title."""
    if any(part.match.doubt > 1 for part in doubted):
        return False
    in_title = [part.tokens for part in doubted if part.field is Field.TITLE]
    return len(doubted) == 1 or len(set(in_title)) == len(doubted)


def _tells_more(one: Ranked) -> bool:
    """True where of two words the one that was found speaks for itself.

    Where the other is known, it must not be much commoner, nor a short word corrected. An unknown word would
    tell more than any other, so that what was found must be nearly unique; but words too short to be
    corrected are forgiven beside a corrected one: who mistypes one may have mistyped both.
    """
    left, lost = sorted(one.required, key=lambda position: one.found[position] is None)
    part = one.found[left]
    if part is None:
        return False
    if one.is_known(lost):
        if part.match.edits and (part.match.edits > 1 or len(one.slot(left).typed) < _LONG):
            return False
        return one.tells(left) >= _COMMONER * one.tells(lost)
    if part.match.edits:
        return len(one.slot(lost).typed) < SHORT
    return one.tells(left) >= _TELLING
