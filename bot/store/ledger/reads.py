"""Reads of the ledger on one consistent view of the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.brief import Brief
from bot.domain.delivery import Kind, Receipt, Role, State
from bot.domain.ledger import Change, ChangeKind, Item, Noted, SentBrief
from bot.store.codec import brief_from_document
from bot.store.coverage import with_shown_coverage
from bot.store.ledger.facts import NOTED_COLUMNS, noted_from
from bot.store.reader import Rows
from bot.store.rows import instant, microseconds

_LIST = 500
_NOTED = ", ".join(f"l.{name}" for name in NOTED_COLUMNS.split(", "))
_VISIBLE = "NOT b.hidden AND b.published_at <= :now"
_ITEMS = (
    f"SELECT {_NOTED}, d.document FROM ledger_brief l JOIN brief b ON b.slug = l.slug "  # noqa: S608 - constants
    f"JOIN brief_document d ON d.brief_id = b.id WHERE l.id IN ({{}}) AND {_VISIBLE}"
)
# The briefs lead: of one import all became visible at the same moment, but were published over years.
_RECENT = (
    "SELECT l.id FROM brief b JOIN ledger_brief l ON l.slug = b.slug "  # noqa: S608 - constants
    f"WHERE {_VISIBLE} AND b.published_at >= :published AND l.visible_at > :visible "
    "ORDER BY b.published_at, l.id"
)
_SENT = (
    "SELECT s.brief_id, l.story, s.role, s.heat, s.outlets, s.at, s.delivery_id, s.kind, d.state, d.reason, "
    "s.subscription, d.receipt_channel, d.receipt_ts, d.parent FROM delivery_brief s "
    "LEFT JOIN delivery d ON d.id = s.delivery_id LEFT JOIN ledger_brief l ON l.id = s.brief_id "
    "WHERE s.lane_id = :lane AND s.at >= :since ORDER BY s.at, s.delivery_id, s.brief_id"
)


def rows_among(rows: Rows, sql: str, items: Sequence[object], **more: object) -> list[Any]:
    """Rows of a statement whose `{}` is a list of values, some hundred at a time."""
    found: list[Any] = []
    for start in range(0, len(items), _LIST):
        values = {f"i{place}": item for place, item in enumerate(items[start : start + _LIST])}
        names = ", ".join(f":{name}" for name in values)
        found += rows(sql.format(names), {**values, **more})
    return found


def items(rows: Rows, ids: Sequence[int], now: datetime) -> dict[int, Item]:
    """Those of these briefs that are visible, as the index shows them."""
    found = rows_among(rows, _ITEMS, list(dict.fromkeys(ids)), now=microseconds(now))
    briefs = with_shown_coverage(
        [brief_from_document(row[-1]) for row in found],
        lambda sql, values: rows_among(rows, sql, values),
        now,
    )
    return {row[0]: _item(row, brief) for row, brief in zip(found, briefs, strict=True)}


def recent(rows: Rows, now: datetime, published_since: datetime, visible_since: datetime | None) -> list[int]:
    """Ids of visible briefs, by publication."""
    values = {
        "now": microseconds(now),
        "published": microseconds(published_since),
        "visible": -(1 << 62) if visible_since is None else microseconds(visible_since),
    }
    return [row[0] for row in rows(_RECENT, values)]


def noted(rows: Rows, ids: Sequence[int]) -> dict[int, Noted]:
    """Briefs as last noted."""
    sql = f"SELECT {NOTED_COLUMNS} FROM ledger_brief WHERE id IN ({{}})"  # noqa: S608 - constants
    return {row[0]: noted_from(row) for row in rows_among(rows, sql, list(ids))}


def noted_slug(rows: Rows, slug: str) -> Noted | None:
    """The brief that has, or last had, this slug."""
    sql = f"SELECT {NOTED_COLUMNS} FROM ledger_brief WHERE slug = :slug"  # noqa: S608 - constants
    found = rows(sql, {"slug": slug})
    return noted_from(found[0]) if found else None


def sent_to(rows: Rows, lane: str, since: datetime) -> list[SentBrief]:
    """Briefs of a lane's deliveries, oldest first; what outlives its delivery was sent."""
    return [_sent(row) for row in rows(_SENT, {"lane": lane, "since": microseconds(since)})]


def stories_of(rows: Rows, ids: Sequence[int]) -> dict[int, int]:
    """The story of each brief."""
    found = rows_among(rows, "SELECT id, story FROM ledger_brief WHERE id IN ({})", list(ids))
    return {row[0]: row[1] for row in found}


def story_members(rows: Rows, stories: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The briefs of each story, oldest first."""
    sql = "SELECT story, visible_at, id FROM ledger_brief WHERE story IN ({})"
    members: dict[int, tuple[int, ...]] = {}
    for story, _, number in sorted(tuple(row) for row in rows_among(rows, sql, list(dict.fromkeys(stories)))):
        members[story] = (*members.get(story, ()), number)
    return members


def changes(rows: Rows, after: int, limit: int) -> list[Change]:
    """Changes with higher numbers, oldest first."""
    sql = (
        "SELECT number, brief_id, kind, old_heat, at FROM brief_change WHERE number > :after "
        "ORDER BY number LIMIT :limit"
    )
    return [
        Change(number=number, brief=brief, kind=ChangeKind(kind), old_heat=old_heat, at=instant(at))
        for number, brief, kind, old_heat, at in rows(sql, {"after": after, "limit": limit})
    ]


def _item(row: Sequence[Any], brief: Brief) -> Item:
    return Item(noted=noted_from(row[:-1]), brief=brief)


def _sent(row: Sequence[Any]) -> SentBrief:
    brief, story, role, heat, outlets, at, delivery, kind, state, reason, subscription, *receipt, parent = row
    channel, ts = receipt
    return SentBrief(
        brief=brief,
        story=brief if story is None else story,
        role=Role(role),
        heat=heat,
        outlets=outlets,
        at=instant(at),
        delivery=delivery,
        kind=Kind(kind),
        state=State(state or State.SENT),
        reason=reason or "",
        subscription=subscription,
        receipt=Receipt(channel=channel, ts=ts) if ts else None,
        parent=parent or "",
    )


_HOUR = 3_600_000_000
_CHANGE_TIMES = (
    "SELECT max(visible_at) FROM ledger_brief WHERE visible_at >= :since GROUP BY visible_at / :hour "
    "UNION SELECT max(at) FROM brief_change WHERE at >= :since GROUP BY at / :hour ORDER BY 1"
)


def change_times(rows: Rows, since: datetime) -> list[datetime]:
    """When briefs became visible or grew at or after a moment: the last change of each hour, oldest first."""
    found = rows(_CHANGE_TIMES, {"since": microseconds(since), "hour": _HOUR})
    return [instant(row[0]) for row in found]
