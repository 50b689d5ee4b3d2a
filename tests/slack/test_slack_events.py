"""A message to the bot or a mention of it is answered as the command is; the bot never answers itself."""

from __future__ import annotations

from typing import Any

import pytest

from bot.preview import Posted
from tests.slack.house import CLEARVIEW, House, briefs, open_house

DIRECT = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": "1.2", "text": "x"}


def by_bot(house: House, channel: str) -> list[Posted]:
    bot = house.workspace.world.bot.id
    return [message for message in house.workspace.messages(channel) if message.user == bot]


def direct_channel(house: House) -> str:
    world = house.workspace.world
    return next(
        one.id for one in world.conversations.values() if one.kind == "im" and world.bot.id in one.members
    )


async def told(house: House, channel: str, text: str) -> Posted:
    """What the bot answers to a direct message."""
    before = len(by_bot(house, channel))
    await house.workspace.say(text, channel=channel)
    await house.workspace.wait_for(lambda: len(by_bot(house, channel)) > before)
    return by_bot(house, channel)[-1]


async def test_a_direct_message_is_answered_beside_it(house: House) -> None:
    answer = await told(house, direct_channel(house), "clearview")
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
    answer = await told(house, direct_channel(house), "clearview")
    pressed = await house.workspace.press(answer, "news_related", user="U0ADAOKAFOR")
    assert (await pressed.answer()).status == 200


async def test_a_direct_message_offers_no_channel_to_share_to(house: House) -> None:
    channel = direct_channel(house)
    for text in ("clearview", "help"):
        answer = await told(house, channel, text)
        assert "share" not in str(answer.blocks).lower()
    asked = await house.workspace.command("clearview", channel=channel)
    assert "news_share" not in str((await asked.answer()).payload)
    assert "news_share" in str(await house.ask("clearview"))


async def test_details_in_a_direct_message_offer_no_channel_either() -> None:
    async with open_house(*briefs(2)) as house:
        channel = direct_channel(house)
        asked = await house.workspace.command("top", channel=channel)
        message = (await asked.answer()).message
        assert message is not None
        pressed = await house.workspace.press(message, "news_show:1")
        payload = (await pressed.answer()).payload
    assert "news_open" in str(payload)
    assert "news_share" not in str(payload)


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
