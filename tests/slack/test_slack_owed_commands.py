"""digest, alerts, why, forget me: what is typed becomes one call, and the answer is for the asker alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.dispatch.requests import (
    AlertAction,
    AlertOrder,
    DigestAction,
    DigestOrder,
    DigestRequest,
    RuleRequest,
)
from bot.domain.answers import ZoneSource
from bot.domain.query import Query
from bot.domain.subscription import Limits, Schedule
from bot.errors import StoreAway, UsageError
from bot.search import parse_query
from bot.slack.commands import Asked, Verb, read_command
from tests.slack.house import House, open_house
from tests.slack.owed_house import Notebook, by_bot, direct_channel, open_owing


def parse(text: str) -> Query:
    return parse_query(text, now=datetime(2021, 2, 5, tzinfo=UTC), zone=UTC)


def read(text: str) -> Asked:
    return read_command(text, parse, owes=True)


@pytest.fixture
async def owing() -> AsyncIterator[tuple[House, Notebook]]:
    async with open_owing() as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("digest", Asked(verb=Verb.DIGEST)),
        ("Digest?", Asked(verb=Verb.DIGEST)),
        ("DIGEST daily", Asked(verb=Verb.DIGEST, query="daily")),
        ("digest weekdays 08:30", Asked(verb=Verb.DIGEST, query="weekdays 08:30")),
        ("digest off 2", Asked(verb=Verb.DIGEST, query="off 2")),
        ("digest daily 9 heat:banana", Asked(verb=Verb.DIGEST, query="daily 9 heat:banana")),
        ("alerts", Asked(verb=Verb.ALERTS)),
        ("Alerts on heat:hot", Asked(verb=Verb.ALERTS, query="on heat:hot")),
        ("alerts pause", Asked(verb=Verb.ALERTS, query="pause")),
        ("alerts on quiet:banana", Asked(verb=Verb.ALERTS, query="on quiet:banana")),
        ("why", Asked(verb=Verb.WHY)),
        ("Why?", Asked(verb=Verb.WHY)),
        ("why clearview broke the law", Asked(verb=Verb.WHY, query="clearview broke the law")),
        ("forget me", Asked(verb=Verb.FORGET, query="me")),
        ("Forget me!", Asked(verb=Verb.FORGET, query="me!")),
    ],
)
def test_a_verb_of_digests_and_alerts_is_known_by_what_follows(text: str, asked: Asked) -> None:
    assert read(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "digest of the week",
        "digests",
        "alerts about clearview",
        "forget",
        "forget me not",
        "whyever",
        "alerted",
    ],
)
def test_words_that_only_look_like_one_are_searched_for(text: str) -> None:
    assert read(text) == Asked(verb=Verb.SEARCH, query=text)


def test_search_in_front_searches_for_a_verb_too() -> None:
    assert read("search digest daily 9") == Asked(verb=Verb.SEARCH, query="digest daily 9")


@pytest.mark.parametrize("text", ["digest", "alerts on heat:hot", "why", "forget me"])
async def test_a_bot_without_digests_searches_for_all_of_it(text: str) -> None:
    assert read_command(text, parse).verb is Verb.SEARCH
    async with open_house() as house:
        await house.ask(text)
        assert house.shelf.asked[-1][0] == text


NINE_IN_BERLIN = Schedule(hour=9, zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "call"),
    [
        ("digest", ("order_digest", DigestOrder(action=DigestAction.SHOW), "")),
        ("digest pause 2", ("order_digest", DigestOrder(action=DigestAction.PAUSE, number=2), "")),
        ("digest daily 09:00", ("set_digest", DigestRequest(schedule=NINE_IN_BERLIN))),
        (
            "digest daily 9am America/New_York topic:AI count:3",
            (
                "set_digest",
                DigestRequest(
                    schedule=Schedule(hour=9, zone="America/New_York"),
                    zone_typed=True,
                    filters="topic:AI",
                    count=3,
                ),
            ),
        ),
        ("alerts", ("order_alerts", AlertOrder(action=AlertAction.SHOW))),
        ("alerts off", ("order_alerts", AlertOrder(action=AlertAction.OFF))),
        (
            "alerts on heat:>100 gap:0",
            (
                "set_rule",
                RuleRequest(filters="heat:>100", limits=Limits(gap=timedelta()), has_threshold=True),
                "on heat:>100 gap:0",
            ),
        ),
        ("why", ("why", "", "")),
        ("why https://www.example.com/clearview", ("why", "https://www.example.com/clearview", "")),
        ("forget me", ("forget",)),
    ],
)
async def test_each_form_is_one_call_and_a_private_answer(
    owing: tuple[House, Notebook], typed: str, call: tuple[Any, ...]
) -> None:
    house, notebook = owing
    answer = await house.ask(typed)
    assert notebook.calls == [call]
    assert answer["response_type"] == "ephemeral"
    assert call[0] in answer["text"]
    assert house.shelf.asked == []
    assert house.workspace.findings == []


async def test_the_asker_comes_with_their_own_zone(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    await house.ask("alerts")
    visitor = notebook.visitors[-1]
    assert (visitor.zone, visitor.zone_source) == ("Europe/Berlin", ZoneSource.PERSON)
    assert (visitor.team, visitor.channel, visitor.user) == ("T0MORNING1", "C0NEWS", "U0ADAOKAFOR")
    assert visitor.is_admin


async def test_where_slack_does_not_tell_the_zone_it_is_the_bots() -> None:
    async with open_owing(NEWSBRIEF_TIMEZONE="Asia/Tokyo") as (house, notebook):
        house.workspace.faults.add("error", "users.info", error="missing_scope", count=None)
        await house.ask("digest daily 9")
        visitor = notebook.visitors[-1]
        assert (visitor.zone, visitor.zone_source) == ("Asia/Tokyo", ZoneSource.DEFAULT)
        assert notebook.calls[-1][1].schedule.zone == "Asia/Tokyo"


async def test_only_those_named_are_admins() -> None:
    async with open_owing(NEWSBRIEF_ADMINS="U0LINTANAKA") as (house, notebook):
        for user in ("U0ADAOKAFOR", "U0LINTANAKA"):
            await (await house.workspace.command("alerts", user=user)).answer()
        assert [visitor.is_admin for visitor in notebook.visitors] == [False, True]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("digest daily 9 heat:banana", "banana"),
        ("digest daily 25:00", "25:00"),
        ("digest daily 9 count:99", "count:99"),
        ("digest daily 9 Europe/Berln", "Europe/Berlin"),
        ("alerts on quiet:banana", "quiet:"),
        ("alerts on heat:banana", "banana"),
    ],
)
async def test_a_mistake_in_a_clear_command_is_named_with_what_would_do(
    owing: tuple[House, Notebook], typed: str, word: str
) -> None:
    house, notebook = owing
    answer = await house.ask(typed)
    assert word in str(answer)
    assert "news_search" not in str(answer)
    assert notebook.calls == []
    assert house.shelf.asked == []


async def test_what_cannot_be_done_and_a_database_away_are_sentences(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    notebook.error = UsageError("There are 20 digests here already.", hint="Turn one off first.")
    assert "20 digests" in (await house.ask("digest daily"))["text"]
    notebook.error = StoreAway("The database is away.")
    assert "try again" in (await house.ask("alerts"))["text"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("digest daily 9", "set_digest"),
        ("alerts", "order_alerts"),
        ("why", "why"),
        ("forget me", "forget"),
    ],
)
async def test_plain_words_in_a_direct_message_do(
    owing: tuple[House, Notebook], text: str, name: str
) -> None:
    house, notebook = owing
    channel = direct_channel(house)
    await house.workspace.say(text, channel=channel)
    await house.workspace.wait_for(lambda: by_bot(house, channel))
    assert notebook.calls[-1][0] == name
    assert notebook.visitors[-1].channel == channel
    assert name in by_bot(house, channel)[-1].text


async def mentioned(house: House, text: str) -> str:
    await house.workspace.say(f"@newsbrief {text}", channel="C0NEWS")
    await house.workspace.wait_for(lambda: by_bot(house, "C0NEWS"))
    answer = by_bot(house, "C0NEWS")[-1]
    assert answer.only_for == ""
    return str((answer.text, answer.blocks))


async def test_a_mention_makes_the_channels_digest(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    assert "set_digest" in await mentioned(house, "digest daily 9")
    assert notebook.visitors[-1].channel == "C0NEWS"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("alerts", "/news alerts"),
        ("alerts on heat:hot", "/news alerts"),
        ("why clearview", "/news why"),
        ("forget me", "/news forget me"),
    ],
)
async def test_a_mention_shows_nothing_of_a_persons_own_to_the_channel(
    owing: tuple[House, Notebook], text: str, typed: str
) -> None:
    house, notebook = owing
    assert f"Type {typed} instead" in await mentioned(house, text)
    assert notebook.calls == []


async def test_status_says_what_is_owed_and_lets_a_held_message_go(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    answer = str(await house.ask("status"))
    assert "next at nine" in answer
    assert "news_delivery_send" in answer
    assert notebook.visitors[-1].zone == "Europe/Berlin"


async def test_status_asked_by_a_mention_shows_no_persons_own(owing: tuple[House, Notebook]) -> None:
    house, notebook = owing
    answer = await mentioned(house, "status")
    assert "/news status" in answer
    assert "news_delivery" not in answer
    assert notebook.calls == []


async def test_status_names_what_each_missing_scope_costs() -> None:
    async with open_owing() as (house, _notebook):
        standing = house.bot._running.standing  # type: ignore[union-attr]
        standing.scopes = frozenset({"commands", "chat:write", "users:read", "app_mentions:read"})
        answer = (await house.ask("status"))["text"]
    for scope in ("im:write", "im:history", "channels:history", "groups:history"):
        assert scope in answer
    assert "users:read" not in answer
