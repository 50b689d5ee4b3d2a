"""The whole thing: `newsbrief preview` as a process, a person in a real Chromium, the sample briefs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.preview.chromium import Chromium, chromium, serious

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

PROJECT = str(Path(__file__).resolve().parents[2])
START_SECONDS = 40
STOP_SECONDS = 10


@asynccontextmanager
async def running_preview(folder: Path, briefs: Path) -> AsyncIterator[str]:
    """The command line in an empty folder; gives the page's address and ends it as Ctrl-C does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "preview", "--no-browser", "--port", "0", "--briefs", str(briefs),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": PROJECT},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        words = line.decode().strip()
        assert words.startswith("newsbrief preview: http://127.0.0.1:"), words
        yield words.removeprefix("newsbrief preview: ")
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), STOP_SECONDS) == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A preview and the browser that looks at it, for all tests here."""

    browser: Chromium
    url: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> AsyncIterator[Shown]:
    folder = tmp_path_factory.mktemp("preview")
    async with chromium() as browser, running_preview(folder, samples) as url:
        yield Shown(browser=browser, url=url)


async def test_a_typo_finds_the_brief_which_is_shared_with_the_channel(shown: Shown) -> None:
    async with shown.browser.fresh() as browser:
        ada = await browser.opened(shown.url)

        await ada.get_by_role("combobox").fill("/news clearvew")
        await ada.keyboard.press("Enter")
        answer = ada.locator(".message.only-you").first
        await expect(answer).to_contain_text("Clearview")
        await expect(answer.locator(".block.context .picture img").first).to_be_visible()
        await expect(answer).to_contain_text("Related coverage")
        assert await answer.locator("img").first.evaluate("image => image.decode().then(() => true)")
        assert await serious(ada) == []

        await answer.get_by_role("button", name="Related coverage").first.click()
        related = ada.locator(".message.only-you").nth(1)
        await expect(related).to_contain_text("related articles")
        await expect(related.get_by_role("link").nth(1)).to_be_visible()

        await answer.get_by_role("button", name="Share to channel").first.click()
        shared = ada.locator(".message:not(.only-you)")
        await expect(shared).to_contain_text("Clearview")
        await expect(shared).to_contain_text("Ada Okafor")
        await expect(ada.locator(".refusal, .caution")).to_have_count(0)


TYPED = ("", "top", "help", "topics", "providers", "status", "zxqwv", "latest is:video", "heat:x", "a & <b>")


async def test_no_answer_gives_the_workspaces_own_check_a_reason(shown: Shown) -> None:
    async with shown.browser.fresh() as browser:
        phone = {"width": 375, "height": 800}
        page = await browser.opened(f"{shown.url}?as=U0SAMRIVERA", color_scheme="dark", viewport=phone)
        for number, typed in enumerate(TYPED, start=1):
            await page.get_by_role("combobox").fill(f"/news {typed}".strip())
            await page.keyboard.press("Enter")
            await expect(page.locator(".message.only-you")).to_have_count(number)
        await expect(page.locator(".refusal, .caution")).to_have_count(0)
        assert await serious(page) == []
