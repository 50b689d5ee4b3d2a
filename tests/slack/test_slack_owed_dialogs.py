"""Changing a digest or a rule in a dialog: judged before it closes, and answered to its sender alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.dispatch.requests import DigestRequest, RuleRequest
from bot.domain.message import Action
from bot.domain.subscription import Schedule
from bot.preview import Posted
from bot.preview.sample import ADA
from tests.slack.house import House, open_house
from tests.slack.owed_house import (
    RENDERER,
    Notebook,
    by_bot,
    direct_channel,
    open_owing,
    pressed,
    with_button,
)
from tests.slack.test_slack_socket import open_burrow

Opened = tuple[House, Notebook]


@pytest.fixture
async def owing() -> AsyncIterator[Opened]:
    async with open_owing() as opened:
        yield opened


def dialog(house: House, user: str = ADA) -> dict[str, Any]:
    """The dialog that is open before somebody."""
    found = house.workspace.world.dialogs.get(user, [])
    assert len(found) == 1
    return dict(found[0])


async def opened(house: House, name: Action, value: str = "", **where: str) -> dict[str, Any]:
    message = with_button(house, name, value, **where)
    assert (await house.workspace.press(message, name, user=ADA)).status == 200
    await house.workspace.wait_for(lambda: house.workspace.world.dialogs.get(ADA))
    await house.settled()
    return dialog(house)


async def sent(house: House, view: dict[str, Any], text: str | None) -> dict[str, Any]:
    values = {"rule": {"rule": {"type": "plain_text_input", "value": text}}}
    return await house.workspace.acts.submit(ADA, view["id"], values)


async def answer(house: House, channel: str = "C0NEWS") -> Posted:
    """What the bot said without a response_url."""

    def said() -> list[Posted]:
        return [one for one in by_bot(house, channel) if one.text.startswith("Noted")]

    await house.workspace.wait_for(said)
    return said()[-1]


async def test_change_opens_a_dialog_with_the_digests_rule(owing: Opened) -> None:
    house, notebook = owing
    view = await opened(house, Action.DIGEST_CHANGE, "d1")
    assert notebook.calls == [("digest_form", "d1")]
    assert view["blocks"][0]["element"]["initial_value"] == "daily 09:00 topic:AI"
    assert json.loads(view["private_metadata"]) == {"digest": "d1", "channel": "C0NEWS", "thread": ""}
    assert [one for one in house.workspace.messages() if one.hook] == []


async def test_a_changed_digest_is_applied_and_told_to_its_sender_alone(owing: Opened) -> None:
    house, notebook = owing
    view = await opened(house, Action.DIGEST_CHANGE, "d1")
    assert await sent(house, view, "weekdays 8:30 topic:AI count:3") == {}
    told = await answer(house)
    schedule = Schedule(hour=8, minute=30, days=(0, 1, 2, 3, 4), zone="Europe/Berlin")
    request = DigestRequest(schedule=schedule, filters="topic:AI", count=3)
    assert notebook.calls[-1] == ("change_digest", "d1", request)
    assert notebook.visitors[-1].channel == "C0NEWS"
    assert told.only_for == ADA
    assert house.workspace.world.dialogs.get(ADA, []) == []


async def test_a_changed_rule_is_applied_and_told_to_its_sender_alone(owing: Opened) -> None:
    house, notebook = owing
    view = await opened(house, Action.ALERT_CHANGE)
    assert view["blocks"][0]["element"]["initial_value"] == notebook.rule
    assert await sent(house, view, "heat:>150") == {}
    assert (await answer(house)).only_for == ADA
    request = RuleRequest(filters="heat:>150", has_threshold=True)
    assert notebook.calls[-1] == ("set_rule", request, "on heat:>150")


@pytest.mark.parametrize(
    "text", ["/news alerts on heat:>150", "alerts on heat:>150", "on heat:>150", " heat:>150 "]
)
async def test_a_rule_may_be_pasted_with_its_command(owing: Opened, text: str) -> None:
    house, notebook = owing
    await sent(house, await opened(house, Action.ALERT_CHANGE), text)
    await answer(house)
    assert notebook.calls[-1][2] == "on heat:>150"


@pytest.mark.parametrize(
    ("name", "value", "text", "words"),
    [
        (Action.DIGEST_CHANGE, "d1", "whenever you like", "daily 09:00"),
        (Action.DIGEST_CHANGE, "d1", "off", "daily 09:00"),
        (Action.DIGEST_CHANGE, "d1", "", "daily 09:00"),
        (Action.DIGEST_CHANGE, "d1", "daily 25:00", "25:00"),
        (Action.DIGEST_CHANGE, "d1", "daily 9 heat:banana", "banana"),
        (Action.ALERT_CHANGE, "", "quiet:banana", "quiet:"),
        (Action.ALERT_CHANGE, "", "heat:banana", "banana"),
    ],
)
async def test_a_mistake_is_shown_below_the_input_and_changes_nothing(
    owing: Opened, name: Action, value: str, text: str, words: str
) -> None:
    house, notebook = owing
    view = await opened(house, name, value)
    before = len(notebook.calls)
    errors = (await sent(house, view, text))["errors"]
    assert words in errors["rule"]
    assert len(errors["rule"]) <= 300
    await house.settled()
    assert len(notebook.calls) == before
    assert dialog(house)["id"] == view["id"]
    assert await sent(house, view, "daily 9" if value else "heat:hot") == {}


async def test_a_dialog_opened_in_a_thread_is_answered_there(owing: Opened) -> None:
    house, _notebook = owing
    parent = await house.workspace.say("hello")
    view = await opened(house, Action.DIGEST_CHANGE, "d1", thread=parent.ts)
    await sent(house, view, "daily 9")
    told = await answer(house)
    assert (told.only_for, told.thread_ts) == (ADA, parent.ts)


async def test_a_dialog_opened_in_a_direct_message_is_answered_there(owing: Opened) -> None:
    house, notebook = owing
    channel = direct_channel(house)
    view = await opened(house, Action.ALERT_CHANGE, channel=channel)
    await sent(house, view, "heat:hot")
    assert (await answer(house, channel)).is_lasting
    assert notebook.visitors[-1].channel == channel
    assert house.workspace.calls.of("chat.postEphemeral") == []


async def test_where_the_bot_may_not_speak_the_answer_is_a_direct_message(owing: Opened) -> None:
    house, _notebook = owing
    view = await opened(house, Action.DIGEST_CHANGE, "d1")
    house.workspace.faults.add("error", "chat.postEphemeral", error="not_in_channel", count=None)
    await sent(house, view, "daily 9")
    assert (await answer(house, direct_channel(house))).is_lasting


async def test_an_error_after_the_dialog_closed_is_told_too(owing: Opened) -> None:
    house, notebook = owing
    view = await opened(house, Action.DIGEST_CHANGE, "d1")
    notebook.error = RuntimeError("broken")
    assert await sent(house, view, "daily 9") == {}
    await house.workspace.wait_for(lambda: by_bot(house, "C0NEWS")[-1].only_for)
    assert "Something went wrong" in by_bot(house, "C0NEWS")[-1].text


async def test_a_digest_that_is_gone_says_so_instead_of_a_dialog(owing: Opened) -> None:
    house, notebook = owing
    notebook.gone = RENDERER.notice("That digest is off.")
    assert (await pressed(house, Action.DIGEST_CHANGE, "d1"))["text"] == "That digest is off."
    assert house.workspace.calls.of("views.open") == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        (Action.DIGEST_CHANGE, "/news digest daily 09:00 topic:AI"),
        (Action.ALERT_CHANGE, "/news alerts on heat:&gt;100 gap:10m"),
    ],
)
@pytest.mark.parametrize("error", ["expired_trigger_id", "unknown_method", "internal_error"])
async def test_where_slack_opens_no_dialog_the_command_to_type_is_told(
    owing: Opened, name: Action, typed: str, error: str
) -> None:
    house, _notebook = owing
    house.workspace.faults.add("error", "views.open", error=error, count=None)
    told = await pressed(house, name, "d1")
    assert told["response_type"] == "ephemeral"
    assert typed in told["text"]


async def test_without_a_token_the_command_to_type_is_told() -> None:
    async with open_owing(SLACK_BOT_TOKEN="") as (house, _notebook):
        told = await pressed(house, Action.DIGEST_CHANGE, "d1")
        assert "/news digest daily 09:00 topic:AI" in told["text"]
        assert house.workspace.calls.of("views.open") == []


SUBMISSION = {
    "type": "view_submission",
    "team": {"id": "T1"},
    "user": {"id": ADA},
    "trigger_id": "1.2.3",
    "view": {
        "type": "modal",
        "callback_id": "news_digest_form",
        "private_metadata": '{"digest": "d1", "channel": "C0NEWS", "thread": ""}',
        "state": {"values": {"rule": {"rule": {"type": "plain_text_input", "value": "daily 9"}}}},
    },
}


async def submit(house: House, **view: Any) -> tuple[int, str]:
    payload = SUBMISSION | {"view": SUBMISSION["view"] | view}  # type: ignore[operator]
    return await house.events(json.dumps(payload).encode())


async def test_the_same_dialog_sent_twice_by_slack_is_done_once(owing: Opened) -> None:
    house, notebook = owing
    assert [await submit(house) for _ in range(2)] == [(200, "")] * 2
    await house.settled()
    assert [call[0] for call in notebook.calls] == ["change_digest"]


async def test_sent_dialogs_are_counted_by_their_kind(owing: Opened) -> None:
    house, _notebook = owing
    await submit(house)
    assert 'newsbrief_requests_total{kind="dialog",status="200"} 1.0' in (await house.get("/metrics"))[1]


@pytest.mark.parametrize(
    "view",
    [
        {"callback_id": "somebody_elses"},
        {"callback_id": None},
        {"state": None},
        {"state": {"values": []}},
        {"state": {"values": {"rule": "daily 9"}}},
    ],
)
async def test_a_dialog_that_is_none_of_ours_is_acknowledged(owing: Opened, view: dict[str, Any]) -> None:
    house, notebook = owing
    assert await submit(house, **view) == (200, "")
    await house.settled()
    assert notebook.calls == []


@pytest.mark.parametrize("kept", ["", "null", "[1]", "{", '{"digest": 3, "channel": []}', "[" * 5000])
async def test_a_dialog_of_another_age_is_answered_in_a_direct_message(owing: Opened, kept: str) -> None:
    house, notebook = owing
    assert await submit(house, private_metadata=kept) == (200, "")
    assert (await answer(house, direct_channel(house))).is_lasting
    assert notebook.calls[-1][:2] == ("change_digest", "")


async def test_a_bot_without_digests_acknowledges_a_dialog() -> None:
    async with open_house() as house:
        assert await submit(house) == (200, "")


async def test_over_the_socket_the_errors_come_with_the_acknowledgement() -> None:
    async with open_burrow(Notebook()) as house:
        view = await opened(house, Action.DIGEST_CHANGE, "d1")
        assert "25:00" in (await sent(house, view, "daily 25:00"))["errors"]["rule"]
        assert await sent(house, view, "daily 9") == {}
        assert (await answer(house)).only_for == ADA
