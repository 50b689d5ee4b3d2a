"""Faults on demand, and the limits of a `response_url`."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiohttp import ClientSession, ClientTimeout, ServerDisconnectedError

from bot.preview import RESPONSE_URL, Fault, FaultKind, Workspace
from tests.preview.conftest import HandClock, section

POST = "chat.postMessage"


async def post(workspace: Workspace, seconds: float = 5, **body: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    message = {"channel": "C0NEWS", "text": "hi", **body}
    async with (
        ClientSession(timeout=ClientTimeout(total=seconds)) as session,
        session.post(f"{workspace.api_url}{POST}", json=message, headers=headers) as response,
    ):
        kind = response.content_type
        return response.status, await (response.json() if kind == "application/json" else response.text())


def posted(workspace: Workspace) -> int:
    return len(workspace.world.lasting("C0NEWS"))


async def test_rate_limit_asks_to_wait_and_posts_nothing(workspace: Workspace) -> None:
    workspace.faults.add("rate_limited", POST, seconds=3)
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    async with (
        ClientSession() as session,
        session.post(f"{workspace.api_url}{POST}", data={"channel": "C0NEWS"}, headers=headers) as response,
    ):
        assert response.status == 429
        assert response.headers["Retry-After"] == "3"
        assert await response.json() == {"ok": False, "error": "ratelimited"}
    assert posted(workspace) == 0
    assert (await post(workspace))[0] == 200


@pytest.mark.parametrize(("kind", "count"), [("500_before", 0), ("500_after", 1)])
async def test_a_server_error_before_or_after_accepting(workspace: Workspace, kind: str, count: int) -> None:
    workspace.faults.add(kind, POST)
    assert (await post(workspace))[0] == 500
    assert posted(workspace) == count
    assert workspace.calls.of(POST)[0].accepted is bool(count)


@pytest.mark.parametrize(("kind", "count"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_before_or_after_accepting(
    workspace: Workspace, kind: str, count: int
) -> None:
    workspace.faults.add(kind, POST)
    with pytest.raises(ServerDisconnectedError):
        await post(workspace)
    assert posted(workspace) == count


@pytest.mark.parametrize(("kind", "count"), [("hang_before", 0), ("hang_after", 1)])
async def test_a_hanging_connection_before_or_after_accepting(
    workspace: Workspace, kind: str, count: int
) -> None:
    workspace.faults.add(kind, POST)
    with pytest.raises(TimeoutError):
        await post(workspace, seconds=0.2)
    assert posted(workspace) == count


async def test_a_slow_call_is_answered_rightly_in_the_end(workspace: Workspace) -> None:
    workspace.faults.add("slow", POST, seconds=0.05)
    assert (await post(workspace))[1]["ok"] is True


async def test_a_missing_scope_names_what_is_needed(workspace: Workspace) -> None:
    workspace.faults.add("missing_scope", "conversations.*", count=None, error="channels:history")
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    url = f"{workspace.api_url}conversations.history?channel=C0NEWS"
    async with ClientSession() as session, session.get(url, headers=headers) as response:
        assert (await response.json())["needed"] == "channels:history"


async def test_any_error_can_be_asked_for(workspace: Workspace) -> None:
    workspace.faults.add("error", POST, error="restricted_action")
    assert (await post(workspace))[1]["error"] == "restricted_action"


async def test_rules_count_skip_and_repeat_with_a_seed(workspace: Workspace) -> None:
    workspace.faults = [Fault(kind=FaultKind.SERVER_ERROR_BEFORE, method=POST, count=2, skip=1)]
    assert [(await post(workspace))[0] for _ in range(5)] == [200, 500, 500, 200, 200]

    async def drawn(seed: int) -> list[int]:
        workspace.faults = [Fault(kind=FaultKind.SERVER_ERROR_BEFORE, count=None, probability=0.5, seed=seed)]
        return [(await post(workspace))[0] for _ in range(12)]

    first = await drawn(1)
    assert first == await drawn(1)
    assert {200, 500} == set(first)


async def test_a_refused_image_is_named_and_the_others_pass(workspace: Workspace) -> None:
    workspace.faults.add("refuse_image", pattern="*bad*", count=None)
    good = {"type": "image", "image_url": "https://a.example/good.png", "alt_text": "good"}
    bad = {"type": "image", "image_url": "https://a.example/bad.png", "alt_text": "bad"}
    _, answer = await post(workspace, blocks=[good, section("x", accessory=bad)])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == ["downloading image failed [json-pointer:/blocks/1/accessory/image_url]"]
    assert (await post(workspace, blocks=[good]))[1]["ok"] is True


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("images/logo.png", True),
        ("images/none.png", False),
        ("../conftest.py", False),
        ("secret.yaml", False),
    ],
)
async def test_own_images_have_to_be_there(workspace: Workspace, path: str, taken: bool) -> None:
    image = {"type": "image", "image_url": f"{workspace.assets_url}/{path}", "alt_text": "logo"}
    assert (await post(workspace, blocks=[image]))[1]["ok"] is taken


async def test_types_that_slack_does_not_show_cannot_be_downloaded(workspace: Workspace) -> None:
    image = {"type": "image", "image_url": "https://a.example/x.webp", "alt_text": "x"}
    assert "downloading image failed" in (await post(workspace, blocks=[image]))[1]["errors"][0]


async def test_stopping_lets_go_of_hanging_calls(clock: HandClock) -> None:
    made = Workspace(clock=clock, port=0, signing_secret="s")
    await made.start()
    made.faults.add("hang_before", POST)
    with pytest.raises(TimeoutError):
        await post(made, seconds=0.1)
    await made.stop()
    await made.stop()


async def test_faults_and_calls_are_reached_from_other_processes(workspace: Workspace) -> None:
    url = f"{workspace.url}_preview/faults"
    async with ClientSession() as session:
        async with session.post(url, json={"kind": "500_before", "method": POST}) as response:
            assert (await response.json())["faults"][0]["kind"] == "500_before"
        assert (await post(workspace))[0] == 500
        async with session.get(url) as response:
            assert (await response.json())["faults"][0]["fired"] == 1
        async with session.get(f"{workspace.url}_preview/calls", params={"method": POST}) as response:
            call = (await response.json())["calls"][0]
            assert (call["status"], call["fault"], call["body"]["text"]) == (500, "500_before", "hi")
        async with session.post(url, json={"kind": "explode"}) as response:
            assert response.status == 400
            assert "rate_limited" in (await response.json())["error"]
        async with session.post(url, json={"kind": "slow", "sesonds": 1}) as response:
            assert "sesonds" in (await response.json())["error"]
        async with session.post(url, json={"kind": "slow", "seconds": "long"}) as response:
            assert "'long'" in (await response.json())["error"]
        async with session.delete(url) as response:
            assert (await response.json())["faults"] == []


class Url:
    """A `response_url`, posted to over HTTP."""

    def __init__(self, workspace: Workspace) -> None:
        self.hook = workspace._hooks.give("C0NEWS", "U0ADAOKAFOR", via="/news ai")
        self.address = workspace._hooks.url(self.hook)

    async def post(self, **body: Any) -> tuple[int, Any]:
        async with ClientSession() as session, session.post(self.address, json=body) as response:
            return response.status, await response.json()


async def test_a_response_url_takes_five_answers(workspace: Workspace) -> None:
    url = Url(workspace)
    statuses = [(await url.post(text=str(n)))[0] for n in range(5)]
    assert statuses == [200] * 5
    assert await url.post(text="one too many") == (404, {"ok": False, "error": "used_url"})


async def test_a_response_url_lives_for_thirty_minutes(workspace: Workspace, clock: HandClock) -> None:
    url = Url(workspace)
    clock.forward(minutes=30)
    assert (await url.post(text="just in time"))[0] == 200
    clock.forward(seconds=1)
    assert await url.post(text="late") == (404, {"ok": False, "error": "expired_url"})


async def test_a_refused_answer_costs_no_use_and_reaches_nobody(workspace: Workspace) -> None:
    url = Url(workspace)
    status, answer = await url.post(text="x", blocks=[section("")])
    assert (status, answer["error"]) == (400, "invalid_blocks")
    assert answer["response_metadata"]["messages"][0].startswith("[ERROR] must be more than 0")
    assert url.hook.uses == 0


async def test_answers_are_private_unless_they_say_otherwise(workspace: Workspace) -> None:
    url = Url(workspace)
    await url.post(text="mine")
    await url.post(text="ours", response_type="in_channel")
    assert [one.only_for for one in workspace.messages()] == ["U0ADAOKAFOR", ""]
    assert [one.text for one in workspace.world.lasting("C0NEWS")] == ["ours"]


async def test_an_answer_replaces_or_deletes_the_one_before(workspace: Workspace) -> None:
    url = Url(workspace)
    await url.post(text="first")
    await url.post(text="second", replace_original=True)
    assert [(one.text, one.only_for) for one in workspace.messages()] == [("second", "U0ADAOKAFOR")]
    await url.post(delete_original=True)
    assert list(workspace.messages()) == []


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b'{"blocks": 3}', b'{"text": {}}', b"[" * 100_000])
async def test_garbage_at_a_response_url_is_refused_plainly(workspace: Workspace, body: bytes) -> None:
    url = Url(workspace)
    async with ClientSession() as session, session.post(url.address, data=body) as response:
        assert response.status == 400
        assert (await response.json())["ok"] is False


async def test_faults_hit_response_urls_under_their_own_name(workspace: Workspace) -> None:
    url = Url(workspace)
    workspace.faults.add("drop_after", RESPONSE_URL)
    with pytest.raises(aiohttp.ClientError):
        await url.post(text="arrived")
    assert workspace.messages()[-1].text == "arrived"
