"""How text becomes words, the same for indexing and for asking.

`words("Kubernetes’ 5G: Müller")` gives `["kubernetes", "5g", "muller"]`. Every token is made of letters
and digits only, so a database's own tokenizer can never split it another way.
"""

from __future__ import annotations

import unicodedata

_JOINERS = frozenset("'’ʼ＇`´")
_SYMBOL_WORDS = {"c++": "cpp", "c#": "csharp", "f#": "fsharp"}
_BIGRAM_RANGES = (
    (0x3040, 0x30FF),  # hiragana, katakana
    (0x3400, 0x4DBF),  # CJK extension A
    (0x4E00, 0x9FFF),  # CJK
    (0xAC00, 0xD7AF),  # hangul
    (0xF900, 0xFAFF),  # CJK compatibility
    (0x20000, 0x2FA1F),  # CJK extensions B and on
)


def fold(text: str) -> str:
    """Lower case without accents, ligatures, width variants, control characters or lone surrogates."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    spread = unicodedata.normalize("NFD", wide)
    kept = "".join(char for char in spread if not _is_accent(char) and not "\ud800" <= char <= "\udfff")
    return unicodedata.normalize("NFC", kept)


def words(text: str) -> list[str]:
    """The tokens of a text in reading order; runs of Chinese, Japanese and Korean become bigrams."""
    folded = fold(text)
    for symbol, word in _SYMBOL_WORDS.items():
        if symbol in folded:
            folded = folded.replace(symbol, f" {word} ")
    tokens: list[str] = []
    for run in _runs(folded):
        tokens.extend(_bigrams(run) if _is_bigram_char(run[0]) else (run,))
    return tokens


def _is_accent(char: str) -> bool:
    """True for Latin, Greek and Cyrillic accents and Arabic and Hebrew vowel points, not for kana marks."""
    return unicodedata.category(char) == "Mn" and char not in "\u3099\u309a"


def _is_bigram_char(char: str) -> bool:
    return char >= "\u3040" and any(low <= ord(char) <= high for low, high in _BIGRAM_RANGES)


def _runs(folded: str) -> list[str]:
    """Maximal runs of letters and digits, split where a script written without spaces begins or ends."""
    runs: list[str] = []
    current = ""
    for char in folded:
        if char in _JOINERS:
            continue
        if not char.isalnum():
            current = _push(runs, current)
            continue
        if current and _is_bigram_char(char) != _is_bigram_char(current[-1]):
            current = _push(runs, current)
        current += char
    _push(runs, current)
    return runs


def _push(runs: list[str], run: str) -> str:
    if run:
        runs.append(run)
    return ""


def _bigrams(run: str) -> list[str]:
    return [run] if len(run) < 2 else [run[start : start + 2] for start in range(len(run) - 1)]
