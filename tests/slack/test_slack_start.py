"""Starting: impossible settings, a taken port, a refused token; and a Slack that is not there yet."""

from __future__ import annotations

import asyncio
import json
import socket
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.errors import PortTaken, SettingError, SlackRefused
from bot.slack import SlackBot
from bot.slack.app import packages_logger
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
        assert "no token for this workspace: digests and alerts" in str(await house.ask("status"))


@pytest.mark.parametrize("by_socket", [False, True])
async def test_without_a_bot_token_the_log_says_what_will_not_work(
    caplog: pytest.LogCaptureFixture, by_socket: bool
) -> None:
    async with open_workspace() as workspace:
        app_token = workspace.app_token if by_socket else ""
        bot = make_bot(workspace, Shelf([]), SLACK_BOT_TOKEN="", SLACK_APP_TOKEN=app_token)
        await bot.start()
        await bot.stop()
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == 1
    assert said[0].startswith("SLACK_BOT_TOKEN is not set: digests and alerts")


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


async def answer_of(bot: SlackBot, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(bot.address + path) as response:
        return response.status, await response.text()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_hanging_slack_holds_neither_the_start_nor_the_stop(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.bot.FIRST_TRY_SECONDS", 0.05)
    async with open_workspace() as workspace:
        workspace.faults.add("hang_before", method, seconds=5, count=None)
        bot = make_bot(workspace, Shelf([]), SLACK_APP_TOKEN=workspace.app_token)
        async with asyncio.timeout(4):
            await bot.start()
            waiting = asyncio.create_task(bot.wait_ready())
            assert (await answer_of(bot, "/healthz"))[0] == 200
            assert (await answer_of(bot, "/readyz"))[0] == 503
            assert not waiting.done()
            await bot.stop()
            assert await waiting is False
            await bot.wait_closed()


async def test_a_stop_ends_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.bot.FIRST_TRY_SECONDS", 60.0)
    async with open_workspace() as workspace:
        workspace.faults.add("hang_before", "auth.test", seconds=5, count=None)
        bot = make_bot(workspace, Shelf([]))
        async with asyncio.timeout(4):
            starting = asyncio.create_task(bot.start())
            await workspace.wait_for(lambda: workspace.calls.of("auth.test"))
            await bot.stop()
            await starting
        with pytest.raises(aiohttp.ClientConnectorError):
            await answer_of(bot, "/healthz")


async def test_a_slow_slack_makes_the_bot_ready_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.bot.FIRST_TRY_SECONDS", 0.05)
    async with open_workspace() as workspace:
        workspace.faults.add("slow", "auth.test", seconds=0.5)
        bot = make_bot(workspace, Shelf([]))
        await bot.start()
        try:
            assert (await answer_of(bot, "/readyz"))[0] == 503
            assert await bot.wait_ready() is True
            assert await answer_of(bot, "/readyz") == (200, "ready\n")
            assert len(workspace.calls.of("auth.test")) == 1
        finally:
            await bot.stop()


@pytest.mark.parametrize(
    ("kind", "method", "setting"),
    [
        ("slow", "auth.test", "SLACK_BOT_TOKEN"),
        ("500_before", "auth.test", "SLACK_BOT_TOKEN"),
        ("slow", "apps.connections.open", "SLACK_APP_TOKEN"),
        ("500_before", "apps.connections.open", "SLACK_APP_TOKEN"),
    ],
)
async def test_a_token_that_is_refused_later_ends_the_bot(
    kind: str, method: str, setting: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.slack.bot.FIRST_TRY_SECONDS", 0.2)
    async with open_workspace() as workspace:
        workspace.faults.add(kind, method, seconds=0.6)
        wrong = {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-wrong"}[setting]
        tokens = {"SLACK_APP_TOKEN": workspace.app_token} | {setting: wrong}
        bot = make_bot(workspace, Shelf([]), **tokens)
        await bot.start()
        try:
            for waiting in (bot.wait_ready(), bot.wait_closed()):
                with pytest.raises(SlackRefused, match=setting):
                    await waiting
            status, text = await answer_of(bot, "/readyz")
            assert (status, "refused" in text, wrong in text) == (503, True, False)
        finally:
            await bot.stop()
    assert sum("refused" in record.getMessage() for record in caplog.records) == 1


async def test_a_failing_start_leaves_nobody_waiting() -> None:
    async with open_workspace() as workspace:
        bot = make_bot(workspace, Shelf([]), SLACK_BOT_TOKEN="xoxb-wrong")
        waiting = asyncio.create_task(bot.wait_ready())
        with pytest.raises(SlackRefused):
            await bot.start()
        assert await waiting is False
        await bot.stop()


async def test_an_index_that_does_not_answer_is_not_ready(house: House) -> None:
    from bot.errors import StoreAway

    house.shelf.error = StoreAway("away")
    assert (await house.get("/readyz"))[0] == 503
    house.shelf.error = None
    assert (await house.get("/readyz"))[0] == 200


@pytest.mark.parametrize("by_socket", [False, True])
async def test_a_start_logs_no_warning_of_a_package(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, by_socket: bool
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-the-environment")
    async with open_workspace() as workspace:
        app_token = workspace.app_token if by_socket else ""
        bot = make_bot(workspace, Shelf([]), SLACK_APP_TOKEN=app_token)
        await bot.start()
        await bot.stop()
    assert [record for record in caplog.records if not record.name.startswith("bot")] == []


def test_a_real_warning_of_a_package_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    packages_logger().warning("this quotes a %s", "zebrafish")
    packages_logger().error("this too: zebrafish")
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
    assert "zebrafish" not in caplog.text


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
