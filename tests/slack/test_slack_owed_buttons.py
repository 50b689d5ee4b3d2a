"""The buttons of digests, alerts and held messages: each is one call for whoever presses it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.dispatch.requests import AlertAction, AlertOrder, DigestAction, DigestOrder, RuleRequest
from bot.domain.message import Action
from bot.errors import UsageError
from tests.slack.house import CLEARVIEW, House, open_house
from tests.slack.owed_house import Notebook, open_owing, pressed, with_button


@pytest.fixture
async def owing() -> AsyncIterator[tuple[House, Notebook]]:
    async with open_owing() as opened:
        yield opened


def of_digest(action: DigestAction) -> tuple[Any, ...]:
    return ("order_digest", DigestOrder(action=action), "d1")


def of_alerts(action: AlertAction) -> tuple[Any, ...]:
    return ("order_alerts", AlertOrder(action=action))


BUTTONS: list[tuple[Action, str, tuple[Any, ...]]] = [
    (Action.DIGEST_PREVIEW, "d1", of_digest(DigestAction.PREVIEW)),
    (Action.DIGEST_NOW, "d1", of_digest(DigestAction.NOW)),
    (Action.DIGEST_PAUSE, "d1", of_digest(DigestAction.PAUSE)),
    (Action.DIGEST_RESUME, "d1", of_digest(DigestAction.RESUME)),
    (Action.DIGEST_OFF, "d1", of_digest(DigestAction.OFF)),
    (Action.DIGEST_SAY, "d1", ("say_nothing_new", "d1")),
    (Action.ALERT_PAUSE, "", of_alerts(AlertAction.PAUSE)),
    (Action.ALERT_RESUME, "", of_alerts(AlertAction.RESUME)),
    (Action.ALERT_OFF, "", of_alerts(AlertAction.OFF)),
    (Action.ALERT_UNDO, "on heat:>90", ("undo_rule", "on heat:>90")),
    (Action.ALERT_UNDO, "", ("undo_rule", "")),
    (Action.MUTE_STORY, "42", ("mute_story", 42)),
    (Action.MUTE_TOPIC, "Computer Vision", ("mute_topic", "Computer Vision")),
    (Action.UNMUTE, "topic:ai", ("unmute", "topic:ai")),
    (Action.WHY, "clearview", ("why", "", "clearview")),
    (Action.DELIVERY_SEND, "h1", ("release", "h1", True)),
    (Action.DELIVERY_DROP, "h1", ("release", "h1", False)),
]


@pytest.mark.parametrize(("name", "value", "call"), BUTTONS, ids=[f"{row[0]}={row[1]}" for row in BUTTONS])
async def test_a_button_is_one_call_and_a_private_answer(
    owing: tuple[House, Notebook], name: Action, value: str, call: tuple[Any, ...]
) -> None:
    house, notebook = owing
    answer = await pressed(house, name, value)
    assert notebook.calls == [call]
    assert answer["response_type"] == "ephemeral"
    assert not answer["replace_original"]
    assert call[0] in answer["text"]


def test_every_button_of_digests_and_alerts_is_pressed_here_or_opens_a_dialog() -> None:
    others = {Action.SHOW, Action.MORE, Action.RELATED, Action.RELATED_MORE, Action.SHARE, Action.OPEN}
    others |= {Action.SEARCH, Action.DIGEST_CHANGE, Action.ALERT_CHANGE, Action.ALERT_TAKE}
    assert {row[0] for row in BUTTONS} == set(Action) - others


async def test_any_member_may_change_a_channels_digest(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    await pressed(house, "news_digest_off:2", "d1", user="U0SAMRIVERA")
    visitor = notebook.visitors[-1]
    assert (visitor.user, visitor.channel, visitor.zone) == ("U0SAMRIVERA", "C0NEWS", "America/New_York")


@pytest.mark.parametrize("value", ["on heat:>120 topic:AI", "heat:>120 topic:AI"])
async def test_a_proposed_rule_is_taken_as_it_is(owing: tuple[House, Notebook], value: str) -> None:
    house, notebook = owing
    await pressed(house, "news_alert_take:2", value)
    request = RuleRequest(filters="heat:>120 topic:AI", has_threshold=True)
    assert notebook.calls == [("set_rule", request, "on heat:>120 topic:AI")]


@pytest.mark.parametrize("value", ["", "on"])
async def test_whoever_takes_everything_is_not_asked_again(owing: tuple[House, Notebook], value: str) -> None:
    house, notebook = owing
    await pressed(house, Action.ALERT_TAKE, value)
    assert notebook.calls == [("set_rule", RuleRequest(has_threshold=True), "on")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (Action.MUTE_STORY, "the story"),
        (Action.MUTE_STORY, "-1"),
        (Action.MUTE_STORY, "٣"),
        (Action.MUTE_STORY, "9" * 40),
        (Action.DIGEST_OFF, ""),
    ],
)
async def test_a_button_of_another_age_says_that_it_no_longer_works(
    owing: tuple[House, Notebook], name: Action, value: str
) -> None:
    house, notebook = owing
    assert "no longer works" in (await pressed(house, name, value))["text"]
    assert notebook.calls == []


@pytest.mark.parametrize(
    ("change", "words"), [({"published": False}, "no longer listed"), ({"deleted": True}, "withdrawn")]
)
async def test_why_of_a_brief_that_is_hidden_meanwhile_tells_no_more_than_that(
    owing: tuple[House, Notebook], change: dict[str, bool], words: str
) -> None:
    house, notebook = owing
    house.shelf.books["clearview"] = replace(CLEARVIEW, **change)  # type: ignore[arg-type]
    answer = await pressed(house, Action.WHY, "clearview")
    assert words in answer["text"]
    assert CLEARVIEW.title not in str(answer)
    assert notebook.calls == []


async def test_what_a_press_cannot_do_is_said_in_a_sentence(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    notebook.error = UsageError("That is not to be had.", hint="Try another.")
    answer = await pressed(house, Action.DIGEST_NOW, "d1")
    assert answer["text"] == "That is not to be had. Try another."


async def test_a_bot_without_digests_acknowledges_an_old_button() -> None:
    async with open_house() as house:
        asked = await house.workspace.press(with_button(house, "news_digest_off", "d1"), "news_digest_off")
        assert asked.status == 200
        await house.settled()
        assert asked.hook.answers == []
