"""Starting: impossible settings, a taken port, a refused token; and a Slack that is not there yet."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.errors import PortTaken, SettingError, SlackRefused
from bot.slack import SlackBot
from tests.slack.house import House, Shelf, make_bot, open_house, open_workspace, signed


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xapp-1-A"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxp-1-A"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xoxb-1-A"}, "SLACK_APP_TOKEN"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_SECRET": "x"}, "SLACK_CLIENT_ID"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "x"}, "NEWSBRIEF_ENCRYPTION_KEY"),
    ],
)
async def test_settings_that_cannot_work_are_named(overrides: dict[str, str], named: str) -> None:
    async with open_workspace() as workspace:
        with pytest.raises(SettingError) as caught:
            await make_bot(workspace, Shelf([]), **overrides).start()
    assert named in str(caught.value)


async def test_a_token_of_no_use_is_refused_with_a_sentence() -> None:
    async with open_workspace() as workspace:
        with pytest.raises(SlackRefused) as caught:
            await make_bot(workspace, Shelf([]), SLACK_BOT_TOKEN="xoxb-wrong").start()
    assert "SLACK_BOT_TOKEN" in str(caught.value)
    assert "xoxb-wrong" not in str(caught.value)


async def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with open_workspace() as workspace:
            services = make_bot(workspace, Shelf([])).services
            with pytest.raises(PortTaken) as caught:
                await SlackBot(services, port=port).start()
    assert str(port) in str(caught.value)


async def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    async with open_workspace() as workspace:
        services = make_bot(workspace, Shelf([])).services
        with pytest.raises(PortTaken):
            await SlackBot(services, host="203.0.113.7", port=0).start()


async def test_without_a_bot_token_commands_are_answered_all_the_same() -> None:
    async with open_house(SLACK_BOT_TOKEN="") as house:
        assert await house.get("/readyz") == (200, "ready\n")
        assert (await house.ask("clearview"))["text"]
        assert (await house.ask("since:2021-01-01"))["text"]
        assert house.workspace.calls.of("auth.test") == []


@pytest.mark.parametrize("kind", ["500_before", "drop_before", "rate_limited"])
async def test_while_slack_is_away_the_bot_answers_and_is_not_ready(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.transport.PATIENCE_SECONDS", 0.0)
    async with open_workspace() as workspace:
        workspace.faults.add(kind, "auth.test", count=None)
        bot = make_bot(workspace, Shelf([]))
        await bot.start()
        try:
            workspace.bot_url = f"{bot.address}/slack/events"
            assert (await (await workspace.command("help")).answer()).status == 200
            async with aiohttp.ClientSession() as http, http.get(f"{bot.address}/readyz") as response:
                assert (response.status, "not accepted" in await response.text()) == (503, True)
            workspace.faults.clear()
            standing = bot._running.standing  # type: ignore[union-attr]
            await workspace.wait_for(lambda: standing.accepted)
        finally:
            await bot.stop()


async def test_a_server_that_does_not_know_auth_test_is_good_enough() -> None:
    async with open_workspace() as workspace:
        workspace.faults.add("error", "auth.test", error="unknown_method", count=None)
        bot = make_bot(workspace, Shelf([]))
        await bot.start()
        async with aiohttp.ClientSession() as http, http.get(f"{bot.address}/readyz") as response:
            assert response.status == 200
        await bot.stop()


async def test_an_index_that_does_not_answer_is_not_ready(house: House) -> None:
    from bot.errors import StoreAway

    house.shelf.error = StoreAway("away")
    assert (await house.get("/readyz"))[0] == 503
    house.shelf.error = None
    assert (await house.get("/readyz"))[0] == 200


async def test_the_ready_line_names_mode_address_and_briefs(house: House) -> None:
    assert await house.bot.ready_line() == f"ready: HTTP, {house.bot.address}, 1 brief"


async def test_a_bare_slack_compatible_server_is_enough(house: House) -> None:
    """Nothing but a signed form and a response_url: no team, no user, no trigger."""
    asked = await house.workspace.command("help")
    await asked.answer()
    form = {"command": "/news", "text": "clearview", "response_url": asked.hook.sent["response_url"]}
    body = urlencode(form).encode()
    headers = signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
    async with house.http.post(f"{house.bot.address}/slack/events", data=body, headers=headers) as response:
        assert (response.status, await response.text()) == (200, "")
    assert json.dumps((await asked.answers(2))[1].payload["blocks"])
