"""How text becomes words, the same for indexing and for asking.

`words("Kubernetes’ 5G: Müller")` gives `["kubernetes", "5g", "muller"]`. Every token is made of letters
and digits only, so a database's own tokenizer can never split it another way.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 64
"""Letters of a token that count; what runs longer is no word of any language."""

_JOINERS = "'’ʼ＇`´"
_SYMBOL_WORDS = re.compile(r"c\+\+|[cf]#")
_SYMBOL_NAMES = {"c++": " cpp ", "c#": " csharp ", "f#": " fsharp "}
_ASCII_RUN = re.compile("[a-z0-9]+")
_ASCII_JOINERS = str.maketrans("", "", "'`")
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u3040-\u30ff"  # hiragana, katakana
    "\u3400-\u4dbf"  # CJK extension A
    "\u4e00-\u9fff"  # CJK
    "\uac00-\ud7af"  # hangul
    "\uf900-\ufaff"  # CJK compatibility
    "\U00020000-\U0002fa1f"  # CJK extensions B and on
)
"""Scripts written without spaces between words, and hangul, whose words carry endings: read by pairs."""
_RUN = re.compile(f"(?:(?![\\W_])[{_UNSPACED}])+|[^\\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t",
    "ـ": "", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك",
}  # fmt: skip
"""Letters that Unicode does not take apart but that people type in plain ones; Arabic's stretching stroke."""
_ARTICLE = re.compile("^(?:[وبكف]?ال(?=...)|لل(?=...))+")  # what is left is no token that begins so
"""Arabic's article, also behind "and", "with", "as", "so" and "for", which are written as one word."""
_KANA_MARKS = "\u3099\u309a"


class _Marks(dict[int, str | None]):
    """A table for `str.translate`, filled as characters are met: marks, joiners and surrogates fall away."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        kept = _LETTERS.get(char, char)
        self[code] = None if char in _JOINERS or _is_mark(char) else kept
        return self[code]


def _is_mark(char: str) -> bool:
    """True for accents, vowel points and signs, and half surrogates; not for the marks that make kana."""
    return unicodedata.category(char) in ("Mn", "Mc", "Me", "Cs", "Cf") and char not in _KANA_MARKS


_MARKS = _Marks()


def fold(text: str) -> str:
    """Lower case without accents, ligatures, width variants, apostrophes or lone surrogates."""
    if text.isascii():
        lower = text.lower()
        return lower.translate(_ASCII_JOINERS) if "'" in lower or "`" in lower else lower
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", spread.translate(_MARKS)).casefold()


def words(text: str) -> list[str]:
    """The tokens of a text in reading order; runs of a script without spaces become pairs of letters."""
    folded = fold(text)
    if "+" in folded or "#" in folded:
        folded = _SYMBOL_WORDS.sub(lambda found: _SYMBOL_NAMES[found[0]], folded)
    if folded.isascii():
        return [run[:LONGEST] for run in _ASCII_RUN.findall(folded)]
    tokens: list[str] = []
    for run in _RUN.findall(folded):
        if _IS_UNSPACED.match(run):
            tokens.extend(_pairs(run))
        else:
            tokens.append(run[:LONGEST] if run < "ا" else _ARTICLE.sub("", run[:LONGEST]))
    return tokens


def _pairs(run: str) -> list[str]:
    return [run] if len(run) < 2 else [run[start : start + 2] for start in range(len(run) - 1)]
