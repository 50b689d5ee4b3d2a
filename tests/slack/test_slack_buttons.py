"""Buttons: each answers for itself, also long after its message was posted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.brief import Article
from bot.preview import Posted
from tests.slack.house import CLEARVIEW, House, open_house


def words_of(payload: object) -> str:
    return json.dumps(payload, ensure_ascii=False, default=dict)


async def brief_message(house: House) -> Posted:
    asked = await house.workspace.command("clearview")
    message = (await asked.answer()).message
    assert message is not None
    return message


def in_channel(house: House) -> list[Posted]:
    return [message for message in house.workspace.messages() if message.is_lasting]


async def test_related_coverage_is_shown_to_the_one_who_asks(house: House) -> None:
    pressed = await house.workspace.press(await brief_message(house), "news_related")
    payload = (await pressed.answer()).payload
    assert payload["response_type"] == "ephemeral"
    assert CLEARVIEW.related[0].title in words_of(payload)


async def test_sharing_posts_to_the_channel_and_says_who_shared(house: House) -> None:
    pressed = await house.workspace.press(await brief_message(house), "news_share")
    payload = (await pressed.answer()).payload
    assert payload["response_type"] == "in_channel"
    assert f"<@{pressed.hook.user}>" in words_of(payload)
    assert house.workspace.findings == []


async def test_sharing_twice_within_a_minute_posts_once_and_says_so(house: House) -> None:
    message = await brief_message(house)
    presses = await asyncio.gather(*(house.workspace.press(message, "news_share") for _ in range(3)))
    payloads = [dict((await press.answer()).payload) for press in presses]
    assert sorted(payload["response_type"] for payload in payloads) == [
        "ephemeral",
        "ephemeral",
        "in_channel",
    ]
    refused = next(payload for payload in payloads if payload["response_type"] == "ephemeral")
    assert "moment ago" in refused["text"]


async def test_a_share_that_slack_refused_can_be_tried_again(house: House) -> None:
    message = await brief_message(house)
    house.workspace.faults.add("error", "response_url", error="action_prohibited")
    first = await house.workspace.press(message, "news_share")
    assert "did not take" in (await first.answers(1))[-1].payload["text"]
    second = await house.workspace.press(message, "news_share")
    assert (await second.answer()).payload["response_type"] == "in_channel"


async def test_a_share_nobody_knows_the_end_of_is_not_posted_again(house: House) -> None:
    message = await brief_message(house)
    house.workspace.faults.add("drop_after", "response_url")
    first = await house.workspace.press(message, "news_share")
    await first.answers(1)
    second = await house.workspace.press(message, "news_share")
    assert "moment ago" in (await second.answer()).payload["text"]


@pytest.mark.parametrize("button", ["news_share", "news_related"])
async def test_a_brief_hidden_meanwhile_is_no_longer_listed(house: House, button: str) -> None:
    message = await brief_message(house)
    house.shelf.books["clearview"] = replace(CLEARVIEW, published=False)
    payload = (await (await house.workspace.press(message, button)).answer()).payload
    assert payload["response_type"] == "ephemeral"
    assert "no longer listed" in payload["text"]


async def test_a_brief_deleted_meanwhile_was_withdrawn(house: House) -> None:
    message = await brief_message(house)
    house.shelf.books["clearview"] = replace(CLEARVIEW, deleted=True)
    payload = (await (await house.workspace.press(message, "news_share")).answer()).payload
    assert "withdrawn by its editor" in payload["text"]


async def test_related_coverage_goes_on_at_the_press_of_its_button() -> None:
    related = tuple(Article(title=f"Report {n}", web_url=f"https://o{n}.example/r") for n in range(50))
    async with open_house(replace(CLEARVIEW, related=related)) as house:
        first = await (await house.workspace.press(await brief_message(house), "news_related")).answer()
        assert first.message is not None
        pressed = await house.workspace.press(first.message, "news_related_more")
        payload = (await pressed.answer()).payload
    assert payload["response_type"] == "ephemeral"
    assert payload["text"].startswith("Related articles 46 to 50 of 50")
    assert house.workspace.findings == []


async def press_by_hand(house: House, action: dict[str, Any], **more: Any) -> tuple[int, str]:
    payload = {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "actions": [action],
        **more,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return await house.events(body, "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    "action",
    [
        {"action_id": "news_open", "value": "x"},
        {"action_id": "news_open:3"},
        {"action_id": "somebody_elses", "value": "x"},
        {"action_id": "news_show", "value": None},
        {"action_id": "news_more", "value": "{}"},
        {"action_id": "news_more", "value": '{"query": "a", "offset": true}'},
        {"action_id": "news_more", "value": '{"query": 3, "offset": 5}'},
        {"action_id": "news_more", "value": "[" * 5000},
        {"action_id": "news_related_more", "value": "[]"},
        {"action_id": "news_related_more", "value": '{"slug": "clearview", "offset": -1}'},
        {"action_id": "news_related_more", "value": '{"slug": "nobody", "offset": 45}'},
        {"action_id": 17},
        {},
        "text",
    ],
)
async def test_any_button_is_acknowledged(house: House, action: Any) -> None:
    assert await press_by_hand(house, action) == (200, "")


async def test_a_numbered_button_works_as_its_kind(house: House) -> None:
    asked = await house.workspace.command("help")
    await asked.answer()
    url = asked.hook.sent["response_url"]
    await press_by_hand(house, {"action_id": "news_show:7", "value": "clearview"}, response_url=url)
    assert CLEARVIEW.title in words_of((await asked.answers(2))[1].payload)


async def test_a_button_in_a_thread_is_answered_there(house: House) -> None:
    asked = await house.workspace.command("help")
    await asked.answer()
    await press_by_hand(
        house,
        {"action_id": "news_search", "value": "clearview"},
        response_url=asked.hook.sent["response_url"],
        container={"type": "message", "thread_ts": "1700000000.000100"},
    )
    payload = (await asked.answers(2))[1].payload
    assert payload["thread_ts"] == "1700000000.000100"


@pytest.mark.parametrize("button", ["news_more", "news_related_more"])
async def test_a_more_button_of_another_age_says_that_it_no_longer_works(house: House, button: str) -> None:
    asked = await house.workspace.command("help")
    await asked.answer()
    url = asked.hook.sent["response_url"]
    await press_by_hand(house, {"action_id": button, "value": "page 2"}, response_url=url)
    assert "no longer works" in (await asked.answers(2))[1].payload["text"]
