"""Verbs about what is owed: `deliveries`, `why`; they work beside a running bot."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.cli.output import harmless, note, plain, say, say_json
from bot.cli.rendering import unknown_brief
from bot.config import Settings
from bot.domain.answers import Stage, Verdict
from bot.domain.delivery import Delivery, State
from bot.domain.reasons import Reason
from bot.domain.subscription import Destination
from bot.errors import UnknownBrief, UsageError

if TYPE_CHECKING:
    from bot.wiring import Owed

Work = Callable[["Owed"], Awaitable[int]]


def deliveries(settings: Settings, parsed: argparse.Namespace) -> int:
    """Print what is owed, held, sent and given up, newest first; or decide about a held one."""
    is_sent, is_dropped = parsed.send is not None, parsed.drop is not None
    if is_sent and is_dropped:
        raise UsageError("Either --send or --drop: a delivery cannot be both.")
    if is_sent or is_dropped:
        wanted = parsed.send if is_sent else parsed.drop
        return _with_owed(settings, lambda owed: _decide(owed, wanted, send=is_sent))
    return _with_owed(settings, lambda owed: _list(owed, parsed))


def why(settings: Settings, parsed: argparse.Namespace) -> int:
    """Print why a brief was or was not sent to a channel or a person, stage by stage."""
    return _with_owed(settings, lambda owed: _explain(owed, parsed), at=parsed.now)


def _with_owed(settings: Settings, work: Work, *, at: datetime | None = None) -> int:
    from bot.wiring import open_owed

    async def run() -> int:
        async with open_owed(settings, at) as owed:
            return await work(owed)

    return asyncio.run(run())


async def _list(owed: Owed, parsed: argparse.Namespace) -> int:
    states = [State(parsed.state)] if parsed.state else []
    found = await owed.store.outbox.find(states=states, limit=parsed.limit)
    for one in found:
        if parsed.json:
            say_json(await _object(owed, one))
        else:
            say(_line(one))
    if not found and not parsed.json:
        note("There are no such deliveries.")
    return 0


def _line(one: Delivery) -> str:
    reason = f" ({one.reason})" if one.reason else ""
    briefs = len(one.owed.briefs)
    what = f"{one.kind}, {briefs} {'brief' if briefs == 1 else 'briefs'}"
    return harmless(
        f"{one.created_at:%Y-%m-%d %H:%M} {one.state:<8} {one.to.team}/{one.to.key} {what}{reason} {one.id}"
    )


async def _object(owed: Owed, one: Delivery) -> dict[str, Any]:
    noted = await owed.store.ledger.noted(one.owed.briefs)
    return {
        "id": one.id,
        "key": one.key,
        "kind": str(one.kind),
        "state": str(one.state),
        "reason": one.reason or None,
        "team": one.to.team,
        "channel": one.to.channel or None,
        "user": one.to.user or None,
        "briefs": [noted[brief].slug for brief in one.owed.briefs if brief in noted],
        "parent": one.parent or None,
        "created_at": _moment(one.created_at),
        "expires_at": _moment(one.expires_at),
        "settled_at": _moment(one.settled_at) if one.settled_at else None,
        "sent_to": one.receipt.channel if one.receipt else None,
        "ts": one.receipt.ts if one.receipt else None,
        "attempts": one.attempts,
    }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def _decide(owed: Owed, delivery: str, *, send: bool) -> int:
    found = await owed.store.outbox.delivery(delivery)
    if found is None:
        raise UsageError(
            f"There is no delivery {delivery!r}.", hint="`newsbrief deliveries --state held` shows ids."
        )
    if not await owed.store.outbox.release(delivery, owed.clock.now(), send=send):
        raise UsageError(
            f"The delivery {delivery} is {found.state}, not held.", hint="Only held ones wait for you."
        )
    say(f"{delivery}: {'to be sent' if send else 'dropped'}")
    return 0


async def _explain(owed: Owed, parsed: argparse.Namespace) -> int:
    to = await _destination(owed, parsed)
    verdict = await owed.why.verdict(parsed.slug, to)
    is_known = verdict.reason != Reason.UNKNOWN or await owed.store.ledger.noted_slug(parsed.slug)
    if not is_known:
        raise await _unknown(owed, parsed.slug)
    if parsed.json:
        say_json(_verdict_object(verdict))
        return 0
    say(plain(f"{verdict.title} ({verdict.slug}) → {verdict.destination}"))
    for stage in verdict.stages:
        say(_stage_line(stage))
    say(plain(f"{verdict.reason}: {verdict.words}{_at(verdict.at)}"))
    return 0


async def _unknown(owed: Owed, slug: str) -> UnknownBrief:
    status = await owed.store.index.status(owed.clock.now())
    if status.synced_at is None:
        return UnknownBrief(
            "There is no index of briefs yet.", hint="`newsbrief sync` or a running bot makes it."
        )
    return await unknown_brief(owed.reading, slug)


async def _destination(owed: Owed, parsed: argparse.Namespace) -> Destination:
    """The channel or person; their workspace is looked up where it is not named."""
    key = parsed.channel or parsed.user
    known = await owed.store.subscriptions.places(key)
    teams = sorted({place.team for place in known})
    if len(teams) > 1 and not parsed.team:
        raise UsageError(
            f"{key} is known in several workspaces: {', '.join(teams)}.", hint="Name one with --team."
        )
    team = parsed.team or (teams[0] if teams else "")
    return Destination(team=team, channel=parsed.channel or "", user=parsed.user or "")


def _stage_line(stage: Stage) -> str:
    mark = {True: "+", False: "-", None: " "}[stage.passed]
    return plain(f"{mark} {stage.name}: {stage.words}{_at(stage.at)}")


def _at(moment: datetime | None) -> str:
    return f" {moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _verdict_object(verdict: Verdict) -> dict[str, Any]:
    return {
        "slug": verdict.slug,
        "title": verdict.title,
        "destination": verdict.destination,
        "reason": verdict.reason,
        "words": verdict.words,
        "at": _moment(verdict.at) if verdict.at else None,
        "stages": [
            {
                "stage": stage.name,
                "passed": stage.passed,
                "words": stage.words,
                "at": _moment(stage.at) if stage.at else None,
            }
            for stage in verdict.stages
        ],
    }
