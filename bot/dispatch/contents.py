"""From what is owed to the message: rendered inside the claim, so that nothing hidden meanwhile is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dispatch import understood
from bot.dispatch.content import Nothing, Rendered
from bot.dispatch.editing import thread_id
from bot.dispatch.places import NewestDays, read_rule
from bot.dispatch.stories import outlets_of
from bot.domain import schedule
from bot.domain.answers import Alert, Bundle, Edition, Piece
from bot.domain.delivery import Delivery, Kind, State
from bot.domain.ledger import Item
from bot.domain.message import Message
from bot.domain.owed import Ledger, Outbox, Subscriptions
from bot.domain.ports import Clock
from bot.domain.proposing import topic_shares
from bot.domain.schedule import LATE_AFTER
from bot.domain.subscription import Digest
from bot.render import Renderer, with_channel_links
from bot.search import Search

SHARES_OVER = 30
"""Days over which a topic's share of the news is counted."""
HIDDEN = "hidden"


class Contents:
    """Makes the messages of deliveries; raises StoreAway and RenderError."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        subscriptions: Subscriptions,
        outbox: Outbox,
        search: Search,
        renderer: Renderer,
        clock: Clock,
        newest: NewestDays,
    ) -> None:
        self._newest = newest
        self._ledger = ledger
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._search = search
        self._renderer = renderer
        self._clock = clock

    async def message(self, delivery: Delivery) -> Rendered | Nothing:
        """The message as it is now, or why there is none any more."""
        now = self._clock.now()
        if delivery.expires_at <= now:
            return Nothing(state=State.EXPIRED, reason="it could not be sent in time")
        if delivery.kind is Kind.NOTICE:
            return Rendered(message=with_channel_links(self._renderer.notice(delivery.owed.text)))
        items = await self._ledger.items(delivery.owed.briefs, now)
        gone = tuple(brief for brief in delivery.owed.briefs if brief not in items)
        if gone and not items:
            return Nothing(state=State.DROPPED, reason=HIDDEN, gone=gone)
        made = await self._made(delivery, items, now)
        return Rendered(message=made, gone=gone) if isinstance(made, Message) else made

    async def _made(self, delivery: Delivery, items: Mapping[int, Item], now: datetime) -> Message | Nothing:
        match delivery.kind:
            case Kind.DIGEST:
                return await self._digest(delivery, items, now)
            case Kind.THREAD:
                return await self._thread(delivery, now)
            case Kind.PART:
                return await self._part(delivery, items)
            case Kind.BUNDLE:
                return await self._bundle(delivery, items)
            case _:
                return await self._alert(delivery, next(iter(items.values())), now)

    async def _digest(
        self, delivery: Delivery, items: Mapping[int, Item], now: datetime
    ) -> Message | Nothing:
        digest = await self._subscriptions.digest(delivery.subscription)
        if digest is None:
            return Nothing(state=State.DROPPED, reason="the digest was turned off")
        rest = await self._outbox.delivery(thread_id(delivery.key))
        if rest is not None:
            more = await self._ledger.items((*delivery.owed.briefs, *rest.owed.thread), now)
            edition = self._edition(digest, delivery, more, now, rest=rest)
        else:
            edition = self._edition(digest, delivery, items, now)
        return self._renderer.digest(edition, await self._search.heat_scale())

    async def _thread(self, delivery: Delivery, now: datetime) -> Message | Nothing:
        """What the digest above it had no room for."""
        digest = await self._subscriptions.digest(delivery.subscription)
        parent = await self._outbox.delivery(delivery.parent)
        if digest is None or parent is None:
            return Nothing(state=State.DROPPED, reason="the digest was turned off")
        briefs = (*parent.owed.briefs, *delivery.owed.thread)
        items = await self._ledger.items(briefs, now)
        edition = self._edition(digest, parent, items, now, rest=delivery)
        message = self._renderer.digest(edition, await self._search.heat_scale())
        return (
            message.thread[0]
            if message.thread
            else Nothing(state=State.DROPPED, reason="everything had room above")
        )

    async def _part(self, delivery: Delivery, items: Mapping[int, Item]) -> Message:
        """The second half of a message that was too long: one line for each brief."""
        edition = Edition(
            at=delivery.created_at, zone="UTC", thread=_pieces(delivery.owed.briefs, delivery, items)
        )
        whole = self._renderer.digest(edition, await self._search.heat_scale())
        return whole.thread[0] if whole.thread else whole

    async def _bundle(self, delivery: Delivery, items: Mapping[int, Item]) -> Message:
        pieces = _pieces(delivery.owed.full, delivery, items)
        bundle = Bundle(pieces=pieces, reason=delivery.owed.text)
        return self._renderer.bundle(bundle, await self._search.heat_scale())

    async def _alert(self, delivery: Delivery, item: Item, now: datetime) -> Message:
        scale = await self._search.heat_scale()
        outlets = await outlets_of(self._ledger, [item], now)
        mark = delivery.owed.marks.get(item.noted.id)
        alert = Alert(
            piece=Piece(brief=item.brief, mark=mark, outlets=outlets[item.noted.id]),
            brief_id=item.noted.id,
            line=await self._line(delivery),
            topics=topic_shares(item.brief, (await self._newest.items(SHARES_OVER, now))[0]),
            **_told_before(delivery),
        )
        if delivery.kind is Kind.ESCALATION:
            return self._renderer.escalation(alert, scale)
        return self._renderer.alert(alert, scale)

    async def _line(self, delivery: Delivery) -> int | None:
        """The line of the person's rule as it was typed: 100 for `heat:>100`, whose least heat is 101."""
        rule = await self._subscriptions.rule(delivery.to)
        if rule is None:
            return None
        line = (await read_rule(self._search, rule.filters, rule.zone)).line
        return line - 1 if line is not None and f"heat:>{line - 1}" in rule.filters else line

    def _edition(
        self,
        digest: Digest,
        delivery: Delivery,
        items: Mapping[int, Item],
        now: datetime,
        rest: Delivery | None = None,
    ) -> Edition:
        owed = delivery.owed
        due_at = owed.due_at or delivery.created_at
        shown = [brief for brief in (*owed.full, *owed.also) if brief in items]
        full = max(min(len(owed.full), len(shown)), 0)
        return Edition(
            at=due_at,
            zone=digest.schedule.zone,
            full=_pieces(shown[:full], delivery, items),
            also=_pieces(shown[full:], delivery, items),
            thread=_pieces(rest.owed.thread, rest, items) if rest else (),
            more=len(owed.left),
            late=now - due_at > LATE_AFTER,
            is_personal=digest.to.is_personal,
            rule=rule_in_words(digest, self._search),
            digest=digest.id,
        )


def rule_in_words(digest: Digest, search: Search) -> str:
    """A digest's schedule, zone and filters, for its footer."""
    when = f"{schedule.in_words(digest.schedule)}, {digest.schedule.zone}"
    narrowed = understood.in_words(search.parse(digest.filters, ZoneInfo(digest.schedule.zone)))
    return f"{when}: {narrowed}" if narrowed else when


def _pieces(briefs: Iterable[int], delivery: Delivery, items: Mapping[int, Item]) -> tuple[Piece, ...]:
    """The briefs that are still visible, with what was decided of them."""
    owed = delivery.owed
    return tuple(
        Piece(
            brief=items[brief].brief,
            mark=owed.marks.get(brief),
            outlets=owed.outlets.get(brief, items[brief].noted.outlets),
        )
        for brief in briefs
        if brief in items
    )


def _told_before(delivery: Delivery) -> dict[str, int]:
    """The heat and outlets that an escalation's reader was told before."""
    if delivery.kind is not Kind.ESCALATION:
        return {}
    heat, _, outlets = delivery.owed.text.partition(" ")
    return {"old_heat": int(heat), "old_outlets": int(outlets)}
