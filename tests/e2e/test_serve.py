"""The program itself, as its operator runs it: a process, a Slack-compatible server, signals."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.preview import FaultKind, Workspace
from tests.cli.conftest import write_brief

ROOT = Path(__file__).resolve().parents[2]
SECRET = "e2e-signing-secret"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    write_brief(briefs, "clearview-in-canada", "Canada tells Clearview AI to stop", heat=107)
    write_brief(briefs, "kubernetes-costs", "Cutting the bill of Kubernetes clusters", topic="Containers")
    return briefs


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    slack = Workspace(clock=SystemClock(), port=0, signing_secret=SECRET)
    await slack.start()
    yield slack
    await slack.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def start(folder: Path, *arguments: str, **settings: str) -> Process:
    plain = {name: text for name, text in os.environ.items() if not name.startswith(("NEWSBRIEF_", "SLACK_"))}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder.parent,
        env={**plain, "PYTHONPATH": str(ROOT), **settings},
        stdout=PIPE,
        stderr=PIPE,
    )


@asynccontextmanager
async def serving(folder: Path, workspace: Workspace, **more: str) -> AsyncIterator[Process]:
    """`newsbrief serve` against the workspace, ready; killed at the end if it still runs."""
    port = free_port()
    settings = {
        "SLACK_API_URL": workspace.api_url,
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": SECRET,
        "NEWSBRIEF_PORT": str(port),
        **more,
    }
    process = await start(folder, "serve", **settings)
    workspace.bot_url = f"http://127.0.0.1:{port}/slack/events"
    try:
        await until(lambda: status_of(f"http://127.0.0.1:{port}/readyz") == 200)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def status_of(address: str) -> int:
    try:
        with urlopen(address, timeout=2) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
    except URLError:
        return 0


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await asyncio.to_thread(true):
        assert asyncio.get_running_loop().time() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)


async def said(workspace: Workspace, text: str) -> str:
    """What the reader sees after typing `text` behind the command, as JSON."""
    asked = await workspace.command(text)
    assert asked.ack.status == 200
    return json.dumps((await asked.answer()).payload, ensure_ascii=False)


async def told_ready(process: Process) -> bytes:
    """The log up to the line that says that the bot is ready."""
    assert process.stderr
    told = b""
    while b"ready: HTTP" not in told:
        line = await process.stderr.readline()
        assert line, told
        told += line
    return told


async def test_command_is_acknowledged_and_answered_and_sigterm_ends_with_zero(
    folder: Path, workspace: Workspace
) -> None:
    async with serving(folder, workspace) as process:
        assert "Canada tells Clearview AI to stop" in await said(workspace, "clearvew")
        assert workspace.findings == []
        told = await asyncio.wait_for(told_ready(process), 10)
        process.send_signal(signal.SIGTERM)
        _, err = await asyncio.wait_for(process.communicate(), 10)
        err = told + err
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert b"clearvew" not in err


async def test_retracted_brief_is_gone_from_the_next_answer(folder: Path, workspace: Workspace) -> None:
    async with serving(folder, workspace):
        assert "Clearview" in await said(workspace, "clearview")
        path = folder / "clearview-in-canada.md"
        path.write_text(path.read_text().replace("published: true", "published: false"))
        await gone(workspace, "Canada tells Clearview")


async def gone(workspace: Workspace, title: str) -> None:
    for _ in range(100):
        if title not in await said(workspace, "clearview"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{title!r} is still found")


async def test_sync_beside_a_running_bot_is_seen_by_it(folder: Path, workspace: Workspace) -> None:
    async with serving(folder, workspace):
        write_brief(folder, "late", "Quokkas learn to juggle")
        sync = await start(folder, "sync")
        await sync.communicate()
        assert sync.returncode == 0
        found = ""
        for _ in range(100):
            found = await said(workspace, "quokkas")
            if "learn to juggle" in found:
                break
            await asyncio.sleep(0.02)
        assert "learn to juggle" in found


async def test_second_bot_on_the_same_database_is_refused_and_names_the_first(
    folder: Path, workspace: Workspace
) -> None:
    async with serving(folder, workspace) as first:
        second = await start(folder, "serve", SLACK_SIGNING_SECRET=SECRET, NEWSBRIEF_PORT=str(free_port()))
        _, err = await second.communicate()
    assert second.returncode == 3
    assert str(first.pid) in err.decode()
    assert "Traceback" not in err.decode()


async def test_taken_port_is_a_sentence_and_exit_code_three(folder: Path, workspace: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await start(
            folder,
            "serve",
            SLACK_API_URL=workspace.api_url,
            SLACK_BOT_TOKEN=workspace.bot_token,
            SLACK_SIGNING_SECRET=SECRET,
            NEWSBRIEF_PORT=str(port),
        )
        _, err = await process.communicate()
    assert process.returncode == 3
    assert str(port) in err.decode()
    assert "Traceback" not in err.decode()


async def test_serve_without_any_secret_says_what_to_set(folder: Path) -> None:
    process = await start(folder, "serve")
    _, err = await process.communicate()
    assert process.returncode == 2
    assert "SLACK_SIGNING_SECRET" in err.decode()


async def test_missing_folder_is_a_sentence(folder: Path) -> None:
    process = await start(folder, "serve", "--briefs", "nowhere", SLACK_SIGNING_SECRET=SECRET)
    _, err = await process.communicate()
    assert process.returncode in (2, 3)
    assert "nowhere" in err.decode()
    assert "Traceback" not in err.decode()


async def test_refused_token_is_a_sentence_and_exit_code_three(folder: Path, workspace: Workspace) -> None:
    process = await start(
        folder,
        "serve",
        SLACK_API_URL=workspace.api_url,
        SLACK_BOT_TOKEN="xoxb-wrong",
        SLACK_SIGNING_SECRET=SECRET,
        NEWSBRIEF_PORT=str(free_port()),
    )
    _, err = await process.communicate()
    assert process.returncode == 3
    assert "SLACK_BOT_TOKEN" in err.decode()
    assert "xoxb-wrong" not in err.decode()


async def test_sigterm_ends_a_bot_that_still_waits_for_slack(folder: Path, workspace: Workspace) -> None:
    workspace.faults.add(FaultKind.HANG_BEFORE, "auth.test")
    process = await start(
        folder,
        "serve",
        SLACK_API_URL=workspace.api_url,
        SLACK_BOT_TOKEN=workspace.bot_token,
        SLACK_SIGNING_SECRET=SECRET,
        NEWSBRIEF_PORT=str(free_port()),
    )
    await workspace.wait_for(lambda: any(call.method == "auth.test" for call in workspace.calls), 20)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0


async def test_what_was_retracted_while_the_bot_was_away_is_never_answered(
    folder: Path, workspace: Workspace
) -> None:
    async with serving(folder, workspace) as first:
        first.terminate()
        await first.communicate()
    (folder / "clearview-in-canada.md").unlink()
    async with serving(folder, workspace):
        assert "Canada tells Clearview" not in await said(workspace, "clearview")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_preview_prints_its_address_and_ends_with_zero(folder: Path, stop: signal.Signals) -> None:
    process = await start(folder, "preview", "--port", str(free_port()), "--no-browser")
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    found = re.fullmatch(r"newsbrief preview: (http://127\.0\.0\.1:\d+/)\n", line)
    assert found
    assert await asyncio.to_thread(status_of, found.group(1)) == 200
    process.send_signal(stop)
    _, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert b"Traceback" not in err


async def typed_into(page: str, text: str) -> str:
    """The page after someone typed `text` into its composer, once the bot has answered."""
    async with aiohttp.ClientSession(headers={"Origin": page.rstrip("/")}) as person:
        body = {"user": "U0ADAOKAFOR", "channel": "C0NEWS", "text": text}
        async with person.post(f"{page}_preview/say", json=body) as sent:
            assert sent.status == 200, await sent.text()
        for _ in range(200):
            async with person.get(f"{page}?channel=C0NEWS&user=U0ADAOKAFOR") as shown:
                html = await shown.text()
            if "Only visible to you" in html:
                return html
            await asyncio.sleep(0.02)
    raise AssertionError("the bot did not answer")


@pytest.mark.parametrize(("now", "found"), [("2021-02-05T08:58Z", False), ("2021-02-06T08:58Z", True)])
async def test_preview_with_a_shifted_clock_hides_what_is_not_published_yet(
    folder: Path, now: str, found: bool
) -> None:
    write_brief(folder, "tomorrow", "Wombats vote", day="2021-02-06")
    process = await start(folder, "preview", "--port", "0", "--no-browser", "--now", now)
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        html = await typed_into(line.split()[-1], "/news wombats")
        assert ("tomorrow" in html) is found
        assert ("Nothing found" in html) is not found
    finally:
        process.terminate()
        await process.communicate()
