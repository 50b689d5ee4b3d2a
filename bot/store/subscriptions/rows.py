"""Subscriptions as rows and back; pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bot.domain.subscription import (
    AlertRule,
    Destination,
    Digest,
    Held,
    HoldReason,
    Limits,
    Mute,
    MuteKind,
    Quiet,
    Run,
    RunOutcome,
    Schedule,
)
from bot.store.rows import instant, key_of, microseconds
from bot.store.subscriptions import tables

_MICROSECOND = timedelta(microseconds=1)
LABEL_CHARS = 500

DIGEST_COLUMNS = ", ".join(column.name for column in tables.digest.c)
RULE_COLUMNS = ", ".join(column.name for column in tables.alert_rule.c)


def storable(text: str) -> str:
    """Text as both databases can hold it."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def digest_row(digest: Digest) -> dict[str, Any]:
    """The row of a digest."""
    return {
        "id": digest.id,
        **destination_row(digest.to),
        "number": digest.number,
        "hour": digest.schedule.hour,
        "minute": digest.schedule.minute,
        "days": ",".join(str(day) for day in digest.schedule.days),
        "zone": digest.schedule.zone,
        "filters": storable(digest.filters),
        "count": digest.count,
        "says_nothing_new": digest.says_nothing_new,
        "owner": digest.owner,
        "created_at": microseconds(digest.created_at),
        "next_at": micros(digest.next_at),
        "paused": digest.paused,
        "cut_at": micros(digest.cut_at),
        "left_over": ids_to_json(digest.left),
        "revision": digest.revision,
    }


def digest_from(row: Sequence[Any]) -> Digest:
    """The digest of a row of DIGEST_COLUMNS."""
    found = dict(zip(DIGEST_COLUMNS.split(", "), row, strict=True))
    return Digest(
        id=found["id"],
        to=_destination(found, channel=found["channel_id"]),
        number=found["number"],
        schedule=Schedule(
            hour=found["hour"],
            minute=found["minute"],
            days=tuple(int(day) for day in found["days"].split(",") if day),
            zone=found["zone"],
        ),
        filters=found["filters"],
        count=found["count"],
        says_nothing_new=bool(found["says_nothing_new"]),
        owner=found["owner"],
        created_at=instant(found["created_at"]),
        next_at=moment(found["next_at"]),
        paused=found["paused"],
        cut_at=moment(found["cut_at"]),
        left=tuple(json.loads(found["left_over"])),
        revision=found["revision"],
    )


def run_row(run: Run) -> dict[str, Any]:
    """The row of a run."""
    return {
        "digest_id": run.digest,
        "due_at": microseconds(run.due_at),
        "ran_at": microseconds(run.ran_at),
        "outcome": str(run.outcome),
        "delivery_id": run.delivery,
    }


def run_from(row: Sequence[Any]) -> Run:
    """The run of a row: digest, due, ran, outcome, delivery."""
    digest, due_at, ran_at, outcome, delivery = row
    return Run(
        digest=digest,
        due_at=instant(due_at),
        ran_at=instant(ran_at),
        outcome=RunOutcome(outcome),
        delivery=delivery,
    )


def rule_row(rule: AlertRule) -> dict[str, Any]:
    """The row of a rule."""
    quiet = rule.limits.quiet
    return {
        "id": rule.id,
        "team_id": rule.to.team,
        "enterprise_id": rule.to.enterprise,
        "user_id": rule.to.user,
        "filters": storable(rule.filters),
        "quiet_start": quiet.start.isoformat() if quiet else None,
        "quiet_end": quiet.end.isoformat() if quiet else None,
        "most": rule.limits.most,
        "gap": rule.limits.gap // _MICROSECOND,
        "zone": rule.zone,
        "created_at": microseconds(rule.created_at),
        "changed_at": microseconds(rule.changed_at),
        "paused": rule.paused,
        "cursor": rule.cursor,
        "revision": rule.revision,
    }


def rule_from(row: Sequence[Any]) -> AlertRule:
    """The rule of a row of RULE_COLUMNS."""
    found = dict(zip(RULE_COLUMNS.split(", "), row, strict=True))
    start, end = found["quiet_start"], found["quiet_end"]
    quiet = Quiet(start=time.fromisoformat(start), end=time.fromisoformat(end)) if start else None
    return AlertRule(
        id=found["id"],
        to=_destination(found),
        filters=found["filters"],
        limits=Limits(quiet=quiet, most=found["most"], gap=found["gap"] * _MICROSECOND),
        zone=found["zone"],
        created_at=instant(found["created_at"]),
        changed_at=instant(found["changed_at"]),
        paused=found["paused"],
        cursor=found["cursor"],
        revision=found["revision"],
    )


def held_from(brief: int, why: str, at: int) -> Held:
    """A held brief of its row."""
    return Held(brief=brief, why=HoldReason(why), at=instant(at))


def mute_row(to: Destination, mute: Mute) -> dict[str, Any]:
    """The row of a mute."""
    return {
        "team_id": to.team,
        "user_id": to.user,
        "kind": str(mute.kind),
        "key": key_of(mute.key),
        "label": storable(mute.label)[:LABEL_CHARS],
        "at": microseconds(mute.at),
    }


def mute_from(kind: str, key: str, label: str, at: int) -> Mute:
    """The mute of its row."""
    return Mute(kind=MuteKind(kind), key=key, label=label, at=instant(at))


def destination_row(to: Destination) -> dict[str, str]:
    """Where it goes, as columns."""
    return {
        "team_id": to.team,
        "enterprise_id": to.enterprise,
        "channel_id": to.channel,
        "user_id": to.user,
    }


def ids_to_json(ids: Sequence[int]) -> str:
    """Ledger ids as a JSON list."""
    return json.dumps(list(ids), separators=(",", ":"))


def micros(at: datetime | None) -> int | None:
    """Microseconds since 1970, or None."""
    return None if at is None else microseconds(at)


def moment(at: int | None) -> datetime | None:
    """The other way."""
    return None if at is None else instant(at)


def _destination(found: dict[str, Any], *, channel: str = "") -> Destination:
    return Destination(
        team=found["team_id"],
        enterprise=found["enterprise_id"],
        channel=channel,
        user=found["user_id"],
    )
