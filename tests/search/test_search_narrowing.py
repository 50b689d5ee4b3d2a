"""The filters of a digest or an alert rule, applied to single briefs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.content import load_directory, parse_file
from bot.domain.brief import Brief, is_visible
from bot.domain.directory import Directory, TopicEntry
from bot.errors import QueryError
from bot.search import Narrowing, Readied, Search
from bot.store import Upgrade, open_store
from tests.benchmarks._search_index import fill
from tests.postgres import new_database, postgres_server
from tests.search.making import NOW, FixedClock, brief, search_over
from tests.search.memory_reader import MemoryIndex

__all__ = ["postgres_server"]
SEED = brief(
    "Canada (politely) asks Clearview AI to stop scraping citizens’ photos",
    heat=87,
    quality=60,
    hours=5,
    topics=("AI", "Computer Vision"),
    excerpt="The privacy commissioner called its e-mail a warning about colour photographs.",
    related=("Regulators in Canada rule against facial recognition",),
)
TOPICS = Directory(
    topics={
        "ai": TopicEntry(name="AI", keywords=("artificial intelligence",)),
        "computer vision": TopicEntry(name="Computer Vision", parent="AI"),
        "security": TopicEntry(name="Security"),
    }
)
OTHER = brief("Kubernetes grows up", heat=200, topics=("Security",), provider="ZDNet", domain="zdnet.com")


async def narrowing(text: str, *briefs: Brief) -> Narrowing:
    """A narrowing in a folder of these briefs, or of the two above."""
    return await search_over(briefs or (SEED, OTHER), directory=TOPICS).narrowing(text, UTC)


async def refusal(text: str, found: Brief = SEED, heat: int | None = None) -> str:
    """What of the text stops a brief."""
    return (await narrowing(text)).refuses(found, heat)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sort:new",
        "latest news",
        "clearview",
        "CLEARVIEW canada",
        "citizens' thenextweb recognition privacy",
        '"scraping citizens photos"',
        '"facial recognition" -"recognition facial"',
        "-kubernetes",
        "topic:AI",
        'topic:"computer vison"',
        "topic:artificial-intelligence",
        "topic:security topic:AI",
        "from:tnw",
        "-from:zdnet",
        "heat:>80",
        "heat:87..87 quality:60",
        "-heat:>87",
        "is:article",
        "since:6h until:4h",
        "https://www.thenextweb.com/article?utm_source=x",
        "-https://zdnet.com/kubernetes-grows-up",
    ],
)
async def test_brief_that_answers_the_text_passes(text: str) -> None:
    assert await refusal(text) == ""


@pytest.mark.parametrize(
    ("text", "stopped_by"),
    [
        ("topic:security", "topic:security"),
        ("-topic:ai", "-topic:ai"),
        ("-topic:security -topic:AI", "-topic:AI"),
        ("from:zdnet", "from:zdnet"),
        ('from:"ZDNet" from:zdent', 'from:"ZDNet" from:zdent'),
        ("heat:>87", "heat:>87"),
        ("topic:AI Heat:hot", "Heat:hot"),
        ("quality:>60", "quality:>60"),
        ("is:video", "is:video"),
        ("since:4h", "since:4h"),
        ("clearview kubernetes", "kubernetes"),
        ('"photos citizens"', '"photos citizens"'),
        ("“stop asks”", '"stop asks"'),
        ("-Clearview", "-Clearview"),
        ('-"clearview ai"', '-"clearview ai"'),
        ("https://zdnet.com/kubernetes-grows-up", "https://zdnet.com/kubernetes-grows-up"),
        ("-https://thenextweb.com/article", "-https://thenextweb.com/article"),
    ],
)
async def test_what_stops_a_brief_is_named_as_typed(text: str, stopped_by: str) -> None:
    assert await refusal(text) == stopped_by


@pytest.mark.parametrize("typo", ["clearveiw", "clearvie", "canda", "phots", "recogniton"])
async def test_plain_word_matches_without_typos(typo: str) -> None:
    assert await refusal(typo) == typo


@pytest.mark.parametrize(
    "form", ["photo", "citizen", "regulator", "color", "e-mail", "photograph", "AI/Canada", "clear-view"]
)
async def test_plain_word_matches_in_its_other_written_forms(form: str) -> None:
    assert await refusal(form) == ""


@pytest.mark.parametrize("text", ["-photo", "-citizen"])
async def test_excluded_word_excludes_exactly_that_word(text: str) -> None:
    assert await refusal(text) == ""


async def test_phrase_never_runs_over_from_the_title_into_other_fields() -> None:
    assert await refusal('"photos the"') == '"photos the"'


async def test_hostile_text_is_named_in_short() -> None:
    assert len(await refusal("x" * 10_000)) <= 80
    assert len(await refusal("topic:" + "x" * 10_000)) <= 80


async def test_another_heat_is_looked_at_instead() -> None:
    rule = await narrowing("heat:>120")
    grown = brief("Grown", heat=150)
    assert rule.refuses(grown) == ""
    assert rule.refuses(grown, heat=90) == "heat:>120"
    assert rule.refuses(Readied(grown), heat=121) == ""
    assert rule.lets(Readied(grown))
    assert not rule.lets(grown, heat=0)


async def test_heat_that_a_file_does_not_give_is_that_of_the_formula() -> None:
    assert await refusal("heat:70", brief("Warm", heat=0)) == "heat:70"
    unknown = Brief(slug="w", title="Warm", quality=50, related=SEED.related)
    assert await refusal("heat:70", unknown) == ""
    assert await refusal("heat:71", unknown) == "heat:71"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", None),
        ("clearview quality:>60", None),
        ("heat:<100", None),
        ("heat:>100", 101),
        ("heat:>100 heat:50..60", 50),
        ("heat:>100 heat:<60", None),
        ("-heat:<100", 100),
        ("-heat:<100 -heat:..120 heat:>90", 121),
        ("heat:hot", 200),
        ("heat:top", 200),
        ("-heat:hot", None),
    ],
)
async def test_line_is_the_least_heat_that_can_pass(text: str, line: int | None) -> None:
    assert (await narrowing(text)).line == line


async def test_heat_level_in_an_empty_folder_lets_nothing_pass_and_draws_no_line() -> None:
    rule = await search_over(()).narrowing("heat:hot", UTC)
    assert rule.line is None
    assert rule.asks_heat
    assert rule.refuses(SEED) == "heat:hot"


async def test_rule_without_heat_filter_asks_for_none() -> None:
    assert not (await narrowing("clearview quality:>60")).asks_heat


@pytest.mark.parametrize(("text", "is_empty"), [("", True), ("sort:new", True), ("-x", False), ("ai", False)])
async def test_narrowing_is_empty_where_nothing_is_asked(text: str, is_empty: bool) -> None:
    assert (await narrowing(text)).is_empty is is_empty


async def test_name_that_nobody_has_any_more_matches_nothing() -> None:
    search = search_over([OTHER])
    with pytest.raises(QueryError, match="No topic is called gardening"):
        await search.narrowing("topic:gardening", UTC, strict=True)
    rule = await search.narrowing("topic:gardening", UTC)
    assert rule.problem
    assert rule.refuses(SEED) == "topic:gardening"
    assert (await search.narrowing("-topic:gardening", UTC)).refuses(SEED) == ""
    either = await search.narrowing("topic:gardening topic:security", UTC)
    assert either.refuses(OTHER) == ""
    assert either.refuses(SEED) == "topic:gardening topic:security"


async def test_impossible_value_is_refused_as_in_a_search() -> None:
    with pytest.raises(QueryError, match="heat:abc"):
        await narrowing("heat:abc")


async def test_many_rules_are_read_together_and_a_bad_one_stops_only_its_own_briefs() -> None:
    texts = [("topic:AI", UTC), ("heat:abc", UTC), ("", UTC), ("topic:AI", UTC), ("topic:zzz", UTC)]
    found = await search_over((SEED, OTHER), directory=TOPICS).narrowings(texts)
    assert [rule.refuses(SEED) for rule in found] == ["", "heat:abc", "", "", "topic:zzz"]
    assert [bool(rule.problem) for rule in found] == [False, True, False, False, True]
    assert found[1].query.text == "heat:abc"


async def test_days_and_spans_are_resolved_anew_in_the_given_zone() -> None:
    clock = FixedClock(NOW)
    search = Search(MemoryIndex([SEED]), clock, Directory)
    late = brief("Late", hours=33)  # 3 February, 23:58 UTC: the 4th in Tokyo
    tokyo, utc = await search.narrowings(
        [("since:2021-02-04", ZoneInfo("Asia/Tokyo")), ("since:2021-02-04", UTC)]
    )
    assert tokyo.refuses(late) == ""
    assert utc.refuses(late) == "since:2021-02-04"
    assert (await search.narrowing("since:6h", UTC)).refuses(SEED) == ""
    clock.moment += timedelta(hours=2)
    assert (await search.narrowing("since:6h", UTC)).refuses(SEED) == "since:6h"


async def test_heat_level_follows_the_folder() -> None:
    index = MemoryIndex([brief(f"Brief {number}", heat=number) for number in range(1, 101)])
    rule = await Search(index, FixedClock(), Directory).narrowing("heat:hot", UTC)
    scale = index.reader.heat_scale(NOW)
    assert rule.line == scale.hot
    assert [rule.lets(brief("x", heat=heat)) for heat in (75, 76)] == [False, True]


async def test_ten_thousand_pairs_take_a_moment() -> None:
    search = search_over((SEED, OTHER), directory=TOPICS)
    texts = [(f"topic:AI clearview -word{number} heat:>{number}", UTC) for number in range(100)]
    rules = await search.narrowings(texts)
    ready = [Readied(brief(f"Clearview {number}", topics=("AI",), heat=99)) for number in range(100)]
    begun = time.perf_counter()
    passed = sum(rule.lets(one) for rule in rules for one in ready)
    assert passed == 99 * 100
    assert time.perf_counter() - begun < 1


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('index')}/news.db"
    return new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="module")
def briefs(samples: Path) -> list[Brief]:
    """The sample briefs."""
    paths = sorted(path for path in samples.glob("*.md") if path.name != "README.md")
    return [found for path in paths if (found := parse_file(str(path)).brief)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(url: str, briefs: list[Brief], samples: Path) -> AsyncIterator[Search]:
    """A search over the sample briefs in a real database."""
    directory, _ = load_directory([str(samples / "providers")], [str(samples / "topics")])
    async with await open_store(url, clock=SystemClock(), upgrade=Upgrade.ALWAYS) as opened:
        await fill(opened.index, briefs)
        yield Search(opened.index, SystemClock(), lambda: directory)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "text",
    [
        "sort:new",
        "topic:AI",
        "-topic:AI",
        'topic:"Google Cloud" heat:>100',
        "from:thenextweb.com from:wsj.com",
        "heat:hot",
        "heat:top",
        "-heat:hot quality:>50",
        "since:2020-06-01 until:2021-01-31",
        "is:video",
        "is:article -from:google",
        '"app engine"',
        '-cloud -"power apps"',
    ],
)
async def test_what_search_lists_by_filters_is_what_passes(
    stored: Search, briefs: list[Brief], text: str
) -> None:
    listed = (await stored.ask(text, UTC, limit=1000)).hits
    rule = await stored.narrowing(text, UTC)
    now = SystemClock().now()
    passed = {one.slug for one in briefs if is_visible(one, now) and not rule.refuses(one)}
    assert {hit.brief.slug for hit in listed} == passed
    assert rule.query.text == text
