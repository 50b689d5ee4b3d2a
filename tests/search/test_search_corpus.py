"""The search over real briefs in a real index, on both kinds of database."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path
from statistics import fmean

import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.content import load_directory, parse_file
from bot.domain.brief import Brief, is_visible
from bot.search import Search
from bot.store import Store, Upgrade, open_store
from tests.benchmarks._search_index import fill
from tests.benchmarks.quality.queries import generated
from tests.postgres import new_database, postgres_server
from tests.search.making import titles, titles_of

__all__ = ["postgres_server"]
pytestmark = pytest.mark.asyncio(loop_scope="module")
SEED = "Canada (politely) asks Clearview AI to stop scraping citizens’ photos"


@pytest.fixture(scope="module")
def briefs(corpus: Path) -> list[Brief]:
    """All briefs of the corpus."""
    paths = [corpus / "seed-brief.md", *sorted(corpus.glob("news-*/*.md"))]
    return [brief for path in paths if (brief := parse_file(str(path)).brief)]


def seen(briefs: list[Brief]) -> list[Brief]:
    """Those that can be found today."""
    now = SystemClock().now()
    return [brief for brief in briefs if is_visible(brief, now)]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('index')}/news.db"
    return new_database(request.getfixturevalue("postgres_server"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def store(url: str, briefs: list[Brief]) -> AsyncIterator[Store]:
    """An index of the corpus."""
    async with await open_store(url, clock=SystemClock(), upgrade=Upgrade.ALWAYS) as opened:
        await fill(opened.index, briefs)
        yield opened


@pytest.fixture(scope="module")
def search(store: Store, corpus: Path) -> Search:
    """A search over it, with the corpus's folders."""
    directory, _ = load_directory([str(corpus / "organizations")], [str(corpus / "topics")])
    return Search(store.index, SystemClock(), lambda: directory)


@pytest.mark.parametrize(
    "text", ["clearview", "clearvew", "clear view", "clearviewai", "cleaview photos", SEED]
)
async def test_seed_brief_is_found(search: Search, text: str) -> None:
    assert (await titles(search, text))[0] == SEED


async def test_what_a_person_expects(search: Search) -> None:
    kubernetes = await search.ask("kubernets", UTC)
    assert len(kubernetes.hits) == 10
    assert all("kubernetes" in title.lower() for title in titles_of(kubernetes))
    assert kubernetes.suggestion is not None
    assert all("bigquery" in title.lower() for title in await titles(search, "big query"))
    pricing = (await search.ask("bigqurey pricing", UTC)).hits
    assert pricing
    assert all("bigquery" in f"{hit.brief.title} {hit.brief.excerpt}".lower() for hit in pricing[:1])
    assert await titles(search, "zxqwv") == []


async def test_filters_meet_on_real_briefs(search: Search) -> None:
    hits = (await search.ask("from:zdnet heat:>70", UTC, limit=100)).hits
    assert hits
    assert all(hit.brief.provider.domain == "zdnet.com" and hit.brief.warmth > 70 for hit in hits)
    warmth = [hit.brief.warmth for hit in hits]
    assert warmth == sorted(warmth, reverse=True)


async def test_topic_includes_what_is_below_it(search: Search) -> None:
    above = await search.ask('topic:"google cloud"', UTC, limit=2000)
    below = await search.ask("topic:containers", UTC, limit=2000)
    assert {hit.brief.slug for hit in below.hits} < {hit.brief.slug for hit in above.hits}


async def test_only_visible_briefs_come_out(search: Search, briefs: list[Brief]) -> None:
    now = SystemClock().now()
    visible = {brief.slug for brief in briefs if is_visible(brief, now)}
    assert len(visible) < len(briefs)
    shown = await search.ask("", UTC, limit=3000)
    assert {hit.brief.slug for hit in shown.hits} == visible
    for brief in [brief for brief in briefs if brief.is_hidden][:20]:
        assert brief.slug not in {hit.brief.slug for hit in (await search.ask(brief.title, UTC)).hits}


async def test_pasted_title_finds_its_brief_first(search: Search, briefs: list[Brief]) -> None:
    now = SystemClock().now()
    for brief in [brief for brief in briefs if is_visible(brief, now)][::25]:
        quoted = brief.title.replace('"', " ")
        found = (await search.ask(f'"{quoted}"', UTC)).hits + (
            await search.ask(quoted.replace(":", " "), UTC)
        ).hits
        assert found[0].brief.title == brief.title


@pytest.mark.parametrize(
    "text",
    [
        "cloud",
        "goolge cloud",
        "power apps -video",
        "the data",
        'sort:new cloud -"google cloud"',
        "sort:heat app",
    ],
)
async def test_pages_joined_are_one_long_page(search: Search, text: str) -> None:
    whole = [hit.brief.slug for hit in (await search.ask(text, UTC, limit=1000)).hits]
    pages: list[str] = []
    more = True
    while more:
        result = await search.ask(text, UTC, limit=5, offset=len(pages))
        pages += [hit.brief.slug for hit in result.hits]
        more = result.more
    assert pages == whole
    assert len(set(whole)) == len(whole)


async def test_pages_of_any_query_begin_alike(search: Search, briefs: list[Brief]) -> None:
    for query in generated(seen(briefs), each=3, seed=9):
        whole = [hit.brief.slug for hit in (await search.ask(query.query, UTC, limit=1000)).hits]
        pages = [
            hit.brief.slug
            for offset in (0, 5, 10)
            for hit in (await search.ask(query.query, UTC, limit=5, offset=offset)).hits
        ]
        assert pages == whole[:15]


async def test_newest_first_means_the_newest_of_all(search: Search) -> None:
    few = await search.ask("sort:new cloud", UTC, limit=5)
    dates = [hit.brief.published_at for hit in (await search.ask("cloud", UTC, limit=1000)).hits]
    assert [hit.brief.published_at for hit in few.hits] == sorted((at for at in dates if at), reverse=True)[
        :5
    ]


async def test_suggestion_asked_again_has_the_same_first_hit(search: Search, briefs: list[Brief]) -> None:
    asked = [query for query in generated(seen(briefs), each=6, seed=3) if query.kind != "headline"]
    suggested = 0
    for query in asked:
        first = await search.ask(query.query, UTC)
        if first.suggestion:
            suggested += 1
            again = await search.ask(first.suggestion.text, UTC)
            assert again.suggestion is None
            assert again.hits[0].brief.slug == first.hits[0].brief.slug
    assert suggested > 30


async def test_words_that_no_brief_is_about_find_nothing(search: Search, briefs: list[Brief]) -> None:
    asked = [query for query in generated(seen(briefs), each=60) if not query.relevant]
    hits = [bool((await search.ask(query.query, UTC)).hits) for query in asked]
    assert len(hits) == 180
    assert fmean(map(float, hits)) <= 0.03


async def test_quality_on_known_items(search: Search, corpus: Path) -> None:
    """Macro MRR over kinds at least .97, hits on queries without an answer at most .02."""
    path = corpus.parent / "search" / "queries.jsonl"
    if not path.is_file():
        pytest.skip(f"no judged queries at {path}")
    ranks: defaultdict[str, list[float]] = defaultdict(list)
    false_hits: list[float] = []
    for line in path.read_text(encoding="utf-8").splitlines()[::5]:
        judged = json.loads(line)
        found = [hit.brief.slug for hit in (await search.ask(judged["query"], UTC)).hits]
        if not judged["relevant"]:
            false_hits.append(float(bool(found)))
            continue
        places = [place for place, slug in enumerate(found, 1) if slug in judged["relevant"]]
        ranks[judged["kind"]].append(1 / places[0] if places else 0.0)
    assert fmean(fmean(of_kind) for of_kind in ranks.values()) >= 0.97
    assert fmean(false_hits) <= 0.02
