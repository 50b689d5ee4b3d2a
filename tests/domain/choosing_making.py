"""Digests, briefs of the ledger and what was sent, made from a few numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.brief import Brief, Provider
from bot.domain.choosing import Choice, Chosen, choose
from bot.domain.delivery import Kind, Role, State
from bot.domain.ledger import Item, Noted, SentBrief
from bot.domain.subscription import Destination, Digest, Schedule

NOW = datetime(2021, 2, 5, 9, tzinfo=UTC)
WEEKLY = Schedule(days=(4,))


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def a_digest(**fields: object) -> Digest:
    """A daily digest that was last delivered yesterday."""
    values = {"cut_at": ago(24), "created_at": ago(999), "schedule": Schedule(), **fields}
    return Digest(id="d", to=Destination(team="T", channel="C"), number=1, **values)  # type: ignore[arg-type]  # a test's shorthand


def an_item(
    number: int, heat: int = 100, *, visible: float = 1, published: float = 10, **fields: object
) -> Item:
    """A brief of a provider and story of its own; it became visible and was published so many hours ago."""
    provider = str(fields.pop("provider", f"p{number}.example"))
    values = {"story": number, "quality": 70, "outlets": 0, **fields}
    noted = Noted(
        id=number,
        slug=f"brief-{number}",
        title=f"Brief {number}",
        visible_at=ago(visible),
        published_at=ago(published),
        heat=heat,
        provider=provider,
        **values,  # type: ignore[arg-type]  # a test's shorthand
    )
    brief = Brief(
        slug=noted.slug,
        title=noted.title,
        heat=heat,
        published_at=noted.published_at,
        provider=Provider(domain=provider),
    )
    return Item(noted=noted, brief=brief)


def was_sent(number: int, *, hours: float = 24, state: State = State.SENT, **fields: object) -> SentBrief:
    """A brief in a digest's delivery, with heat 100 and no outlets."""
    values = {"story": number, "heat": 100, "outlets": 0, "delivery": f"sent {hours} h ago", **fields}
    return SentBrief(
        brief=number,
        role=Role.FULL,
        at=ago(hours),
        kind=Kind.DIGEST,
        state=state,
        **values,  # type: ignore[arg-type]  # a test's shorthand
    )


def chosen_of(
    digest: Digest,
    items: Sequence[Item],
    sent: Sequence[SentBrief] = (),
    *,
    outlets: Mapping[int, int] | None = None,
    retry: Sequence[int] = (),
    filtered: Sequence[int] = (),
    now: datetime = NOW,
) -> Choice:
    stopped = {f"brief-{number}" for number in filtered}
    return choose(
        digest,
        items,
        now=now,
        outlets=outlets or {},
        sent=sent,
        retry=frozenset(retry),
        fits=lambda brief: "topic:AI" if brief.slug in stopped else "",
    )


def ids(part: Sequence[Chosen]) -> list[int]:
    return [one.item.noted.id for one in part]
