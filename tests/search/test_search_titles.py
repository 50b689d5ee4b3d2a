"""A title finds its brief: pasted whole, shouted, decorated, with a word missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.domain.brief import Brief
from bot.domain.directory import Directory
from bot.domain.text import words
from bot.search import Search
from bot.search.fillers import FILLERS, list_asked_for
from bot.store import Upgrade, open_store
from tests.benchmarks._search_index import fill, real_briefs, visible
from tests.postgres import new_database, postgres_server
from tests.search.making import brief

__all__ = ["postgres_server"]
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]
SAMPLED = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Library:
    """Briefs that can be found, and a search over them; its text stays short where a test fails."""

    def __init__(self, briefs: Sequence[Brief], search: Search) -> None:
        self.briefs, self.search = briefs, search

    async def first(self, text: str) -> list[str]:
        """The words of the first hit's title."""
        hits = (await self.search.ask(text, UTC, limit=1)).hits
        return words(hits[0].brief.title) if hits else []

    async def first_three(self, text: str) -> list[str]:
        """The slugs of the first three hits."""
        return [hit.brief.slug for hit in (await self.search.ask(text, UTC, limit=3)).hits]


@pytest.fixture(scope="module", params=["samples", "corpus"])
def briefs(request: pytest.FixtureRequest) -> list[Brief]:
    """The project's own briefs; the corpus where there is one."""
    folder: Path = request.getfixturevalue(request.param)
    return visible(real_briefs(folder))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def addresses(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, briefs: list[Brief]
) -> tuple[str, str]:
    """Two empty databases of each kind for each of these lists of briefs."""
    assert briefs
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        return new_database(server), new_database(server)
    folder = tmp_path_factory.mktemp("index")
    return f"sqlite:///{folder}/whole.db", f"sqlite:///{folder}/cut.db"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(addresses: tuple[str, str], briefs: list[Brief]) -> AsyncIterator[Library]:
    """An index of them."""
    async with await open_store(addresses[0], clock=SystemClock(), upgrade=Upgrade.ALWAYS) as store:
        await fill(store.index, briefs)
        yield Library(briefs, Search(store.index, SystemClock(), Directory))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def four_words(addresses: tuple[str, str], briefs: list[Brief]) -> AsyncIterator[Library]:
    """An index of briefs whose titles are four words, cut from real titles."""
    cut = {
        frozenset(title[start : start + 4]): " ".join(title[start : start + 4])
        for title in (words(brief.title) for brief in briefs)
        for start in range(0, len(title) - 3, 4)
    }
    made = [
        brief(title, slug=f"cut-{number}", heat=number * 7919 % 401, provider="Gazette", domain="gaz.example")
        for number, (held, title) in enumerate(cut.items())
        if len(held) == 4
    ]
    async with await open_store(addresses[1], clock=SystemClock(), upgrade=Upgrade.ALWAYS) as store:
        await fill(store.index, made)
        yield Library(made, Search(store.index, SystemClock(), Directory))


async def test_every_title_pasted_whole_finds_its_brief_first(library: Library) -> None:
    missed = [one.title for one in library.briefs if await library.first(one.title) != words(one.title)]
    assert missed == []


PLACES = st.integers(0, 999_999)
"""Which title, counted round and round."""


@SAMPLED
@given(
    place=PLACES,
    change=st.sampled_from([str, str.upper, str.lower, str.title, str.swapcase]),
    around=st.sampled_from(
        ["{}", "  {}\n", "“{}”", "({})", "> {}", "*{}*", "{}!", "{} 🙂", "\u202e{}", "{} {}", "Watch: {}"]
    ),
)
async def test_title_is_known_however_it_is_dressed(
    library: Library, place: int, change: Callable[[str], str], around: str
) -> None:
    title = library.briefs[place % len(library.briefs)].title
    assert await library.first(around.format(change(title), change(title))) == words(title)


@SAMPLED
@given(place=PLACES, around=st.sampled_from(["{} | ZDNet", "{} - The New York Times", "Reuters: {}"]))
async def test_title_is_known_with_its_publisher(library: Library, place: int, around: str) -> None:
    title = library.briefs[place % len(library.briefs)].title
    assert await library.first(around.format(title)) == words(title)


@SAMPLED
@given(place=PLACES, left_out=st.integers(0, 3))
async def test_four_word_title_is_found_without_any_one_of_them(
    four_words: Library, place: int, left_out: int
) -> None:
    one = four_words.briefs[place % len(four_words.briefs)]
    title = words(one.title)
    typed = [*title[:left_out], *title[left_out + 1 :]]
    alike = [other for other in four_words.briefs if set(typed) <= set(words(other.title))]
    asks_for_a_list = set(typed) <= FILLERS or list_asked_for(typed) is not None
    if len(alike) <= 3 and not asks_for_a_list:
        assert one.slug in await four_words.first_three(" ".join(typed))


async def test_every_title_of_four_words_is_found_without_any_one_of_them(library: Library) -> None:
    for one in library.briefs:
        title = words(one.title)
        for left_out in range(4 if len(title) == 4 else 0):
            typed = " ".join([*title[:left_out], *title[left_out + 1 :]])
            assert one.slug in await library.first_three(typed)
