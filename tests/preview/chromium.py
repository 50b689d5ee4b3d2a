"""A real Chromium for tests; skips with a reason where none is installed."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

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
    """A running browser and the pages that were opened by it."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._errors: list[str] = []

    async def opened(self, url: str, **settings: Any) -> Page:
        """A page with cookies and storage of its own, up to date and with its script running."""
        usual = {"viewport": {"width": 1200, "height": 800}, "reduced_motion": "reduce"}
        context = await self._browser.new_context(**{**usual, **settings})
        self._contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        await page.goto(url)
        await page.wait_for_selector("html[data-ready][data-live=yes]")
        return page

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Chromium]:
        """The same browser for one test: closes its pages; an error of a page's script fails the test."""
        mine = Chromium(self._browser)
        try:
            yield mine
        finally:
            for context in mine._contexts:
                await context.close()
        assert not mine._errors, mine._errors


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
    """A browser for the tests of a module; each takes `fresh()` of it."""
    path = chromium_path()
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield Chromium(browser)
        finally:
            await browser.close()


async def serious(page: Page) -> list[str]:
    """What axe finds serious or critical: rule and first element."""
    found = await Axe().run(page)
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
