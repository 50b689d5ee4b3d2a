"""Sample values for every message, to try templates with before a reader does: full ones and bare ones.

They go the same way as real ones, through the views, so that a template sees exactly what it will see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.brief import Brief
from bot.domain.index import IndexStatus
from bot.domain.problem import Problem, Severity
from bot.domain.query import Query
from bot.domain.result import Hit, NameCount, SearchResult, Suggestion
from bot.render import pages
from bot.render.owed_samples import HELD, OWED_SAMPLES
from bot.render.sample_briefs import ALONE, BARE, DAY, FULL, LONG, SCALE, VIEWS

_QUERY = Query(text="clearvew")
_HITS = tuple(Hit(brief=brief, score=1.0, matched=("brief",)) for brief in (FULL, BARE, ALONE))
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
    synced_at=DAY,
    newest_at=DAY,
)
_NAMES = (NameCount(key="ai", name="AI", count=2), NameCount(key="news.example", name="The Example", count=1))


def _page(result: SearchResult, title: str = "") -> pages.ResultsPage:
    return pages.results_page(result, SCALE, VIEWS, title)


def _card(brief: Brief, shared_by: str, *, actions: bool, can_share: bool = True) -> dict[str, Any]:
    view = VIEWS.brief(brief, SCALE)
    return {"brief": view, "shared_by": shared_by, "actions": actions, "can_share": can_share}


def _names() -> list[pages.NameRow]:
    return pages.provider_rows(_NAMES, VIEWS)


SAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "brief": (
        _card(FULL, "", actions=True),
        _card(FULL, "U0000SAMPLE", actions=True),
        _card(BARE, "", actions=True),
        _card(BARE, "", actions=True, can_share=False),
        _card(ALONE, "", actions=False),
    ),
    "results": (
        {"result": _page(_RESULT), "can_share": True},
        {"result": _page(_LATER), "can_share": False},
        {"result": _page(_LATER, "Newest first"), "can_share": True},
        {"result": _page(_NOTHING, "Newest first"), "can_share": True},
    ),
    "front": ({"result": _page(_RESULT, "Hottest now")}, {"result": _page(_NOTHING, "Hottest now")}),
    "related": (
        pages.related_page(FULL, VIEWS),
        pages.related_page(LONG, VIEWS),
        pages.related_page(LONG, VIEWS, 45),
        pages.related_page(LONG, VIEWS, 60),
        pages.related_page(BARE, VIEWS),
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
        {"status": pages.status_page(_STATUS, ("One note.",), show_problems=True, owed=HELD)},
        {"status": pages.status_page(_EMPTY, (), show_problems=False)},
    ),
    "error": (
        pages.error_page("It went wrong.", "Try again."),
        pages.error_page("It went wrong."),
        pages.error_page("No topic is called IA.", "Did you mean topic:AI?", "topic:AI clearview"),
    ),
    "notice": (
        pages.sentence_page("Shared to this channel."),
        pages.sentence_page("It is paused.", "Invite me, then resume it."),
    ),
    **OWED_SAMPLES,
}
"""For each message the values of several samples; its keys are the names of all messages."""
