"""The bot's way around the workspace: commands, buttons, events, over HTTP and by socket."""

from __future__ import annotations

import socket
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from yarl import URL

from bot.errors import PortTaken, SettingError
from bot.preview import Workspace
from bot.slack.scopes import OPTIONAL_SCOPES, SCOPES
from tests.preview.conftest import SECRET, HandClock, SmallBot, serving


async def test_a_command_is_signed_acknowledged_and_answered(workspace: Workspace, bot: SmallBot) -> None:
    asked = await workspace.command("clearvew")
    answer = await asked.answer()

    assert asked.status == 200
    assert answer.status == 200
    assert answer.message is not None
    assert answer.message.text == "About clearvew"
    assert answer.message.only_for == "U0ADAOKAFOR"
    assert bot.heard[0]["command"] == "/news"
    assert bot.heard[0]["channel_name"] == "news"
    assert workspace.findings == []


async def test_typed_text_arrives_as_slack_escapes_it(workspace: Workspace, bot: SmallBot) -> None:
    asked = await workspace.command("AT&T <wsj.com> https://a.example/x?a=1&b=2")
    await asked.answer()
    assert bot.heard[0]["text"] == (
        "AT&amp;T &lt;<http://wsj.com|wsj.com>&gt; <https://a.example/x?a=1&amp;b=2>"
    )


async def test_a_button_of_an_ephemeral_answer_brings_no_message_but_a_way_to_answer(
    workspace: Workspace, bot: SmallBot
) -> None:
    shown = (await (await workspace.command("ai")).answer()).message
    assert shown is not None

    pressed = await workspace.press(shown, "Share")
    shared = (await pressed.answer()).message

    body = bot.heard[-1]
    assert "message" not in body
    assert body["container"]["is_ephemeral"] is True
    assert body["actions"][0]["action_id"] == "share"
    assert shared is not None
    assert shared.only_for == ""
    assert [message.text for message in workspace.world.lasting("C0NEWS")] == ["Shared"]


async def test_a_mention_reaches_the_bot_and_its_reply_lands_in_the_thread(
    workspace: Workspace, bot: SmallBot
) -> None:
    said = await workspace.say("hello @newsbrief, any news?")
    await workspace.wait_for(lambda: len(workspace.world.lasting("C0NEWS", said.ts)) == 2)

    assert bot.heard[0]["type"] == "app_mention"
    assert workspace.world.lasting("C0NEWS", said.ts)[1].text == "You called?"
    assert [message.ts for message in workspace.world.lasting("C0NEWS")] == [said.ts]


async def test_a_direct_message_is_heard_as_one(workspace: Workspace, bot: SmallBot) -> None:
    direct = workspace.world.direct("U0ADAOKAFOR")
    await workspace.say("hi", channel=direct.id)
    assert bot.heard[0]["channel_type"] == "im"


async def test_talk_among_people_is_not_brought_to_the_bot(workspace: Workspace, bot: SmallBot) -> None:
    await workspace.say("just us")
    assert bot.heard == []


async def test_socket_mode_carries_commands_and_acks(workspace: Workspace) -> None:
    heard: list[str] = []
    app = AsyncApp(token=workspace.bot_token)
    app.client.base_url = workspace.api_url

    @app.command("/news")
    async def news(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        await ack()
        heard.append(body["text"])
        await respond("by socket")

    handler: Any = AsyncSocketModeHandler(app, workspace.app_token, web_client=app.client)
    await handler.connect_async()
    try:
        await workspace.wait_for(lambda: workspace.sockets == 1)
        asked = await workspace.command("ai")
        answer = await asked.answer()
    finally:
        await handler.close_async()

    assert asked.ack.ok
    assert heard == ["ai"]
    assert answer.payload["text"] == "by socket"


async def test_a_socket_address_works_once(workspace: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {workspace.app_token}"}
        async with session.post(f"{workspace.api_url}apps.connections.open", headers=headers) as response:
            url = (await response.json())["url"]
        async with session.ws_connect(url) as link:
            assert (await link.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_a_bot_that_refuses_or_is_away_is_told_to_the_person(workspace: Workspace) -> None:
    asked = await workspace.command("ai")
    assert asked.status == 0
    assert "dispatch_failed" in workspace.messages()[-1].text

    async def refuses(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    async with serving(refuses) as url:
        workspace.bot_url = url
        assert (await workspace.command("ai")).status == 404
    note = workspace.messages()[-1]
    assert "http_service_error: 404" in note.text
    assert note.only_for == "U0ADAOKAFOR"


async def test_the_body_of_the_acknowledgement_is_an_answer_too(workspace: Workspace) -> None:
    async def answers(_: web.Request) -> web.StreamResponse:
        return web.json_response({"response_type": "in_channel", "text": "at once"})

    async with serving(answers) as url:
        workspace.bot_url = url
        asked = await workspace.command("ai")
    assert (await asked.answer()).payload["text"] == "at once"
    assert workspace.world.lasting("C0NEWS")[-1].text == "at once"


async def test_the_next_free_port_is_taken_unless_one_was_asked_for(clock: HandClock) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        strict = Workspace(clock=clock, port=port, any_port=False, signing_secret=SECRET)
        with pytest.raises(PortTaken, match=str(port)):
            await strict.start()
        free = Workspace(clock=clock, port=port, signing_secret=SECRET)
        await free.start()
        try:
            assert free.url.startswith("http://127.0.0.1:")
            assert f":{port}/" not in free.url
        finally:
            await free.stop()


def test_other_machines_are_never_listened_to(clock: HandClock) -> None:
    with pytest.raises(SettingError, match="this machine only"):
        Workspace(clock=clock, host="0.0.0.0", signing_secret=SECRET)


async def test_install_ends_with_a_token_that_works(workspace: Workspace) -> None:
    query = {"scope": "commands,chat:write", "state": "s1", "redirect_uri": "http://127.0.0.1:1/back"}
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{workspace.url}oauth/v2/authorize", params=query) as response:
            assert "chat:write" in await response.text()
        allow = f"{workspace.url}oauth/v2/authorize/allow"
        async with session.get(allow, params=query, allow_redirects=False) as response:
            location = URL(response.headers["Location"])
        assert location.query["state"] == "s1"
        code = {"code": location.query["code"]}
        async with session.post(f"{workspace.api_url}oauth.v2.access", data=code) as response:
            token = (await response.json())["access_token"]
        async with session.post(f"{workspace.api_url}oauth.v2.access", data=code) as response:
            assert (await response.json())["error"] == "invalid_code"
        async with session.post(f"{workspace.api_url}auth.test", data={"token": token}) as response:
            assert (await response.json())["ok"] is True
            granted = response.headers["X-OAuth-Scopes"].split(",")
        assert set(granted) == {*SCOPES, *OPTIONAL_SCOPES}


async def test_an_install_link_without_a_way_back_leads_to_the_bots_own(workspace: Workspace) -> None:
    allow = f"{workspace.url}oauth/v2/authorize/allow?scope=commands&state=s1"
    async with aiohttp.ClientSession() as session:
        async with session.get(allow, allow_redirects=False) as response:
            assert response.status == 400
            assert "no bot is running" in await response.text()
        workspace.bot_url = "http://127.0.0.1:1/slack/events"
        async with session.get(allow, allow_redirects=False) as response:
            location = URL(response.headers["Location"])
    assert str(location.with_query(None)) == "http://127.0.0.1:1/slack/oauth_redirect"
    assert location.query["state"] == "s1"
    assert location.query["code"]
