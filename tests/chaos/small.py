"""The proof in small, for `make test`: fewer people and kills, shorter times, the same rules."""

from __future__ import annotations

from pathlib import Path

from tests.chaos import mixes
from tests.chaos.campaign import Plan, Timing, plain, run
from tests.chaos.faults import Faults
from tests.chaos.judging import judge

TIMING = Timing(lease=4.0, http=1.5, settle=1.0)


def small_plan(*, seed: int, replicas: int = 1, faults: Faults = mixes.MIX) -> Plan:
    """40 people in four workspaces, eight of them keepers of a channel with a digest; six kills."""
    return Plan(
        seed=seed,
        people=40,
        channels=8,
        replicas=replicas,
        kills=6,
        faults=faults,
        most_briefs=6,
        timing=TIMING,
        activity=(1, 20),
    )


async def proved(plan: Plan, place: Path, database: str) -> None:
    """Fail, with all numbers, unless nothing was lost, doubled or posted too early."""
    happened = await run(plan, place, database)
    verdict = judge(happened.events, happened.debt)
    numbers = (
        f"{verdict}\n{plain(happened.done)}, {happened.fell} fell, {happened.seconds:.0f} s\n{words(place)}"
    )
    assert verdict.owed >= 2 * plan.channels + 2 * (plan.people - plan.channels), numbers
    assert verdict.is_perfect, numbers
    assert verdict.gap >= 0.9, numbers
    assert happened.fell == 0, numbers


def words(place: Path) -> str:
    """The last words of each bot."""
    return "\n".join(
        f"{path.name}: {path.read_text(encoding='utf-8')[-1500:]}" for path in sorted(place.glob("bot-*.log"))
    )
