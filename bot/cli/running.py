"""Verbs that run until they are stopped: `serve` and `preview`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import webbrowser
from collections.abc import Awaitable, Callable

from bot.cli.output import say
from bot.config import Settings


def serve(settings: Settings, _parsed: argparse.Namespace) -> int:
    """The bot against Slack, until SIGTERM or Ctrl-C."""
    from bot.wiring import serve as serve_bot

    asyncio.run(_until_stopped(lambda stop: serve_bot(settings, stop)))
    return 0


def preview(settings: Settings, parsed: argparse.Namespace) -> int:
    """The bot against the local workspace, until SIGTERM or Ctrl-C."""
    from bot.wiring import preview as preview_bot

    def ready(url: str) -> None:
        say(f"newsbrief preview: {url}")
        if not parsed.no_browser:
            _open_page(url)

    asyncio.run(
        _until_stopped(
            lambda stop: preview_bot(settings, stop, port=parsed.port, start_at=parsed.now, ready=ready)
        )
    )
    return 0


SWITCH_SECONDS = 0.001
"""A thread gives way after this, a fifth of Python's own time: answers go on while an index is filled."""


async def _until_stopped(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until done; the first signal asks to stop, a second one ends at once."""
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(run(stop))

    def ask_to_stop() -> None:
        if stop.is_set():
            task.cancel()
        stop.set()

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, ask_to_stop)
    try:
        await task
    except asyncio.CancelledError:
        if not stop.is_set():
            raise


def _open_page(url: str) -> None:
    """Open the page in a window; a terminal's text browser would take the terminal, so it is left alone."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if not isinstance(browser, webbrowser.GenericBrowser):
        browser.open(url)
