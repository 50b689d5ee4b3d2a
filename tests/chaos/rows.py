"""The rows of the proof's table: which mix on which database, and what it has to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from tests.chaos import mixes
from tests.chaos.campaign import Happened, Plan, plain
from tests.chaos.judging import Verdict

SMALLEST_GAP = 0.9
"""Seconds. The bot's pace is 1.1; what a busy sink adds to one arrival is missing before the next."""


class Database(StrEnum):
    """Where the bot keeps what is owed."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run of the table. `fails` says what is wrong with its verdict; empty where nothing is."""

    database: Database
    mix: str
    plan: Plan
    fails: Callable[[Verdict], str]
    must: str

    @property
    def name(self) -> str:
        """By which it is chosen."""
        return f"{self.database} {self.mix}"


def must_be_perfect(verdict: Verdict) -> str:
    """Nothing lost, nothing doubled, every Retry-After heeded."""
    if verdict.is_perfect and verdict.gap >= SMALLEST_GAP:
        return ""
    found = [*verdict.lost[:3], *verdict.doubled[:3], *verdict.unowed[:3]]
    return (
        "; ".join(found) or f"{verdict.inside} posts inside a Retry-After, smallest gap {verdict.gap:.2f} s"
    )


def must_not_lose(verdict: Verdict) -> str:
    """Resending may double, and never loses."""
    return "; ".join(verdict.lost[:3])


def must_not_double(verdict: Verdict) -> str:
    """Holding may leave something with a person, and never doubles."""
    return "; ".join(verdict.doubled[:3])


def must_hardly_double(freezes: int) -> Callable[[Verdict], str]:
    """At most one message doubles for each freeze past the lease, the one that was between check and socket.

    The contract does not cover that one. Without its leases a replica would double all that it had in flight,
    up to twenty each time.
    """

    def fails(verdict: Verdict) -> str:
        return must_not_lose(verdict) or "; ".join(verdict.doubled[freezes:])

    return fails


def must_double(verdict: Verdict) -> str:
    """Without reconciliation the faults have to show."""
    return "" if verdict.doubled else "the proof proves nothing: nothing is doubled without reconciliation"


def rows_of(*, people: int, kills: int, seed: int) -> list[Row]:
    """All rows; the main ones with all kills, the others with a part of them."""
    few = max(1, kills // 4)
    whole = Plan(
        seed=seed,
        people=people,
        channels=people // 6,
        kills=kills,
        stops=max(1, kills // 10),
        due_digests=True,
    )
    part = replace(whole, kills=few, stops=1, due_digests=False, most_briefs=20)
    frozen = replace(part, kills=few // 2, freezes=max(2, few // 2))
    rows = [*_main_rows(whole, part), *_frozen_rows(frozen), *_honest_rows(part)]
    order = list(dict.fromkeys(row.mix for row in rows))
    return sorted(rows, key=lambda row: order.index(row.mix))


def _main_rows(whole: Plan, part: Plan) -> list[Row]:
    """Faults, and history that fails half of the time: 0 and 0."""
    rows = []
    for database, replicas in ((Database.SQLITE, 1), (Database.POSTGRES, 3)):
        for mix, plan, faults in (
            ("fault mix", whole, mixes.MIX),
            ("history failing", part, mixes.HISTORY_FAILS),
        ):
            placed = replace(plan, faults=faults, replicas=replicas)
            rows.append(Row(database=database, mix=mix, plan=placed, fails=must_be_perfect, must="0 / 0"))
    return rows


def _frozen_rows(frozen: Plan) -> list[Row]:
    """Frozen past the lease. With another replica, what was being written at that very moment may double."""
    plan = replace(frozen, faults=mixes.MIX)
    return [
        Row(database=Database.SQLITE, mix="frozen", plan=plan, fails=must_be_perfect, must="0 / 0"),
        Row(
            database=Database.POSTGRES,
            mix="frozen",
            plan=replace(plan, replicas=2),
            fails=must_hardly_double(plan.freezes),
            must=f"0 / ≤{plan.freezes}",
        ),
    ]


def _honest_rows(part: Plan) -> list[Row]:
    """What cannot be held without history, and what would be without looking."""
    hold = replace(part, faults=mixes.UNREADABLE, policy="hold")
    resend = replace(hold, policy="resend")
    lies = replace(part, faults=mixes.LYING)
    return [
        Row(database=database, mix=mix, plan=replace(plan, replicas=replicas), fails=fails, must=must)
        for database, replicas in ((Database.SQLITE, 1), (Database.POSTGRES, 2))
        for mix, plan, fails, must in (
            ("unreadable, hold", hold, must_not_double, "- / 0"),
            ("unreadable, resend", resend, must_not_lose, "0 / -"),
            ("history lies", lies, must_double, "doubles"),
        )
    ]


COLUMNS = (
    ("database", 8, "<"),
    ("mix", 18, "<"),
    ("must", 7, "<"),
    ("owed", 6, ">"),
    ("delivered", 9, ">"),
    ("lost", 4, ">"),
    ("doubled", 7, ">"),
    ("unowed", 6, ">"),
    ("posts", 5, ">"),
    ("looks", 5, ">"),
    ("in 429", 6, ">"),
    ("gap s", 6, ">"),
    ("settled s", 9, ">"),
    ("all s", 5, ">"),
    ("disturbed by", 0, "<"),
)
"""Each column's head, width and side. `must` and what follows: lost / doubled. `in 429`: posts within a
Retry-After. `gap`: the smallest in a channel. `settled`: from the last fault to the last call."""


def line_of(row: Row, verdict: Verdict, happened: Happened) -> str:
    """A row of the table."""
    fell = f", {happened.fell} fell by itself" if happened.fell else ""
    return _line(
        row.database,
        row.mix,
        row.must,
        verdict.owed,
        verdict.delivered,
        len(verdict.lost),
        len(verdict.doubled),
        len(verdict.unowed),
        verdict.posts,
        verdict.looks,
        verdict.inside,
        f"{verdict.gap:.2f}",
        f"{happened.settled:.1f}",
        f"{happened.seconds:.0f}",
        plain(happened.done) + fell,
    )


def _line(*cells: object) -> str:
    return " ".join(f"{cell!s:{side}{width}}" for cell, (_, width, side) in zip(cells, COLUMNS, strict=True))


HEADER = _line(*(head for head, _, _ in COLUMNS))
