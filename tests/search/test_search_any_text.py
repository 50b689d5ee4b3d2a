"""Any text at all is a query that is answered in bounded work, or refused with a sentence, on every index."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.brief import Brief
from bot.domain.directory import Directory, TopicEntry
from bot.errors import QueryError
from bot.search import Search
from bot.store import Upgrade, open_store
from tests.benchmarks._search_index import fill
from tests.search.counting import CountingIndex, Work
from tests.search.making import FixedClock, brief
from tests.search.memory_reader import MemoryIndex

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

MOST_FETCHES = 40
"""Fetches of one question with its "did you mean": levels of forgiving times widths, once more corrected."""

MOST_CANDIDATES = 2_000
MOST_TERMS = 600
"""Words that one fetch may look for: those of the longest query that is read, each in some other forms."""

DIRECTORY = Directory(
    providers={}, topics={"ai": TopicEntry(name="AI", keywords=("artificial intelligence",))}
)


def _briefs() -> list[Brief]:
    """A few of their own, and 400 that share their words: common words are what costs."""
    made = [
        brief("Canada asks Clearview AI to stop", topics=("AI",)),
        brief("Kubernetes engine gets safer", excerpt="OR AND NOT NEAR"),
        brief("Select drop table from users", provider="SQL", domain="sql.example"),
        brief("人工知能の未来について", slug="cjk"),
        brief("الذكاء الاصطناعي في الصحافة", slug="arabic"),
    ]
    for number in range(400):
        words = ("cloud", "engine", "data", "clear", "views", "kubernetes", "safer", "stops")
        pair = words[number % 8], words[number // 8 % 8]
        made.append(
            brief(f"The {pair[0]} and a {pair[1]} {number}", heat=number * 7919 % 401, hours=1 + number)
        )
    return made


@dataclass(frozen=True)
class Found:
    search: Search
    index: CountingIndex


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def found(url: str) -> AsyncIterator[Found]:
    """A search that counts, over each kind of index."""
    if not url:
        index = CountingIndex(MemoryIndex(_briefs()))
        yield Found(Search(index, FixedClock(), lambda: DIRECTORY), index)
        return
    async with await open_store(url, clock=FixedClock(), upgrade=Upgrade.ALWAYS) as store:
        await fill(store.index, _briefs())
        index = CountingIndex(store.index)
        yield Found(Search(index, FixedClock(), lambda: DIRECTORY), index)


PIECES = st.sampled_from(
    [
        "clearview", "clearvew", "ai", "the", "cloud", "engnie", "clou", "clearviews", "OR", "AND", "NOT",
        "NEAR(", "NEAR(a b, 5)", "*", "clou*", "title:", "title : cloud", "{title meta} :", "^", '"', '""',
        "-", "(", ")", "' OR '1'='1", "'; DROP TABLE briefs;--", "%", "_", "\\", "\\'", "/*", "--", "$$",
        "$1", ":a", "&", "|", "!", "<->", "cloud:*", "[a-z]+", "(?i)x", "(a+)+$", ".*", "\x00", "\x1b[31m",
        "\r", "\x7f", "\ud800", "\udfff", "\u202e", "\u200f", "\u200b", "\ufeff", "🙂", "👩‍👩‍👧‍👦", "🇨🇦",
        "e\u0301\u0301\u0301",
        "heat:", ">100", "topic:AI", "from:", "since:", "7d", "is:video", "sort:new", "sort:heat", "heat:1..",
        "<@U1>", "<!channel>", "人工", "人エ知能", "الذكاء", "https://x.example/", "-topic:", "''", "'", "“",
        "\t", "\n", "\u2028", "\u3000", "ﬁ", "ＡＷＳ", "x" * 70, ":", "{{7*7}}", "${x}", "%s", "%(a)s", "{0}",
    ]
)  # fmt: skip
ANY_TEXT = (
    st.text(max_size=80)
    | st.lists(PIECES, max_size=14).map("".join)
    | st.lists(PIECES, max_size=14).map(" ".join)
)
LONG_TEXT = st.lists(PIECES | st.text(min_size=1, max_size=12), min_size=1, max_size=6).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda space: (space.join(pieces) + space or "a") * 10_000)
)
QUICKLY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def refused(question: Awaitable[object]) -> QueryError | None:
    try:
        await question
    except QueryError as error:
        return error
    return None


async def answer(found: Found, text: str) -> None:
    """Ask, complete and explain; a refusal is a sentence, and the work is bounded."""
    for question in (found.search.ask(text, UTC), found.search.explain(text, UTC)):
        refusal = await refused(question)
        assert refusal is None or refusal.message.strip().endswith(".")
        assert len(str(refusal)) < 500
        assert is_bounded(found.index.take())
    await found.search.complete(text)
    assert is_bounded(found.index.take())


def is_bounded(work: Work) -> bool:
    return work.fetches <= MOST_FETCHES and work.candidates <= MOST_CANDIDATES and work.terms <= MOST_TERMS


@QUICKLY
@given(text=ANY_TEXT)
async def test_any_text_is_answered_or_refused_with_a_sentence(found: Found, text: str) -> None:
    await answer(found, text)


@settings(QUICKLY, max_examples=25)
@given(text=LONG_TEXT)
async def test_ten_thousand_characters_of_anything_are_answered(found: Found, text: str) -> None:
    await answer(found, text[:10_000])


@pytest.mark.parametrize(
    "piece",
    [
        "clearvew ", "a ", '"', "-", "-a ", '-"a b" ', "topic:ai ", "from:sql ", "heat:>1 ", "人", "🙂",
        "\x00", "x", "'", "a b ", "kubernets engine ", "ab-", "the cloud and ", "cloud ", "(",
        "https://a.b/c ", "clou dengi ne ", "\u202e", "e\u0301", "NEAR(", "since:7d ", "-cloud ",
        '"the cloud" ',
    ],
)  # fmt: skip
async def test_ten_thousand_characters_are_answered(found: Found, piece: str) -> None:
    await answer(found, (piece * 10_000)[:10_000])


async def test_different_words_by_the_hundred_are_answered(found: Found) -> None:
    await answer(found, " ".join(f"cluod{number} x{number}" for number in range(1_500)))
    await answer(found, " ".join(f"-word{number}" for number in range(1_500)))
    await answer(found, " ".join(f'"word{number} cloud"' for number in range(1_500)))


@settings(QUICKLY, max_examples=100)
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                "clearvew",
                "kubernets",
                "engin",
                "clear view",
                "safer",
                "enginegets",
                "stpo",
                "zq",
                "clodu",
                "teh",
            ]
        ),
        min_size=1,
        max_size=4,
    )
)
async def test_suggestion_asked_again_is_stable(found: Found, pieces: list[str]) -> None:
    with contextlib.suppress(QueryError):
        first = await found.search.ask(" ".join(pieces), UTC)
        if first.suggestion:
            again = await found.search.ask(first.suggestion.text, UTC)
            assert again.suggestion is None
            assert again.hits[0].brief.slug == first.hits[0].brief.slug
