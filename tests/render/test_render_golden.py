"""Rendered messages, word for word.

After a wanted change run this file with REGENERATE_GOLDEN=1 in the environment, then look at the difference
as a reader in Slack would.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.index import IndexStatus
from bot.domain.message import Message
from bot.domain.problem import Problem, Severity
from bot.domain.result import HeatScale, NameCount, Suggestion
from bot.render import Renderer
from tests.render.owed_messages import OWED, OWED_MESSAGES
from tests.render.render_helpers import (
    DAY,
    SCALE,
    a_brief,
    a_result,
    briefs_in,
    many_related,
    oddities,
)

GOLDEN = Path(__file__).parent / "golden"
REGENERATE = bool(os.environ.get("REGENERATE_GOLDEN"))
SAMPLES = Path(__file__).resolve().parents[2] / "briefs"
R = Renderer(assets_url="https://assets.example")
NAMES = [
    NameCount(key="ai", name="AI", count=12),
    NameCount(key="computer vision", name="Computer Vision", count=3),
]
OUTLETS = [
    NameCount(key="wsj.com", name="Wall Street Journal", count=7),
    NameCount(key="x", name="X", count=1),
]
BROKEN = Problem(
    path="briefs/a.md", line=3, column=1, severity=Severity.ERROR, field="title", message="it is missing"
)
STATUS = IndexStatus(
    briefs=95, visible=90, rejected=1, problems=(BROKEN,), folders=("briefs",), synced_at=DAY, newest_at=DAY
)
OTHERS = [a_brief(slug=f"s{n}", title=f"Clearview in court, day {n}", heat=n * 20) for n in range(5)]

MESSAGES: dict[str, Callable[[], Message]] = {
    "results-first-page": lambda: R.results(
        a_result(a_brief(related=many_related(5)), *OTHERS[1:], matched=("clearview",), more=True), SCALE
    ),
    "results-corrected": lambda: R.results(
        a_result(OTHERS[4], query="clearvew", suggestion=Suggestion(text="clearview", corrections=())), SCALE
    ),
    "results-second-page": lambda: R.results(a_result(*OTHERS[:2], offset=5), SCALE),
    "results-titled": lambda: R.results(
        a_result(*OTHERS[:2], query="", more=True), SCALE, title="Newest first"
    ),
    "results-titled-empty": lambda: R.results(a_result(query=""), SCALE, title="Newest first"),
    "front": lambda: R.front(a_result(*OTHERS, query="", more=True), SCALE),
    "front-empty": lambda: R.front(a_result(query=""), HeatScale()),
    "related-179": lambda: R.related(a_brief(related=many_related(179))),
    "related-179-second-page": lambda: R.related(a_brief(related=many_related(179)), offset=45),
    "related-none": lambda: R.related(a_brief()),
    "no-result": lambda: R.no_result(a_result(query="zxqwv")),
    "no-result-suggestion": lambda: R.no_result(
        a_result(query="zxqwv", suggestion=Suggestion(text="clearview", corrections=()))
    ),
    "no-result-further": lambda: R.results(a_result(offset=5), SCALE),
    "help": R.help,
    "help-in-a-direct-message": lambda: R.help(can_share=False),
    "topics": lambda: R.topics(NAMES),
    "topics-none": lambda: R.topics([]),
    "providers": lambda: R.providers(OUTLETS),
    "status": lambda: R.status(STATUS, ["Sharing needs an invitation: /invite me."], show_problems=True),
    "status-plain": lambda: R.status(STATUS, [], show_problems=False),
    "error": lambda: R.error("“heat:hto” is no heat.", "Did you mean heat:hot?"),
    "error-with-a-query": lambda: R.error(
        "No topic is called IA.", "Did you mean topic:AI?", instead="topic:AI clearview"
    ),
    "notice": lambda: R.notice("Shared to this channel."),
    "gone": lambda: R.gone(None),
    "withdrawn": lambda: R.gone(a_brief(removed=True)),
    "brief-shared": lambda: R.brief(a_brief(), SCALE, shared_by="U123ABC"),
    "brief-in-a-direct-message": lambda: R.brief(a_brief(), SCALE, can_share=False),
    "brief-without-actions": lambda: R.brief(a_brief(), SCALE, actions=False),
    "status-owed": lambda: R.status(STATUS, [], show_problems=False, owed=OWED),
    **OWED_MESSAGES,
}


def check(path: Path, message: Message) -> None:
    shown = json.dumps(message.payload(), ensure_ascii=False, indent=1) + "\n"
    if REGENERATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.is_file(), f"{path.name} is new: REGENERATE_GOLDEN=1 writes it"
    assert shown == path.read_text(encoding="utf-8"), (
        f"{path.name} differs: REGENERATE_GOLDEN=1 writes it anew"
    )


@pytest.mark.parametrize("name", MESSAGES)
def test_message_reads_as_agreed(name: str) -> None:
    check(GOLDEN / "messages" / f"{name}.json", MESSAGES[name]())


@pytest.mark.parametrize("name", oddities())
def test_odd_brief_reads_as_agreed(name: str) -> None:
    check(GOLDEN / "oddities" / f"{name}.json", R.brief(oddities()[name], SCALE))


def test_every_sample_brief_reads_as_agreed() -> None:
    briefs = [brief for brief in briefs_in(SAMPLES) if not brief.is_hidden]
    heats = HeatScale(heats=tuple(sorted(brief.warmth for brief in briefs)))
    assert len(briefs) > 60
    for brief in briefs:
        check(GOLDEN / "briefs" / f"{brief.slug}.json", R.brief(brief, heats))


def test_no_golden_file_is_left_over() -> None:
    slugs = {brief.slug for brief in briefs_in(SAMPLES) if not brief.is_hidden}
    expected = {"messages": set(MESSAGES), "oddities": set(oddities()), "briefs": slugs}
    for folder, names in expected.items():
        assert {path.stem for path in (GOLDEN / folder).iterdir()} == names, f"in golden/{folder}"


def test_day_far_in_the_past_is_text() -> None:
    message = R.brief(a_brief(published_at=DAY - timedelta(days=365 * 60)), SCALE)
    assert "Feb 19, 1961" in str(message.blocks)
    assert "!date" not in str(message.blocks)
