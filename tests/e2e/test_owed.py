"""Digests and alerts as a reader has them: the program, the preview workspace, files in a folder."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.cli.conftest import write_brief
from tests.e2e.test_serve import start

ADA = "U0ADAOKAFOR"
DIRECT = "D0ADAOKAFOR"


@pytest.fixture
def folder(tmp_path: Path, samples: Path) -> Path:
    """The sample briefs, in a folder of this test's own."""
    shutil.copytree(samples, tmp_path / "briefs")
    return tmp_path / "briefs"


@asynccontextmanager
async def previewing(folder: Path, now: str) -> AsyncIterator[tuple[Process, str]]:
    process = await start(folder, "preview", "--port", "0", "--no-browser", "--now", now)
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        yield process, line.split()[-1]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def say(page: str, text: str) -> None:
    async with aiohttp.ClientSession(headers={"Origin": page.rstrip("/")}) as person:
        body = {"user": ADA, "channel": "C0NEWS", "text": text}
        async with person.post(f"{page}_preview/say", json=body) as sent:
            assert sent.status == 200, await sent.text()


async def shown(page: str, channel: str, wanted: str, seconds: float = 20) -> str:
    """The conversation as the page shows it, once it holds `wanted`."""
    html = ""
    async with aiohttp.ClientSession() as person:
        for _ in range(int(seconds * 20)):
            async with person.get(f"{page}?in={channel}&as={ADA}") as answer:
                html = await answer.text()
            if wanted in html:
                return html
            await asyncio.sleep(0.05)
    raise AssertionError(f"{wanted!r} is not shown in {channel}")


async def deliveries(folder: Path, state: str = "sent") -> list[str]:
    """What `newsbrief deliveries` prints beside the running preview."""
    process = await start(
        folder, "deliveries", "--state", state, NEWSBRIEF_DATABASE_URL="sqlite:///newsbrief-preview.db"
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode().splitlines()


def write_hot(folder: Path, slug: str, day: str) -> None:
    write_brief(folder, slug, "Lighthouses learn to whistle in fog", day=day, heat=150)


async def test_a_digest_comes_when_it_is_due_and_an_alert_once(folder: Path) -> None:
    async with previewing(folder, "2021-02-05T08:59:50Z") as (_, page):
        await say(page, "/news digest daily 09:00 UTC")
        await shown(page, "C0NEWS", "every day at 09:00")
        digest = await shown(page, "C0NEWS", "5 February 2021", 25)
        assert "Clearview" in digest
        await say(page, "/news alerts on heat:>100")
        await shown(page, "C0NEWS", "Undo")
        write_hot(folder, "whistling-lighthouses", "2021-02-05")
        await shown(page, DIRECT, "Lighthouses learn to whistle", 5)
        write_hot(folder, "whistling-lighthouses", "2021-02-05")
        await asyncio.sleep(2)
        assert len([line for line in await deliveries(folder) if " alert," in line]) == 1
        assert len([line for line in await deliveries(folder) if " digest," in line]) == 1


async def test_downtime_is_made_up_for_once_and_late_or_skipped(folder: Path) -> None:
    async with previewing(folder, "2021-02-05T08:30:00Z") as (_, page):
        await say(page, "/news digest daily 09:00 UTC")
        await shown(page, "C0NEWS", "every day at 09:00")
    async with previewing(folder, "2021-02-05T11:00:00Z") as (_, page):
        await shown(page, "C0NEWS", "comes late")
    async with previewing(folder, "2021-02-08T03:00:00Z") as (_, page):
        await asyncio.sleep(1)  # the first look at what was missed
        await say(page, "/news digest")
        await shown(page, "C0NEWS", "skipped")
        assert len(await deliveries(folder)) == 1
