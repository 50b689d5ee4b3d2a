"""A real Chromium for tests; skips with a reason where none is installed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Chromium:
    """A running browser; `errors` are what scripts of its pages failed with."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.errors: list[str] = []

    async def opened(self, url: str, **settings: Any) -> Page:
        """A page of its own, up to date and with its script running."""
        usual = {"viewport": {"width": 1200, "height": 800}, "reduced_motion": "reduce"}
        context = await self._browser.new_context(**{**usual, **settings})
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("html[data-ready][data-live=yes]")
        return page


def chromium_path() -> str:
    """Where Chromium is; skips the test where it is not."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), "")
    if not found and Path("/usr/bin/chromium").is_file():
        found = "/usr/bin/chromium"
    if not found:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """A browser for one test; an error of a page's script fails the test."""
    path = chromium_path()
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        running = Chromium(browser)
        try:
            yield running
        finally:
            await browser.close()
        assert running.errors == []


async def serious(page: Page) -> list[str]:
    """What axe finds serious or critical: rule and first element."""
    found = await Axe().run(page)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
