"""Any text in any field, and every real brief: judged by checks that are not ours."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.query import Query
from bot.domain.result import HeatScale, Hit, SearchResult, Suggestion
from bot.render import Renderer
from tests.render.render_helpers import SCALE, briefs_in, complaints

R = Renderer(assets_url="https://assets.example")
nasty = st.sampled_from(
    [
        "<!channel>",
        "<@U1>",
        "&amp;",
        "&lt;b&gt;",
        "*b*",
        "`",
        "\u202e",
        "אב",
        "\x00",
        "|<>",
        '"',
        "\\",
        "{{ x }}",
    ]
)
anything = st.lists(st.one_of(st.text(max_size=30), nasty), max_size=4).map(" ".join)
addresses = st.one_of(anything, anything.map(lambda rest: "https://a.example/" + rest))
moments = st.none() | st.datetimes(
    min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001 - Hypothesis adds the zone
)  # fmt: skip
images = st.lists(st.builds(Image, url=addresses, width=st.none() | st.integers(0, 900)), max_size=2).map(
    tuple
)
providers = st.builds(Provider, name=anything, domain=anything, images=images)
parts = {
    "title": anything,
    "excerpt": anything,
    "web_url": addresses,
    "original_url": addresses,
    "published_at": moments,
    "type": anything,
    "provider": providers,
    "topics": st.lists(anything, max_size=3).map(tuple),
    "images": images,
    "heat": st.none() | st.integers(-2, 4000),
}
articles = st.builds(Article, **parts)
briefs = st.builds(
    Brief, slug=st.text(min_size=1, max_size=20), related=st.lists(articles, max_size=3).map(tuple), **parts
)
slowly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slowly
@given(briefs)
def test_any_brief_makes_a_message_that_slack_takes(brief: Brief) -> None:
    assert complaints(R.brief(brief, SCALE)) == []
    assert complaints(R.related(brief)) == []


@slowly
@given(st.lists(briefs, min_size=1, max_size=2), anything, anything, st.lists(anything, max_size=2))
def test_any_answer_makes_a_message_that_slack_takes(
    found: list[Brief], query: str, correction: str, matched: list[str]
) -> None:
    hits = tuple(Hit(brief=brief, score=1.0, matched=tuple(matched)) for brief in found)
    suggestion = Suggestion(text=correction, corrections=())
    result = SearchResult(query=Query(text=query), hits=hits, more=True, suggestion=suggestion)
    assert complaints(R.results(result, SCALE)) == []
    assert complaints(R.front(result, SCALE)) == []
    assert complaints(R.no_result(result)) == []


@slowly
@given(anything, anything)
def test_any_sentence_makes_a_message_that_slack_takes(sentence: str, hint: str) -> None:
    assert complaints(R.error(sentence, hint)) == []


def test_every_real_brief_makes_messages_that_slack_takes(corpus: Path) -> None:
    found = briefs_in(corpus)
    assert len(found) > 900
    scale = HeatScale(heats=tuple(sorted(brief.warmth for brief in found)))
    for brief in found:
        message = R.brief(brief, scale)
        assert (brief.slug, complaints(message)) == (brief.slug, [])
        assert message.text.partition(" — ")[0]
        assert "&#" not in message.text
        if brief.related:
            assert (brief.slug, complaints(R.related(brief))) == (brief.slug, [])


def test_pages_of_real_briefs_are_messages_that_slack_takes(corpus: Path) -> None:
    found = briefs_in(corpus)
    scale = HeatScale(heats=tuple(sorted(brief.warmth for brief in found)))
    for start in range(0, len(found), 10):
        hits = tuple(
            Hit(brief=brief, score=1.0, matched=("google", "cloud")) for brief in found[start : start + 10]
        )
        result = SearchResult(query=Query(text="google cloud"), hits=hits, more=True)
        assert complaints(R.results(result, scale)) == []
