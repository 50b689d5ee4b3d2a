"""The suggestion (“did you mean”): the query as it was answered, where typed words were corrected."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.query import Query
from bot.domain.result import Suggestion
from bot.search.language import plain_words, respell
from bot.search.ranking import Found, Ranked
from bot.search.reading import Kind
from bot.search.vocabulary import Vocabulary


def suggestion(
    query: Query, tokens: Sequence[str], best: Ranked, vocabulary: Vocabulary
) -> Suggestion | None:
    """The suggestion that the best hit calls for, None where the hit holds what was typed."""
    corrections: list[tuple[str, str]] = []
    replaced: dict[str, str] = {}
    for start, end in _corrected(best, len(tokens)):
        part = best.found[start]
        right = _written(part, vocabulary) if part else ""
        replaced.update(dict.fromkeys(tokens[start:end], ""))
        replaced[tokens[start]] = right
        corrections.append((" ".join(_as_typed(query, token) for token in tokens[start:end]), right))
    if not corrections:
        return None
    return Suggestion(text=respell(query.text, replaced), corrections=tuple(corrections))


def _corrected(best: Ranked, count: int) -> list[tuple[int, int]]:
    """The runs of slots that were answered by other words than typed."""
    runs: list[tuple[int, int]] = []
    for position, part in enumerate(best.found[:count]):
        if part is None or not is_correction(part):
            continue
        if runs and runs[-1][1] == position and best.found[position - 1] == part:
            runs[-1] = (runs[-1][0], position + 1)
        else:
            runs.append((position, position + 1))
    return runs


def is_correction(part: Found) -> bool:
    """True where the brief's word is another one than typed, not only another form or a longer one."""
    return part.match.edits > 0 or part.match.kind is Kind.SPACING


def _written(part: Found, vocabulary: Vocabulary) -> str:
    """The brief's words; of several that complete a misspelled beginning, the most frequent."""
    return " ".join(part.tokens) if part.is_run else max(part.tokens, key=vocabulary.frequency)


def _as_typed(query: Query, token: str) -> str:
    """The token as the person wrote it, where it is a whole word."""
    return next((word.typed for word in plain_words(query) if word.tokens == (token,)), token)
