"""Candidates for stories, made from a title and a few numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.story import Candidate, folded_title, title_words

NOON = datetime(2021, 2, 5, 12, tzinfo=UTC)


def even(word: str) -> float:
    """Every word weighs the same."""
    return 1.0 if word else 0.0


def candidate(
    number: int, title: str, *, hours: float = 0, provider: str = "", **fields: object
) -> Candidate:
    """A brief of its own provider, alone in its story, unless told otherwise."""
    values: dict[str, object] = {
        "id": number,
        "story": number,
        "words": title_words(title),
        "title": folded_title(title),
        "addresses": frozenset({f"own {number}".encode()}),
        "listed": frozenset(),
        "provider": provider or f"outlet{number}.example",
        "published_at": NOON + timedelta(hours=hours),
        **fields,
    }
    return Candidate(**values)  # type: ignore[arg-type]  # a test's shorthand
