"""Limits under kill -9: everybody gets exactly the messages that the contract's section 7 counts out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.chaos.campaign import Happened, Plan, Timing
from tests.chaos.judging import told
from tests.chaos.mixes import SLOW_ONLY
from tests.chaos.people import Person

HOT_BRIEFS = 10
MOST = 3

Complaints = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A rule and what it comes to when ten hot briefs appear at once: the briefs of each message, in order.

    `is_right` gets how many briefs each message of a person told.
    """

    name: str
    rule: str
    is_right: Callable[[Sequence[int]], bool]
    means: str
    gap: float = 0.0


def max_form() -> Form:
    """Three messages of one brief each; the other seven wait for the morning."""
    return Form(
        name="max",
        rule=f"on heat:>100 gap:0 max:{MOST}/day",
        is_right=lambda counts: list(counts) == [1] * MOST,
        means=f"{MOST} messages of one brief each, the other {HOT_BRIEFS - MOST} held",
    )


def gap_form(seconds: int) -> Form:
    """One message, and after the gap one bundle with the nine others."""
    return Form(
        name="gap",
        rule=f"on heat:>100 gap:{seconds}s",
        is_right=lambda counts: list(counts) == [1, HOT_BRIEFS - 1],
        means=f"one message of one brief, then one with the {HOT_BRIEFS - 1} others",
        gap=seconds,
    )


def plan_for(
    form: Form, *, people: int, kills: int, seed: int, replicas: int = 1, timing: Timing | None = None
) -> Plan:
    """Everybody has the rule; ten hot briefs appear at once and the bot is killed in the midst of it."""
    busy = max(1, people * (MOST if form.name == "max" else 2) // (kills + 1))
    timing = timing or Timing()
    return Plan(
        timing=timing,
        patience=max(timing.lease, form.gap) + 2,
        seed=seed,
        people=people,
        replicas=replicas,
        kills=kills,
        faults=SLOW_ONLY,
        rule=form.rule,
        at_once=HOT_BRIEFS,
        activity=(1, busy),
    )


def complaints(form: Form, plan: Plan, happened: Happened) -> Complaints:
    """What is not as it should be, a sentence each."""
    briefs = frozenset(happened.briefs)
    wrong = []
    for number in range(plan.people):
        channel = Person(number=number).direct
        messages = told(happened.events, channel, briefs)
        counts = [len(message) for message in messages]
        if not form.is_right(counts):
            wrong.append(f"{channel} got messages of {counts} briefs instead of {form.means}")
        if len(frozenset[str]().union(*messages)) != sum(counts):
            wrong.append(f"{channel} was told of a brief twice")
    return wrong + _again(happened)


def _again(happened: Happened) -> Complaints:
    ids = [event.delivery for event in happened.events if event.is_message]
    again = len(ids) - len(set(ids))
    return [f"{again} messages had a delivery id that had been posted before"] if again else []
