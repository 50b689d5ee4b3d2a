"""How things stand with what is owed: the sentences of `/news status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.dispatch.aftermath import HELD_BY, problem_of
from bot.dispatch.places import destination_of, paused_words, person_of
from bot.domain import schedule
from bot.domain.answers import HeldDelivery, OwedStatus, Visitor
from bot.domain.delivery import Delivery, Kind, State
from bot.domain.owed import Backlog, Outbox, RuleState, Subscriptions
from bot.domain.subscription import Digest, Run, RunOutcome

MOST_HELD = 5
_RAN = {
    RunOutcome.OWED: "sent",
    RunOutcome.NOTHING: "nothing new",
    RunOutcome.SKIPPED: "skipped, as the bot was away for longer than 12 hours",
}


class Standing:
    """Reads how things stand; `unreadable` are the policies of NEWSBRIEF_UNREADABLE_HISTORY by workspace."""

    def __init__(
        self, *, subscriptions: Subscriptions, outbox: Outbox, unreadable: Mapping[str, str], command: str
    ) -> None:
        self._subscriptions = subscriptions
        self._outbox = outbox
        self._command = command
        self._unreadable = unreadable

    async def of(self, visitor: Visitor) -> OwedStatus:
        """What a visitor may know: this place's digests, the own rule, the workspace's backlog."""
        sentences = [
            await self._digest(one) for one in await self._subscriptions.digests(destination_of(visitor))
        ]
        state = await self._subscriptions.rule_state(person_of(visitor))
        sentences += _rule_sentences(state, self._command)
        sentences += _backlog_sentences(await self._outbox.backlog(visitor.team))
        held = await self._held(visitor)
        if held or self._unreadable:
            sentences.append(self._policy(visitor.team))
        return OwedStatus(sentences=tuple(sentences), held=tuple(held))

    async def _digest(self, digest: Digest) -> str:
        runs = await self._subscriptions.runs(digest.id, 1)
        problem = await problem_of(self._outbox, digest)
        when = schedule.in_words(digest.schedule)
        name = f"Digest {digest.number} here, {when}, {digest.schedule.zone}"
        if digest.paused:
            return f"{name}: {paused_words(digest.paused, digest.to, self._command)}"
        parts = [f"{name}: next {_local(digest.next_at, digest)}", *_last(runs, digest, problem)]
        return f"{'; '.join(parts)}. {problem}".strip()

    async def _held(self, visitor: Visitor) -> list[HeldDelivery]:
        found = await self._outbox.find(states=[State.HELD], limit=200)
        mine = (destination_of(visitor), person_of(visitor))
        allowed = [
            one for one in found if one.to.team == visitor.team and (one.to in mine or visitor.is_admin)
        ]
        return [_held_delivery(one, visitor) for one in allowed[:MOST_HELD]]

    def _policy(self, team: str) -> str:
        policy = self._unreadable.get(team) or self._unreadable.get("")
        what = {"hold": "held for a person's word", "resend": "sent again, and may double"}.get(
            policy or "", "held for a person's word if they are alerts, and sent again if they are digests"
        )
        return f"Where history may not be read, messages that may have arrived are {what}."


def _local(moment: datetime | None, digest: Digest) -> str:
    """A moment as `<!date…>` cannot stand in a sentence of ours: in the digest's own zone, in words."""
    if moment is None:
        return "never"
    return f"{moment.astimezone(ZoneInfo(digest.schedule.zone)):%a %d %b, %H:%M}"


def _last(runs: list[Run], digest: Digest, problem: str) -> Iterator[str]:
    for run in runs[:1]:
        what = "" if problem and run.outcome is RunOutcome.OWED else f", {_RAN[run.outcome]}"
        yield f"ran {_local(run.due_at, digest)}{what}"


def _rule_sentences(state: RuleState | None, command: str) -> Iterator[str]:
    if state is None:
        return
    if state.rule.paused:
        yield f"Your alerts: {paused_words(state.rule.paused, state.rule.to, command)}"
    if state.held:
        count = len(state.held)
        briefs = "brief is" if count == 1 else "briefs are"
        yield f"{count} {briefs} held for you by {HELD_BY[state.held[0].why]}."
    if state.expired:
        yield f"{len(state.expired)} held for longer than 36 hours expired."


def _backlog_sentences(backlog: Backlog) -> Iterator[str]:
    waiting = backlog.counts.get(State.PENDING, 0) + backlog.counts.get(State.SENDING, 0)
    if waiting:
        since = f", the oldest since {backlog.oldest_at:%d %b, %H:%M} UTC" if backlog.oldest_at else ""
        are = "message is" if waiting == 1 else "messages are"
        yield f"{waiting} {are} on the way in this workspace{since}."
    if failed := backlog.counts.get(State.FAILED, 0):
        what = "message" if failed == 1 else "messages"
        yield f"{failed} {what} could not be sent; `newsbrief deliveries` tells why."


def _held_delivery(delivery: Delivery, visitor: Visitor) -> HeldDelivery:
    kind = "A digest" if delivery.kind in (Kind.DIGEST, Kind.THREAD) else "An alert"
    where = "here" if delivery.to == destination_of(visitor) else f"for {delivery.to.key}"
    words = f"{kind} {where} may or may not have arrived: {delivery.reason}"
    return HeldDelivery(id=delivery.id, words=words, at=delivery.created_at)
