"""`make chaos`: the whole proof as one table; exit 1 where a row does not show what it must.

    make chaos ARGS="--kills 40 --people 300 --database postgres --only 'fault mix' --seed 7"

`lost` and `doubled` are told from the sink's log and the list of what was owed, never from the database.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.chaos import alerts
from tests.chaos.campaign import Plan, run
from tests.chaos.judging import judge
from tests.chaos.rows import HEADER, Database, Row, line_of, rows_of
from tests.postgres import new_database, running_postgres

ALERTS = "alerts"
ALERT_PEOPLE, ALERT_KILLS, ALERT_GAP_SECONDS = 200, 15, 10

AT_ONCE = 2

NewUrl = Callable[[Database, Path], str]
Run = Callable[[], Awaitable[list[str]]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0 where every row shows what it must."""
    asked = _parser().parse_args(arguments)
    rows = [row for row in _rows(asked) if asked.only in row.name and row.database in _databases(asked)]
    wants_alerts = asked.only in ("", ALERTS)
    if not rows and not wants_alerts:
        sys.exit(f"No row is called {asked.only!r}; there are {', '.join(row.name for row in _rows(asked))}.")
    with ExitStack() as stack:
        used = set(_databases(asked)) if wants_alerts else {row.database for row in rows}
        new_url = _opened(stack, used)
        runs: list[Run] = [partial(_row, row, new_url, asked) for row in rows]
        runs += _alerts(new_url, asked) if wants_alerts else []
        print(HEADER, flush=True)
        failures = asyncio.run(_all(runs, asked.seconds))
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


async def _all(runs: Sequence[Run], seconds: float) -> list[str]:
    """Two runs at a time: each of them waits more than it works. What is wrong, in order."""
    places, until = asyncio.Semaphore(AT_ONCE), time.monotonic() + seconds

    async def one(run: Run) -> list[str]:
        async with places:
            return (
                await run() if time.monotonic() < until else [f"a row was not begun within {seconds:.0f} s"]
            )

    return [failure for failures in await asyncio.gather(*map(one, runs)) for failure in failures]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--people", type=int, default=0, help="300, in the alert forms 200")
    parser.add_argument("--kills", type=int, default=0, help="40 in the main rows, in the alert forms 15")
    parser.add_argument("--database", default="", choices=["", *Database])
    parser.add_argument("--only", default="", help=f"rows with this in their name, or `{ALERTS}`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no row after so many")
    parser.add_argument("--keep", action="store_true", help="leave logs and databases behind")
    return parser


def _rows(asked: argparse.Namespace) -> list[Row]:
    return rows_of(people=asked.people or 300, kills=asked.kills or 40, seed=asked.seed)


def _databases(asked: argparse.Namespace) -> list[Database]:
    return [Database(asked.database)] if asked.database else list(Database)


def _opened(stack: ExitStack, databases: set[Database]) -> NewUrl:
    """A way to a new, empty database of either kind."""
    server = stack.enter_context(running_postgres()) if Database.POSTGRES in databases else ""

    def new_url(database: Database, place: Path) -> str:
        return new_database(server) if database is Database.POSTGRES else f"sqlite:///{place}/newsbrief.db"

    return new_url


async def _row(row: Row, new_url: NewUrl, asked: argparse.Namespace) -> list[str]:
    """One row of the table."""
    with _Place(row.name, keep=asked.keep) as place:
        happened = await run(row.plan, place, await asyncio.to_thread(new_url, row.database, place))
    verdict = judge(happened.events, happened.debt)
    print(line_of(row, verdict, happened), flush=True)
    failures = [f"{row.name}: {why}"] if (why := row.fails(verdict)) else []
    if happened.impolite:
        failures.append(f"{row.name}: {happened.impolite} polite stops did not end with 0")
    return failures


def _alerts(new_url: NewUrl, asked: argparse.Namespace) -> list[Run]:
    """Ten hot briefs at once, both forms of a limit, on every database."""
    people, kills = asked.people or ALERT_PEOPLE, asked.kills or ALERT_KILLS
    runs: list[Run] = []
    for form in (alerts.max_form(), alerts.gap_form(ALERT_GAP_SECONDS)):
        for database in _databases(asked):
            replicas = 1 if database is Database.SQLITE else 2
            plan = alerts.plan_for(form, people=people, kills=kills, seed=asked.seed, replicas=replicas)
            runs.append(partial(_form, form, plan, new_url, database, asked))
    return runs


async def _form(
    form: alerts.Form, plan: Plan, new_url: NewUrl, database: Database, asked: argparse.Namespace
) -> list[str]:
    with _Place(f"{database} {form.name}", keep=asked.keep) as place:
        happened = await run(plan, place, await asyncio.to_thread(new_url, database, place))
    wrong = alerts.complaints(form, plan, happened)
    posted = sum(event.is_message for event in happened.events)
    print(
        f"{database:8} alerts {form.rule:29} {plan.people} people, {alerts.HOT_BRIEFS} briefs at once, "
        f"{plan.kills} kills: {posted} messages, {len(wrong)} complaints, {happened.seconds:.0f} s",
        flush=True,
    )
    return [f"{database} {form.name}: {one}" for one in wrong]


class _Place:
    """A folder for one run, named and left behind where something has to be looked at."""

    def __init__(self, name: str, *, keep: bool) -> None:
        self._keep = keep
        self._path = Path(tempfile.mkdtemp(prefix=f"chaos-{name.replace(' ', '-').replace(',', '')}-"))

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._keep or kind is not None:
            print(f"left behind: {self._path}", flush=True)
        else:
            shutil.rmtree(self._path, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
