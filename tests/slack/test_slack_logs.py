"""Logs hold ids: no level and no failure brings out what people ask, say or sign with."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest

from bot.errors import StoreAway
from bot.telemetry import set_up_logging
from tests.slack.house import CLEARVIEW, SECRET, House, signed

SECRETS = ("zebrafish", "clearview", "regulators", "ada okafor", "xoxb-", "xapp-", "v0=", "hooks/", SECRET)


@contextmanager
def talkative(form: str) -> Iterator[None]:
    """Logging as `serve` sets it up, at its most talkative."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    before = list(root.handlers), root.level, ours.level
    set_up_logging("debug", form)
    try:
        yield
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        ours.setLevel(before[2])


async def live_through_it(house: House) -> None:
    """Every kind of request, answer and failure, with words that must not be seen again."""
    for text in ("zebrafish", "clearview", "heat:zebrafish", "topic:zebrafish", "payload", "status", ""):
        await house.ask(text)
    message = (await (await house.workspace.command("clearview")).answer()).message
    assert message is not None
    await (await house.workspace.press(message, "news_share")).answer()
    await house.workspace.event(
        {"type": "message", "channel_type": "im", "user": "zebrafish user", "text": "z"}
    )
    for kind in ("500_before", "drop_before", "error"):
        house.workspace.faults.add(kind, "response_url", error="zebrafish says no")
        await house.workspace.command("zebrafish")
        await house.settled()
    for error in (StoreAway("zebrafish"), RuntimeError("zebrafish"), KeyError("zebrafish")):
        house.shelf.error = error
        await house.ask("zebrafish")
    house.shelf.error = None
    for payload in (
        {"type": "event_callback", "event": "zebrafish"},
        {"type": "shortcut", "team": ["zebrafish"]},
    ):
        await house.events(json.dumps(payload).encode())
    form = {
        "command": "/news",
        "text": "zebrafish",
        "team_id": "zebra fish",
        "user_name": "ada",
        "token": "xoxb-1",
    }
    await house.events(urlencode(form).encode(), "application/x-www-form-urlencoded")
    await house.events(b'{"zebrafish": ', "application/json")
    async with house.http.post(f"{house.bot.address}/slack/events", data=b"zebrafish", headers=signed(b"z")):
        pass
    await house.get("/slack/oauth_redirect?code=zebrafish&state=zebrafish")
    await house.bot.stop()


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_level_and_no_failure_brings_out_words(
    house: House, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    with talkative(form):
        await live_through_it(house)
    log = capsys.readouterr().err
    assert "answered search" in log
    assert "RuntimeError" in log
    assert "T0MORNING1" in log
    assert [word for word in SECRETS if word in log.lower()] == []


async def test_packages_are_quiet_also_where_logging_was_not_set_up(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await house.ask("zebrafish")
    await house.events(json.dumps({"type": "shortcut", "callback_id": "zebrafish"}).encode())
    assert [
        record.name
        for record in caplog.records
        if record.name.startswith(("slack_", "aiohttp")) and "zebrafish" in record.getMessage()
    ] == []


async def test_an_answers_line_names_who_and_how_long(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bot")
    await house.ask("clearview")
    await house.bot.stop()
    line = next(record.getMessage() for record in caplog.records if "answered" in record.getMessage())
    assert "answered search (ok, sent: yes) in" in line
    assert "team=T0MORNING1 channel=C0NEWS user=U0ADAOKAFOR" in line
    assert CLEARVIEW.title not in line
