"""Nobody but our own page and tools of this machine drives the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.preview import Workspace
from bot.preview.guard import is_own_host

SAY = {"user": "U0ADAOKAFOR", "channel": "C0NEWS", "text": "hello"}


async def call(workspace: Workspace, method: str, path: str, **more: Any) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{workspace.url}{path}", **more) as response,
    ):
        return response.status, await response.text(errors="replace")


@pytest.mark.parametrize("path", ["", "_preview/calls", "api/api.test", "assets/images/logo.png"])
async def test_a_name_that_was_rebound_to_this_machine_is_refused(workspace: Workspace, path: str) -> None:
    status, _ = await call(workspace, "GET", path, headers={"Host": "evil.example:8300"})
    assert status == 403
    assert (await call(workspace, "GET", path))[0] == 200


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8300", True),
        ("localhost", True),
        ("[::1]:9", True),
        ("127.0.0.1.evil.example", False),
        ("evil", False),
        ("10.0.0.1", False),
        ("[", False),
        ("", False),
    ],
)
def test_own_hosts_are_loopback_names(host: str, own: bool) -> None:
    assert is_own_host(host) is own


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_another_sites_page_cannot_act_or_listen(workspace: Workspace, headers: dict[str, str]) -> None:
    assert (await call(workspace, "POST", "_preview/say", json=SAY, headers=headers))[0] == 403
    assert (await call(workspace, "POST", "_preview/faults", json={}, headers=headers))[0] == 403
    assert (await call(workspace, "GET", "_preview/calls", headers=headers))[0] == 403
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{workspace.url}_preview/live", headers=headers)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{workspace.url}_preview/live")
    assert workspace.world.lasting("C0NEWS") == []


async def test_a_form_is_not_taken_for_json(workspace: Workspace) -> None:
    status, body = await call(workspace, "POST", "_preview/say", data=SAY)
    assert (status, body) == (400, '{"error": "Send JSON."}')


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("say", {**SAY, "user": "U0NOBODY"}, "nobody"),
        ("say", {**SAY, "channel": "G0EDITORS", "user": "U0SAMRIVERA"}, "no conversation"),
        ("say", {**SAY, "channel": "C0ARCHIVE"}, "archived"),
        ("say", {**SAY, "channel": "C0ARCHIVE", "text": "/news ai"}, "archived"),
        ("say", {**SAY, "channel": "C0ARCHIVE", "text": "/other"}, "archived"),
        ("say", {**SAY, "text": "  "}, "1 to"),
        ("say", {**SAY, "thread": "1.2"}, "thread"),
        ("press", {**SAY, "ts": "1.2", "action_id": "x"}, "not there"),
        ("view", {**SAY, "view_id": "V1", "event": "submit"}, "not open"),
        ("zone", {"zone": "Mars/Olympus"}, "time zone"),
        ("zone", {"zone": "../../etc/passwd"}, "time zone"),
        ("say", [], "object"),
    ],
)
async def test_a_mistake_is_a_sentence(workspace: Workspace, name: str, body: Any, words: str) -> None:
    status, text = await call(workspace, "POST", f"_preview/{name}", json=body)
    assert status == 400
    assert words in text


async def test_the_page_brings_a_strict_policy(workspace: Workspace) -> None:
    async with aiohttp.ClientSession() as session, session.get(workspace.url) as response:
        policy = response.headers["Content-Security-Policy"]
        html = await response.text()
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in html
    assert " style=" not in html
    assert workspace.signing_secret not in html
    assert workspace.bot_token not in html


@pytest.mark.parametrize(
    "path", ["static/..%2froutes.py", "static/none.css", "static/", "assets/..%2f..%2fx.png"]
)
async def test_only_the_pages_own_files_are_served(workspace: Workspace, path: str) -> None:
    assert (await call(workspace, "GET", path))[0] == 404


async def test_images_come_from_the_folders_and_nowhere_else(
    workspace: Workspace, assets: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.png").write_bytes(b"x")
    (assets / "images" / "link.png").symlink_to(tmp_path / "outside.png")
    assert (await call(workspace, "GET", "assets/images/logo.png"))[0] == 200
    for path in ("images/link.png", "secret.yaml", "..%2foutside.png", "%2fetc%2fpasswd.png", "%00.png"):
        assert (await call(workspace, "GET", f"assets/{path}"))[0] == 404


async def test_unknown_commands_are_explained_to_the_one_who_typed(workspace: Workspace) -> None:
    await call(workspace, "POST", "_preview/say", json={**SAY, "text": "/weather <b>"})
    note = workspace.messages()[-1]
    assert note.only_for == "U0ADAOKAFOR"
    assert "`/weather`" in note.text
