"""What people do with digests by typing and pressing: each method gives the answer for the asker."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.dispatch import understood
from bot.dispatch.aftermath import problem_of
from bot.dispatch.contents import rule_in_words
from bot.dispatch.editing import Draft, Editor
from bot.dispatch.places import BY_PERSON, NewestDays, check_names, destination_of, paused_words
from bot.dispatch.reading import digest_text
from bot.dispatch.requests import DigestAction, DigestOrder, DigestRequest
from bot.domain import schedule
from bot.domain.answers import DigestPage, Done, Edition, Piece, Visitor, ZoneSource
from bot.domain.choosing import Chosen
from bot.domain.message import Action, Message
from bot.domain.owed import Outbox, Subscriptions
from bot.domain.ports import Clock
from bot.domain.schedule import local_date, next_run
from bot.domain.subscription import Digest, RunOutcome, Schedule
from bot.errors import UsageError
from bot.render import Renderer
from bot.search import Search

MOST_DIGESTS = 20
"""Digests of one destination; more would be a feed, and nobody could tell them apart."""
TRIES = 5
_BUTTONS = {
    DigestAction.PREVIEW: Action.DIGEST_PREVIEW,
    DigestAction.NOW: Action.DIGEST_NOW,
    DigestAction.PAUSE: Action.DIGEST_PAUSE,
    DigestAction.RESUME: Action.DIGEST_RESUME,
    DigestAction.OFF: Action.DIGEST_OFF,
}
_WISHES = {
    DigestAction.PREVIEW: "preview",
    DigestAction.NOW: "send now",
    DigestAction.PAUSE: "pause",
    DigestAction.RESUME: "resume",
    DigestAction.OFF: "turn off",
}


class Digests:
    """Makes, shows, changes and ends the digests of a destination."""

    def __init__(
        self,
        *,
        subscriptions: Subscriptions,
        outbox: Outbox,
        editor: Editor,
        newest: NewestDays,
        search: Search,
        renderer: Renderer,
        clock: Clock,
        command: str,
    ) -> None:
        self._command = command
        self._newest = newest
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._editor = editor
        self._search = search
        self._renderer = renderer
        self._clock = clock

    async def set(self, visitor: Visitor, request: DigestRequest) -> Message:
        """`/news digest daily 09:00 …`: changes the digest with the same filters, else adds one."""
        to = destination_of(visitor)
        await check_names(self._search, request.filters, self._zone(visitor, request))
        known = await self._subscriptions.digests(to)
        same = next((one for one in known if _folded(one.filters) == _folded(request.filters)), None)
        if same is not None:
            return await self.change(visitor, same.id, request)
        if len(known) >= MOST_DIGESTS:
            raise UsageError(
                f"There are {MOST_DIGESTS} digests here already.",
                hint=f"Turn one off first: `{self._command} digest off N`.",
            )
        now = self._clock.now()
        rule = self._schedule(visitor, request)
        digest = await self._subscriptions.add_digest(
            Digest(
                id=uuid.uuid4().hex,
                to=to,
                number=0,
                schedule=rule,
                filters=request.filters,
                count=request.count,
                owner=visitor.user,
                created_at=now,
                next_at=next_run(rule, now),
            )
        )
        return self._renderer.digest_pages([await self._page(digest, Done.ADDED, visitor, request)])

    async def change(self, visitor: Visitor, digest: str, request: DigestRequest) -> Message:
        """Another schedule, other filters or another number of briefs for one digest; it runs again."""
        now, rule = self._clock.now(), self._schedule(visitor, request)
        await check_names(self._search, request.filters, rule.zone)
        for _ in range(TRIES):
            known = await self._subscriptions.digest(digest)
            if known is None or known.to != destination_of(visitor):
                return self._gone()
            changed = replace(known, schedule=rule, filters=request.filters, count=request.count, paused="")
            changed = replace(changed, next_at=await self._next_at(changed, now))
            done = Done.UNCHANGED if changed == known else Done.CHANGED
            if done is Done.UNCHANGED or await self._subscriptions.save_digest(changed):
                return self._renderer.digest_pages([await self._page(changed, done, visitor, request)])
        return self._busy()

    async def order(self, visitor: Visitor, order: DigestOrder, digest: str = "") -> Message:
        """`/news digest preview | now | pause | resume | off [N]`, or a button with a digest's id."""
        known = await self._subscriptions.digests(destination_of(visitor))
        if order.action is DigestAction.SHOW:
            return self._renderer.digest_pages([await self._page(one, Done.SHOWN) for one in known])
        chosen = [one for one in known if digest in ("", one.id) and order.number in (None, one.number)]
        if len(chosen) > 1:
            pages = [await self._page(one, Done.SHOWN) for one in chosen]
            return self._renderer.which_digest(pages, _BUTTONS[order.action], _which(order.action))
        if not chosen:
            return self._no_such(order.number, known, is_button=bool(digest))
        return await self._do(order.action, chosen[0], visitor)

    async def say_nothing_new(self, visitor: Visitor, digest: str) -> Message:
        """Say, or no longer say, that nothing is new."""
        known = await self._subscriptions.digest(digest)
        if known is None or known.to != destination_of(visitor):
            return self._gone()
        changed = replace(known, says_nothing_new=not known.says_nothing_new)
        return await self._saved(changed, Done.CHANGED)

    async def form(self, visitor: Visitor, digest: str) -> dict[str, Any] | Message:
        """The dialog with the digest's rule as it would be typed."""
        known = await self._subscriptions.digest(digest)
        if known is None or known.to != destination_of(visitor):
            return self._gone()
        return self._renderer.digest_form(await self._page(known, Done.SHOWN))

    async def _do(self, action: DigestAction, digest: Digest, visitor: Visitor) -> Message:
        now = self._clock.now()
        match action:
            case DigestAction.PREVIEW:
                return await self._preview(digest, now)
            case DigestAction.NOW:
                return await self._send_now(digest, now)
            case DigestAction.PAUSE:
                paused = replace(digest, paused=digest.paused or BY_PERSON, next_at=None)
                return await self._saved(paused, Done.PAUSED)
            case DigestAction.RESUME:
                return await self._resume(digest, now)
            case _:
                await self._subscriptions.remove_digest(digest.id)
                return self._renderer.digest_pages([await self._page(digest, Done.REMOVED, visitor)])

    async def _preview(self, digest: Digest, now: datetime) -> Message:
        draft = await self._editor.draft(digest, now)
        if draft.is_empty and digest.cut_at is None:
            draft = await self._newest_days(digest, now) or draft
        if draft.is_empty:
            return self._renderer.notice("Nothing is new for this digest now: it would send nothing.")
        edition = self._edition(draft)
        if draft.now != now:
            edition = replace(edition, rule=f"{_newest_words(draft)}; {edition.rule}")
        return self._renderer.digest(edition, await self._search.heat_scale())

    async def _newest_days(self, digest: Digest, now: datetime) -> Draft | None:
        """What the digest would have held when the folder was at its newest, which may be long ago."""
        until = await self._newest.until(now)
        return None if until is None else await self._editor.draft(digest, until)

    async def _send_now(self, digest: Digest, now: datetime) -> Message:
        decision = await self._editor.at_once(digest, now, uuid.uuid4().hex)
        if not decision.deliveries:
            return self._renderer.notice("Nothing is new for this digest now, so nothing was sent.")
        if not await self._subscriptions.commit_run(decision):
            return self._busy()
        return self._renderer.notice("On its way. What it holds counts as sent.")

    async def _resume(self, digest: Digest, now: datetime) -> Message:
        running = replace(digest, paused="")
        running = replace(running, next_at=digest.next_at or await self._next_at(running, now))
        return await self._saved(running, Done.RESUMED)

    async def _next_at(self, digest: Digest, now: datetime) -> datetime:
        """The next run; after today's digest was owed the one after: there is one a local day."""
        run_at = next_run(digest.schedule, now)
        taken = {
            local_date(digest.schedule, run.due_at)
            for run in await self._subscriptions.runs(digest.id)
            if run.outcome is RunOutcome.OWED
        }
        while local_date(digest.schedule, run_at) in taken:
            run_at = next_run(digest.schedule, run_at)
        return run_at

    async def _saved(self, digest: Digest, done: Done) -> Message:
        if not await self._subscriptions.save_digest(digest):
            return self._busy()
        return self._renderer.digest_pages([await self._page(digest, done)])

    async def _page(
        self, digest: Digest, done: Done, visitor: Visitor | None = None, request: DigestRequest | None = None
    ) -> DigestPage:
        source = None
        if visitor is not None and request is not None:
            source = ZoneSource.TYPED if request.zone_typed else visitor.zone_source
        zone = ZoneInfo(digest.schedule.zone)
        return DigestPage(
            digest=digest,
            done=done,
            schedule=f"{schedule.in_words(digest.schedule)}, {digest.schedule.zone}",
            understood=understood.in_words(self._search.parse(digest.filters, zone)),
            typed=digest_text(digest),
            zone_source=source,
            paused=paused_words(digest.paused, digest.to, self._command),
            problem=await problem_of(self._outbox, digest),
            runs=tuple(await self._subscriptions.runs(digest.id)),
            is_personal=digest.to.is_personal,
        )

    def _edition(self, draft: Draft) -> Edition:
        digest, choice = draft.digest, draft.choice
        return Edition(
            at=draft.now,
            zone=digest.schedule.zone,
            full=_pieces(choice.full),
            also=_pieces(choice.also),
            thread=_pieces(choice.thread),
            more=len(choice.left),
            is_preview=True,
            is_personal=digest.to.is_personal,
            rule=rule_in_words(digest, self._search),
            digest=digest.id,
        )

    def _schedule(self, visitor: Visitor, request: DigestRequest) -> Schedule:
        return replace(request.schedule, zone=self._zone(visitor, request))

    def _zone(self, visitor: Visitor, request: DigestRequest) -> str:
        return request.schedule.zone if request.zone_typed else visitor.zone

    def _no_such(self, number: int | None, known: Sequence[Digest], *, is_button: bool) -> Message:
        if is_button:
            return self._gone()
        if not known:
            return self._renderer.digest_pages([])
        numbers = ", ".join(str(one.number) for one in known)
        return self._renderer.error(f"There is no digest {number} here.", f"There are: {numbers}.")

    def _gone(self) -> Message:
        return self._renderer.error(
            "This digest is no longer here.", f"`{self._command} digest daily 09:00` makes a new one."
        )

    def _busy(self) -> Message:
        return self._renderer.error("Somebody else changed this digest just now.", "Please try again.")


def _newest_words(draft: Draft) -> str:
    until = f"{draft.now.astimezone(ZoneInfo(draft.digest.schedule.zone)):%d %b %Y}"
    return f"nothing is new now, so these are the newest 7 days that the folder has, up to {until}"


def _folded(filters: str) -> str:
    """Filters as they are compared: in any case, in any order."""
    return " ".join(sorted(filters.casefold().split()))


def _which(action: DigestAction) -> str:
    return f"There are several digests here. Which one shall I {_WISHES[action]}?"


def _pieces(chosen: Sequence[Chosen]) -> tuple[Piece, ...]:
    return tuple(Piece(brief=one.item.brief, mark=one.mark, outlets=one.outlets) for one in chosen)
