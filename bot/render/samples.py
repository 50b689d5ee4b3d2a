"""Sample values for every message, to try templates with before a reader does: full ones and bare ones.

They go the same way as real ones, through the views, so that a template sees exactly what it will see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.directory import EMPTY_DIRECTORY
from bot.domain.index import IndexStatus
from bot.domain.problem import Problem, Severity
from bot.domain.query import Query
from bot.domain.result import HeatScale, Hit, NameCount, SearchResult, Suggestion
from bot.render import pages
from bot.render.views import Views

_DAY = datetime(2021, 2, 4, 18, 58, tzinfo=UTC)
_SCALE = HeatScale(heats=tuple(range(10, 110, 10)), hot=80, top=100)
_LOGO = (Image(url="https://news.example/logo.png", width=48, height=48),)
_OUTLET = Provider(name="The Example", domain="news.example", images=_LOGO)


def _related(number: int) -> Article:
    return Article(
        title=f"Report {number} on “quotes” & <signs>",
        web_url=f"https://outlet{number}.example/report",
        published_at=_DAY - timedelta(hours=number),
        provider=Provider(name=f"Outlet {number}", domain=f"outlet{number}.example"),
    )


_FULL = Brief(
    slug="2021-02-04-full",
    title='A "full" brief with \\ and {{ braces }}',
    excerpt="It has everything a brief can have",
    published_at=_DAY,
    web_url="https://news.example/full",
    type="video",
    quality=80,
    heat=200,
    provider=_OUTLET,
    topics=("AI", "Privacy"),
    images=(Image(url="https://news.example/photo.jpg", width=800, height=400),),
    related=tuple(_related(number) for number in range(6)),
)
_BARE = Brief(slug="bare", title="A bare brief", web_url="https://news.example/bare")
_ALONE = Brief(slug="alone", title="Alone", web_url="https://news.example/alone", heat=200, published_at=_DAY)
_LONG = replace(_FULL, related=tuple(_related(number) for number in range(60)))
_QUERY = Query(text="clearvew")
_HITS = tuple(Hit(brief=brief, score=1.0, matched=("brief",)) for brief in (_FULL, _BARE, _ALONE))
_RESULT = SearchResult(
    query=_QUERY, hits=_HITS, more=True, suggestion=Suggestion(text="clearview", corrections=())
)
_LATER = SearchResult(query=_QUERY, hits=_HITS[:1], offset=5)
_NOTHING = SearchResult(query=_QUERY, hits=())
_PROBLEM = Problem(
    path="briefs/a.md", line=3, column=1, severity=Severity.ERROR, field="title", message="it is missing"
)
_EMPTY = IndexStatus(briefs=0, visible=0, rejected=0, problems=(), folders=(), synced_at=None, newest_at=None)
_STATUS = IndexStatus(
    briefs=3,
    visible=2,
    rejected=12,
    problems=(_PROBLEM,) * 12,
    folders=("briefs",),
    synced_at=_DAY,
    newest_at=_DAY,
)
_NAMES = (NameCount(key="ai", name="AI", count=2), NameCount(key="news.example", name="The Example", count=1))
_VIEWS = Views(lambda: EMPTY_DIRECTORY, "https://assets.example")


def _page(result: SearchResult, title: str = "") -> pages.ResultsPage:
    return pages.results_page(result, _SCALE, _VIEWS, title)


def _card(brief: Brief, shared_by: str, *, actions: bool, can_share: bool = True) -> dict[str, Any]:
    view = _VIEWS.brief(brief, _SCALE)
    return {"brief": view, "shared_by": shared_by, "actions": actions, "can_share": can_share}


def _names() -> list[pages.NameRow]:
    return pages.provider_rows(_NAMES, _VIEWS)


SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "brief": (
        _card(_FULL, "", actions=True),
        _card(_FULL, "U0000SAMPLE", actions=True),
        _card(_BARE, "", actions=True),
        _card(_BARE, "", actions=True, can_share=False),
        _card(_ALONE, "", actions=False),
    ),
    "results": (
        {"result": _page(_RESULT), "can_share": True},
        {"result": _page(_LATER), "can_share": False},
        {"result": _page(_LATER, "Newest first"), "can_share": True},
        {"result": _page(_NOTHING, "Newest first"), "can_share": True},
    ),
    "front": ({"result": _page(_RESULT, "Hottest now")}, {"result": _page(_NOTHING, "Hottest now")}),
    "related": (
        pages.related_page(_FULL, _VIEWS),
        pages.related_page(_LONG, _VIEWS),
        pages.related_page(_LONG, _VIEWS, 45),
        pages.related_page(_LONG, _VIEWS, 60),
        pages.related_page(_BARE, _VIEWS),
    ),
    "no_result": (
        pages.no_result_page(_NOTHING),
        {
            "query": "from:wsj clearvew",
            "suggestion": "clearview",
            "without_filters": "clearvew",
            "is_end": False,
        },
        {"query": "clearview", "suggestion": "", "without_filters": "", "is_end": True},
    ),
    "help": ({"can_share": True}, {"can_share": False}),
    "topics": ({"topics": _names(), "total": 70}, {"topics": [], "total": 0}),
    "providers": ({"providers": _names(), "total": 70}, {"providers": [], "total": 0}),
    "status": (
        {"status": pages.status_page(_STATUS, ("One note.",), show_problems=True)},
        {"status": pages.status_page(_EMPTY, (), show_problems=False)},
    ),
    "error": (
        pages.error_page("It went wrong.", "Try again."),
        pages.error_page("It went wrong."),
        pages.error_page("No topic is called IA.", "Did you mean topic:AI?", "topic:AI clearview"),
    ),
    "notice": (pages.sentence_page("Shared to this channel."),),
    "gone": ({"withdrawn": True}, {"withdrawn": False}),
}
"""For each message the values of several samples; its keys are the names of all messages."""
