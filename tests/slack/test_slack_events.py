"""A message to the bot or a mention of it is answered as the command is; the bot never answers itself."""

from __future__ import annotations

from typing import Any

import pytest

from bot.preview import Posted
from tests.slack.house import CLEARVIEW, House

DIRECT = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": "1.2", "text": "x"}


def by_bot(house: House, channel: str) -> list[Posted]:
    bot = house.workspace.world.bot.id
    return [message for message in house.workspace.messages(channel) if message.user == bot]


def direct_channel(house: House) -> str:
    world = house.workspace.world
    return next(
        one.id for one in world.conversations.values() if one.kind == "im" and world.bot.id in one.members
    )


async def test_a_direct_message_is_answered_beside_it(house: House) -> None:
    channel = direct_channel(house)
    await house.workspace.say("clearview", channel=channel)
    await house.workspace.wait_for(lambda: by_bot(house, channel))
    answer = by_bot(house, channel)[-1]
    assert CLEARVIEW.title in answer.text
    assert answer.thread_ts == ""
    assert house.workspace.findings == []


async def test_a_mention_is_answered_in_its_thread(house: House) -> None:
    bot = house.workspace.world.bot.id
    event = {"type": "app_mention", "channel": "C0NEWS", "user": "U0ADAOKAFOR", "text": f"<@{bot}> clearview"}
    said = await house.workspace.say("hello", channel="C0NEWS")
    await house.workspace.event(event | {"ts": said.ts})
    await house.workspace.wait_for(lambda: by_bot(house, "C0NEWS"))
    assert by_bot(house, "C0NEWS")[-1].thread_ts == said.ts
    assert house.shelf.asked[-1][0] == "clearview"


async def test_buttons_of_a_posted_answer_work(house: House) -> None:
    channel = direct_channel(house)
    await house.workspace.say("clearview", channel=channel)
    await house.workspace.wait_for(lambda: by_bot(house, channel))
    pressed = await house.workspace.press(by_bot(house, channel)[-1], "news_related", user="U0ADAOKAFOR")
    assert (await pressed.answer()).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed", "message": {"text": "x"}},
        {"subtype": "message_deleted"},
        {"hidden": True},
        {"user": ""},
        {"user": None},
        {"text": "   "},
        {"text": None},
        {"channel_type": "channel"},
        {"channel_type": "mpim"},
    ],
)
async def test_what_is_no_question_to_the_bot_is_left_alone(house: House, changes: dict[str, Any]) -> None:
    assert (await house.workspace.event(DIRECT | changes)).status == 200
    await house.bot.stop()
    assert house.shelf.asked == []
    assert house.workspace.calls.of("chat.postMessage") == []


async def test_the_bots_own_words_are_never_answered(house: House) -> None:
    own = house.workspace.world.bot.id
    await house.workspace.event(DIRECT | {"user": own})
    await house.bot.stop()
    assert house.shelf.asked == []


async def test_an_answer_that_slack_refuses_ends_in_the_log(house: House) -> None:
    house.workspace.faults.add("error", "chat.postMessage", error="channel_not_found", count=None)
    await house.workspace.event(DIRECT)
    await house.bot.stop()
    assert len(house.workspace.calls.of("chat.postMessage")) == 1


async def test_a_dropped_post_is_not_posted_again(house: House) -> None:
    house.workspace.faults.add("drop_after", "chat.postMessage")
    await house.workspace.event(DIRECT)
    await house.bot.stop()
    assert len(house.workspace.calls.of("chat.postMessage")) == 1
