"""The Web API as Slack answers it: forms and JSON, cursors, refusals, metadata."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.preview import Workspace
from tests.preview.conftest import HandClock, section


@pytest_asyncio.fixture(loop_scope="module")
async def client(workspace: Workspace) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=workspace.bot_token, base_url=workspace.api_url, session=session, retry_handlers=[]
        )


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    data: dict[str, Any] = caught.value.response.data
    return data


async def test_who_the_bot_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"]) == ("T0MORNING1", "U0NEWSBRIEF")


async def test_form_json_and_token_field_mean_the_same(workspace: Workspace) -> None:
    blocks = [section("hi")]
    body = {"channel": "C0NEWS", "text": "hi", "blocks": blocks}
    form = {"token": workspace.bot_token, "channel": "C0NEWS", "text": "hi", "blocks": json.dumps(blocks)}
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    url = f"{workspace.api_url}chat.postMessage"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json=body, headers=headers) as response:
            assert (await response.json())["ok"] is True
        async with session.post(url, data=form) as response:
            assert (await response.json())["ok"] is True
    first, second = workspace.world.lasting("C0NEWS")
    assert first.blocks[0]["text"] == second.blocks[0]["text"]
    assert all("token" not in call.body for call in workspace.calls)


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-someone-else", "invalid_auth"), ("app", "invalid_auth")]
)
async def test_a_wrong_token_is_refused(workspace: Workspace, token: str, error: str) -> None:
    data = {"token": workspace.app_token if token == "app" else token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{workspace.api_url}auth.test", data=data) as response,
    ):
        assert await response.json() == {"ok": False, "error": error}


async def test_an_unknown_method_is_said_to_be_one(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.sing")))["error"] == "unknown_method"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"text": "x"}, "channel_not_found"),
        ({"channel": "C0RANDOM", "text": "x"}, "not_in_channel"),
        ({"channel": "C0ARCHIVE", "text": "x"}, "is_archived"),
        ({"channel": "C0NEWS"}, "no_text"),
        ({"channel": "C0NEWS", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0NEWS", "text": "x", "blocks": "no json"}, "invalid_blocks_format"),
        ({"channel": "C0NEWS", "text": "x", "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"channel": "C0NEWS", "text": "x", "blocks": [{"type": "sectoin"}]}, "invalid_blocks"),
        ({"channel": "C0NEWS", "text": "x", "blocks": [section("y" * 2500)] * 5}, "msg_blocks_too_long"),
        ({"channel": "C0NEWS", "text": "x", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": "C0NEWS", "text": "x", "metadata": {"event_type": 1}}, "invalid_metadata_format"),
        ({"channel": "C0NEWS", "text": "x", "metadata": "{"}, "invalid_metadata_format"),
    ],
)
async def test_a_post_is_refused_with_slacks_word(
    client: AsyncWebClient, workspace: Workspace, body: dict[str, Any], error: str
) -> None:
    assert (await refused(client.api_call("chat.postMessage", json=body)))["error"] == error
    assert workspace.world.lasting("C0NEWS") == []


async def test_invalid_blocks_come_with_pointers_and_stay_visible(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    data = await refused(
        client.chat_postMessage(channel="C0NEWS", text="x", blocks=[section(""), section("y")])
    )

    expected = "must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    assert data["errors"] == [expected]
    assert data["response_metadata"]["messages"] == [f"[ERROR] {expected}"]
    assert workspace.messages()[-1].refused == "chat.postMessage: invalid_blocks"
    assert [finding.pointer for _, finding in workspace.findings] == ["/blocks/0/text/text"]


async def test_long_blocks_pass_by_response_url_as_they_do_in_slack(workspace: Workspace) -> None:
    hook = workspace._hooks.give("C0NEWS", "U0ADAOKAFOR")
    blocks = [section("y" * 2500, block_id=str(number)) for number in range(5)]
    status, _ = workspace._hooks.post(hook.id, {"text": "x", "blocks": blocks})
    assert status == 200


async def test_metadata_comes_back_only_where_it_is_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "newsbrief_delivery", "event_payload": {"delivery_id": "d1"}}
    await client.chat_postMessage(channel="C0NEWS", text="hi", metadata=metadata)
    plain = await client.conversations_history(channel="C0NEWS")
    full = await client.conversations_history(channel="C0NEWS", include_all_metadata=True)
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_history_is_newest_first_in_pages_within_bounds(client: AsyncWebClient) -> None:
    posted = [(await client.chat_postMessage(channel="C0NEWS", text=str(n)))["ts"] for n in range(7)]

    first = await client.conversations_history(channel="C0NEWS", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel="C0NEWS", limit=3, cursor=cursor)
    inside = await client.conversations_history(channel="C0NEWS", oldest=posted[1], latest=posted[4])
    edges = await client.conversations_history(
        channel="C0NEWS", oldest=posted[1], latest=posted[4], inclusive=True
    )

    assert [one["text"] for one in first["messages"]] == ["6", "5", "4"]
    assert first["has_more"] is True
    assert [one["text"] for one in second["messages"]] == ["3", "2", "1"]
    assert [one["text"] for one in inside["messages"]] == ["3", "2"]
    assert [one["text"] for one in edges["messages"]] == ["4", "3", "2", "1"]


async def test_replies_stay_out_of_history_and_stand_in_their_thread(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel="C0NEWS", text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel="C0NEWS", text="reply", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel="C0NEWS", text="to the reply", thread_ts=reply)

    history = await client.conversations_history(channel="C0NEWS")
    thread = await client.conversations_replies(channel="C0NEWS", ts=parent)

    assert [one["text"] for one in history["messages"]] == ["parent"]
    assert history["messages"][0]["reply_count"] == 2
    assert [one["text"] for one in thread["messages"]] == ["parent", "reply", "to the reply"]
    assert {one["thread_ts"] for one in thread["messages"]} == {parent}


async def test_ephemeral_messages_are_nowhere_in_history(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await client.chat_postEphemeral(channel="C0NEWS", user="U0ADAOKAFOR", text="psst")
    assert (await client.conversations_history(channel="C0NEWS"))["messages"] == []
    assert workspace.messages()[-1].only_for == "U0ADAOKAFOR"
    answer = await refused(client.chat_postEphemeral(channel="C0NEWS", user="U0NOBODY", text="psst"))
    assert answer["error"] == "user_not_in_channel"


async def test_an_update_without_blocks_loses_them(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C0NEWS", text="a", blocks=[section("a")]))["ts"]
    await client.chat_update(channel="C0NEWS", ts=ts, text="b")
    message = (await client.conversations_history(channel="C0NEWS"))["messages"][0]
    assert message["text"] == "b"
    assert "blocks" not in message
    await client.chat_delete(channel="C0NEWS", ts=ts)
    assert (await refused(client.chat_delete(channel="C0NEWS", ts=ts)))["error"] == "message_not_found"


async def test_what_people_wrote_is_not_the_bots_to_change(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    said = await workspace.say("mine")
    answer = await refused(client.chat_update(channel="C0NEWS", ts=said.ts, text="theirs"))
    assert answer["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(channel="C0NEWS", ts=said.ts)))["error"] == "cant_delete_message"


async def test_a_person_can_be_written_to_by_id(client: AsyncWebClient) -> None:
    opened = await client.conversations_open(users="U0LINTANAKA")
    posted = await client.chat_postMessage(channel="U0LINTANAKA", text="hi Lin")
    assert posted["channel"] == opened["channel"]["id"]
    assert posted["channel"].startswith("D")


async def test_ids_grow_while_the_clock_stands(client: AsyncWebClient) -> None:
    posts = [client.chat_postMessage(channel="C0NEWS", text=str(n)) for n in range(20)]
    stamps = [answer["ts"] for answer in await asyncio.gather(*posts)]
    assert len(set(stamps)) == 20


async def test_people_have_zones(client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U0LINTANAKA"))["user"]
    assert (user["tz"], user["tz_offset"]) == ("Asia/Tokyo", 9 * 3600)
    assert (await refused(client.users_info(user="U0NOBODY")))["error"] == "user_not_found"
    assert len((await client.users_list())["members"]) == 4


async def test_channels_are_listed_and_joined(client: AsyncWebClient) -> None:
    listed = await client.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    assert {one["name"] for one in listed["channels"]} == {"news", "general", "random", "editors"}
    assert (await client.conversations_join(channel="C0RANDOM"))["channel"]["is_member"] is True
    assert (await client.chat_postMessage(channel="C0RANDOM", text="hello"))["ok"] is True
    assert "U0NEWSBRIEF" in (await client.conversations_members(channel="C0RANDOM"))["members"]
    mine = await client.users_conversations(types="im")
    assert len(mine["channels"]) == 3


async def test_a_home_is_published_with_a_guard_against_overtaking(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    view = {"type": "home", "blocks": [section("home")]}
    first = await client.views_publish(user_id="U0ADAOKAFOR", view=view)
    await client.views_publish(user_id="U0ADAOKAFOR", view=view, hash=first["view"]["hash"])
    stale = await refused(client.views_publish(user_id="U0ADAOKAFOR", view=view, hash=first["view"]["hash"]))
    assert stale["error"] == "hash_conflict"
    assert workspace.world.homes["U0ADAOKAFOR"]["blocks"][0]["text"]["text"] == "home"


async def test_a_dialog_opens_once_for_what_a_person_just_did(
    client: AsyncWebClient, workspace: Workspace, clock: HandClock
) -> None:
    title = {"type": "plain_text", "text": "A dialog"}
    view = {"type": "modal", "title": title, "blocks": [section("inside")]}
    trigger = workspace._core.triggers.give("U0ADAOKAFOR", clock.now())
    opened = await client.views_open(trigger_id=trigger, view=view)
    again = await refused(client.views_open(trigger_id=trigger, view=view))
    late = workspace._core.triggers.give("U0ADAOKAFOR", clock.now())
    clock.forward(seconds=4)

    assert workspace.world.dialogs["U0ADAOKAFOR"][0]["id"] == opened["view"]["id"]
    assert again["error"] == "exchanged_trigger_id"
    assert (await refused(client.views_open(trigger_id=late, view=view)))["error"] == "expired_trigger_id"
    wrong = {**view, "title": {"type": "plain_text", "text": "far too long for a title here"}}
    assert (await refused(client.views_open(trigger_id=late, view=wrong)))["error"] == "invalid_arguments"
