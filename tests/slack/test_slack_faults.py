"""Slack's bad days: what is tried again, what is not, and what still reaches the reader."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.brief import Image
from bot.errors import Rejected, RetryLater, SendError, Uncertain
from bot.slack.transport import _judge
from tests.slack.house import CLEARVIEW, House, open_house


def posts(house: House) -> list[Mapping[str, Any]]:
    return [call.body for call in house.workspace.calls.of("response_url")]


async def test_a_short_retry_after_is_waited_for_once(house: House) -> None:
    house.workspace.faults.add("rate_limited", "response_url", seconds=0)
    asked = await house.workspace.command("help")
    assert (await asked.answer()).status == 200
    await house.settled()
    assert len(posts(house)) == 2


async def test_a_long_retry_after_is_not_waited_for(house: House) -> None:
    house.workspace.faults.add("rate_limited", "response_url", seconds=120)
    await house.workspace.command("help")
    await house.settled()
    assert len(posts(house)) == 1


async def test_a_second_429_is_the_end(house: House) -> None:
    house.workspace.faults.add("rate_limited", "response_url", seconds=0, count=5)
    await house.workspace.command("help")
    await house.settled()
    assert len(posts(house)) == 2


@pytest.mark.parametrize("kind", ["500_before", "500_after", "drop_before", "drop_after"])
async def test_nothing_is_posted_again_where_it_may_have_arrived(house: House, kind: str) -> None:
    house.workspace.faults.add(kind, "response_url")
    await house.workspace.command("help")
    await house.settled()
    assert len(posts(house)) == 1
    assert (await house.ask("help"))["text"]


async def test_a_hanging_answer_is_given_up() -> None:
    async with open_house(NEWSBRIEF_HTTP_SECONDS="0.2") as house:
        house.workspace.faults.add("hang_before", "response_url", seconds=30)
        await house.workspace.command("help")
        await house.settled()
        assert len(posts(house)) == 1


@pytest.mark.parametrize("error", ["used_url", "expired_url"])
async def test_a_used_up_address_ends_the_matter(house: House, error: str) -> None:
    house.workspace.faults.add("error", "response_url", error=error)
    await house.workspace.command("help")
    await house.settled()
    assert len(posts(house)) == 1


async def test_an_image_that_slack_cannot_fetch_is_left_out(house: House) -> None:
    house.workspace.faults.add("refuse_image", pattern="*picture.jpg", count=None)
    asked = await house.workspace.command("clearview")
    await house.workspace.wait_for(lambda: asked.hook.answers and asked.hook.answers[-1].status == 200)
    sent = posts(house)
    assert "picture.jpg" in json.dumps(sent[0]["blocks"])
    assert "picture.jpg" not in json.dumps(sent[-1]["blocks"])
    assert len(sent) == 2


async def test_only_the_image_that_slack_named_is_left_out() -> None:
    logo = Image(url="https://www.example.com/logo.png", width=48, height=48)
    provider = replace(CLEARVIEW.provider, images=(logo,))
    async with open_house(replace(CLEARVIEW, provider=provider)) as house:
        house.workspace.faults.add("refuse_image", pattern="*picture.jpg", count=None)
        await house.workspace.command("clearview")
        await house.settled()
        last = json.dumps(posts(house)[-1]["blocks"])
        assert ("logo.png" in last, "picture.jpg" in last) == (True, False)


async def test_blocks_that_slack_refuses_become_plain_text(house: House) -> None:
    house.workspace.faults.add("error", "response_url", error="invalid_blocks")
    await house.workspace.command("clearview")
    await house.settled()
    assert [("blocks" in body) for body in posts(house)] == [True, False]
    assert posts(house)[1]["text"] == posts(house)[0]["text"]


async def test_answers_are_not_lost_behind_a_failing_one(house: House) -> None:
    house.workspace.faults.add("500_before", "response_url", count=3)
    asked = await asyncio.gather(*(house.workspace.command("help") for _ in range(10)))
    await house.settled()
    arrived = [one for one in asked if one.hook.answers and one.hook.answers[-1].message]
    assert len(arrived) == 7


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (200, "ok", None),
        (200, '{"ok": true}', None),
        (200, "", None),
        (200, '{"ok": false, "error": "invalid_blocks"}', Rejected),
        (400, "invalid_payload", Rejected),
        (404, "expired_url", Rejected),
        (404, "<html>", Rejected),
        (403, "", Rejected),
        (302, "", Rejected),
        (429, "", RetryLater),
        (200, '{"ok": false, "error": "ratelimited"}', RetryLater),
        (500, "", Uncertain),
        (503, '{"ok": false, "error": "internal_error"}', Uncertain),
        (200, "[" * 100_000, None),
    ],
)
def test_an_http_answer_means_one_thing(status: int, text: str, expected: type[SendError] | None) -> None:
    if expected is None:
        assert _judge(status, {}, text).fields.get("ok", True)
        return
    with pytest.raises(expected):
        _judge(status, {}, text)


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3), ("0", 0), ("-1", 0), ("nan", 1), ("soon", 1), ("inf", 3600)]
)
def test_retry_after_is_read_with_care(header: str, seconds: float) -> None:
    with pytest.raises(RetryLater) as caught:
        _judge(429, {"Retry-After": header}, "")
    assert caught.value.seconds == seconds
