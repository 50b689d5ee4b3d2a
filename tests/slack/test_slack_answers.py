"""The slash command over HTTP: acknowledged empty and at once, answered at its response_url."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.errors import StoreAway
from tests.slack.house import CLEARVIEW, House, briefs, open_house


def words_of(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("help", "/news"),
        ("clearview", CLEARVIEW.title),
        ("", CLEARVIEW.title),
        ("top", CLEARVIEW.title),
        ("latest", CLEARVIEW.title),
        ("topics", "Privacy"),
        ("providers", "Example Times"),
        ("status", "brief"),
        ("search clearview", CLEARVIEW.title),
        ("zxqwv", "zxqwv"),
        ("heat:banana", "banana"),
    ],
)
async def test_a_command_is_answered_to_the_asker_alone(house: House, text: str, told: str) -> None:
    payload = await house.ask(text)
    assert payload["response_type"] == "ephemeral"
    assert payload["replace_original"] is False
    assert payload["text"]
    assert told in words_of(payload)
    assert house.workspace.findings == []


async def test_the_acknowledgement_is_empty(house: House) -> None:
    asked = await house.workspace.command("clearview")
    assert asked.ack.body == ""


async def test_slow_search_does_not_hold_the_acknowledgement(house: House) -> None:
    house.shelf.gate.clear()
    asked = await house.workspace.command("clearview")
    assert asked.status == 200
    assert asked.hook.answers == []
    house.shelf.gate.set()
    assert CLEARVIEW.title in words_of(dict((await asked.answer()).payload))


async def test_a_command_about_payloads_is_answered(house: House) -> None:
    assert "payload" in words_of(await house.ask("payload"))


async def test_markup_is_taken_off_before_the_search(house: House) -> None:
    await house.ask("heat:>100 “AT&T”")
    assert house.shelf.asked[-1][0] == 'heat:>100 "AT&T"'


async def test_an_impossible_filter_gets_a_plain_sentence(house: House) -> None:
    payload = await house.ask("since:yesteryear")
    assert "yesteryear" in payload["text"]


async def test_an_index_that_is_away_gets_a_plain_sentence(house: House) -> None:
    house.shelf.error = StoreAway("the database at secret-host is away")
    payload = await house.ask("clearview")
    assert "can't reach my index" in payload["text"]
    assert "secret-host" not in words_of(payload)


async def test_an_unexpected_failure_gives_a_reference_and_no_details(house: House) -> None:
    house.shelf.error = RuntimeError("internal details")
    payload = await house.ask("clearview")
    assert "Something went wrong on my side (ref " in payload["text"]
    assert "internal details" not in words_of(payload)


async def test_an_answer_without_users_read_uses_the_setting() -> None:
    async with open_house(NEWSBRIEF_TIMEZONE="Asia/Tokyo") as house:
        house.workspace.faults.add("missing_scope", "users.info", error="users:read")
        await house.ask("since:2021-02-01")
        assert house.shelf.asked[-1] == ("since:2021-02-01", "Asia/Tokyo")


async def test_the_askers_zone_is_read_once_and_only_for_dates(house: House) -> None:
    await house.ask("clearview")
    assert house.workspace.calls.of("users.info") == []
    for _ in range(2):
        await house.ask("since:2021-02-01")
    assert len(house.workspace.calls.of("users.info")) == 1
    zone = house.workspace.world.people["U0ADAOKAFOR"].zone
    assert house.shelf.asked[-1] == ("since:2021-02-01", zone)


async def test_a_zone_that_takes_long_is_not_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.zones.WAIT_SECONDS", 0.05)
    house.workspace.faults.add("hang_before", "users.info", seconds=30)
    await house.ask("since:2021-02-01")
    assert house.shelf.asked[-1] == ("since:2021-02-01", "UTC")


async def test_status_names_what_a_missing_scope_costs() -> None:
    async with open_house() as house:
        house.bot._running.standing.scopes = frozenset({"commands", "chat:write"})  # type: ignore[union-attr]
        told = words_of(await house.ask("status"))
        assert "users:read" in told
        assert "im:history" in told


async def test_status_names_a_zone_that_may_not_be_read(house: House) -> None:
    assert "users:read" not in words_of(await house.ask("status"))
    house.workspace.faults.add("missing_scope", "users.info", error="users:read")
    await house.ask("since:2021-02-01")
    assert "users:read" in words_of(await house.ask("status"))


async def test_five_are_shown_and_more_gives_the_next_five() -> None:
    async with open_house(*briefs(12)) as house:
        asked = await house.workspace.command("many")
        first = await asked.answer()
        assert first.message is not None
        pressed = await house.workspace.press(first.message, "news_more")
        second = await pressed.answer()
        assert second.payload["response_type"] == "ephemeral"
        assert "Number 5 of many" in words_of(dict(second.payload))
        assert "Number 4 of many" not in words_of(dict(second.payload))
        assert second.message is not None
        third = await (await house.workspace.press(second.message, "news_more")).answer()
        assert "Number 11 of many" in words_of(dict(third.payload))
        assert house.workspace.findings == []


async def test_the_front_shows_the_hottest_of_the_newest_days() -> None:
    async with open_house(*briefs(7)) as house:
        await house.ask("")
        assert ("sort:heat since:2021-01-04", "UTC") in house.shelf.asked
