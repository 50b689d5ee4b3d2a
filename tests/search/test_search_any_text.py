"""Any text at all is a query that is answered, or refused with a sentence."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from tests.search.making import brief, search_over

SEARCH = search_over(
    [
        brief("Canada asks Clearview AI to stop", topics=("AI",)),
        brief("Kubernetes engine gets safer", excerpt="OR AND NOT NEAR"),
        brief("Select drop table from users", provider="SQL", domain="sql.example"),
    ]
)
PIECES = st.sampled_from(
    [
        "clearview", "clearvew", "ai", "OR", "AND", "NOT", "NEAR(", "*", "title:", "^", '"', "-", "(", ")",
        "'; DROP TABLE briefs;--", "%", "_", "\\", "[a-z]+", "(?i)x", "$1", "\x00", "\ud800", "\u202e", "🙂",
        "heat:", ">100", "topic:AI", "from:", "since:", "7d", "is:video", "sort:new", "heat:1..", "<@U1>",
        "人工", "https://x.example/", "-topic:", "''", "\t", "\n", "\u2028", "ﬁ", "x" * 70, ":",
    ]
)  # fmt: skip
ANY_TEXT = (
    st.text(max_size=80)
    | st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=12).map(" ".join)
)


async def refused(question: Awaitable[object]) -> QueryError | None:
    try:
        await question
    except QueryError as error:
        return error
    return None


def answer(text: str) -> None:
    """Ask, complete and explain; a refusal must be a sentence."""

    async def all_of_it() -> None:
        for question in (SEARCH.ask(text, UTC), SEARCH.explain(text, UTC)):
            refusal = await refused(question)
            assert refusal is None or refusal.message.strip().endswith(".")
            assert len(str(refusal)) < 500
        await SEARCH.complete(text)

    asyncio.run(all_of_it())


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_any_text_is_answered_or_refused_with_a_sentence(text: str) -> None:
    answer(text)


@pytest.mark.parametrize(
    "piece",
    [
        "clearvew ", "a ", '"', "-", "-a ", '-"a b" ', "topic:ai ", "from:sql ", "heat:>1 ", "人", "🙂",
        "\x00", "x", "'", "a b ", "kubernets engine ", "ab-",
    ],
)  # fmt: skip
def test_ten_thousand_characters_are_answered(piece: str) -> None:
    answer((piece * 10_000)[:10_000])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["clearvew", "kubernets", "engin", "clear view", "safer", "enginegets", "stpo", "zq"]
        ),
        min_size=1,
        max_size=4,
    )
)
def test_suggestion_asked_again_is_stable(pieces: list[str]) -> None:
    async def twice() -> None:
        first = await SEARCH.ask(" ".join(pieces), UTC)
        if first.suggestion:
            again = await SEARCH.ask(first.suggestion.text, UTC)
            assert again.suggestion is None
            assert again.hits[0].brief.slug == first.hits[0].brief.slug

    with contextlib.suppress(QueryError):
        asyncio.run(twice())
