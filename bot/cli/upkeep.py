"""Chores of the person who runs the bot: `sync`, `migrate`, `config`, `manifest`, `health`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from tqdm import tqdm

from bot.cli.output import complain, note, plain, say, say_problems
from bot.clock import SystemClock
from bot.config import SETTINGS, Settings, shown_value, unknown_settings
from bot.domain.index import SyncReport


def sync(settings: Settings, parsed: argparse.Namespace) -> int:
    """Make the index equal to the folder and say what changed."""
    from bot.wiring import sync_once

    with _progress_bar() as progress:
        report = asyncio.run(sync_once(settings, progress))
    say_problems(problem for problem in report.problems if problem.is_error)
    say(summary(report))
    return int(parsed.strict and report.rejected > 0)


def summary(report: SyncReport) -> str:
    """The last line of `sync` (contract section 2)."""
    return (
        f"added {report.added}, updated {report.updated}, removed {report.removed}, "
        f"unchanged {report.unchanged}, rejected {report.rejected} in {report.seconds:.2f} s"
    )


@contextmanager
def _progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr where that is a terminal; elsewhere nothing."""
    with tqdm(unit=" files", disable=None, leave=False, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def migrate(settings: Settings, _parsed: argparse.Namespace) -> int:
    """Bring the database to this version."""
    from bot.store import migrate as migrate_store

    say(asyncio.run(migrate_store(settings.database_url, clock=SystemClock())))
    return 0


def config(settings: Settings, _parsed: argparse.Namespace) -> int:
    """Print every setting with its value and origin; secrets as `***`."""
    width = max(len(setting.name) for setting in SETTINGS)
    for setting in SETTINGS:
        source = settings.sources[setting.name]
        value = shown_value(setting, source) or "(unset)"
        say(f"{setting.name:<{width}}  {plain(value)}  [{plain(source.origin)}]")
    for sentence in unknown_settings(settings):
        note(sentence)
    return 0


def manifest(settings: Settings, parsed: argparse.Namespace) -> int:
    """Print the Slack app manifest."""
    from bot.slack import manifest as slack_manifest

    text = slack_manifest(url=parsed.url, command=settings.command, socket_mode=parsed.socket_mode)
    print(text, end="" if text.endswith("\n") else "\n")
    return 0


def health(settings: Settings, _parsed: argparse.Namespace) -> int:
    """0 where the running bot says it is ready."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104 — compared, not bound
    trouble = _trouble_at(host, settings.port)
    if trouble:
        complain(f"No bot is ready at http://{host}:{settings.port}/readyz: {trouble}")
    else:
        say("ready")
    return int(bool(trouble))


def _trouble_at(host: str, port: int) -> str:
    """Why the bot there is not ready; asked directly, whatever proxy the environment names."""
    connection = HTTPConnection(host.strip("[]"), port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return "" if answer.status == HTTPStatus.OK else answer.read(500).decode("utf-8", "replace").strip()
    except (OSError, HTTPException) as error:
        return str(getattr(error, "strerror", None) or error)
    finally:
        connection.close()
