"""One claim, carried through: reconcile, then expiry and visibility, open, post; the end is a `Settled`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.dispatch.content import Nothing, Rendered
from bot.dispatch.outbox.gates import Gates
from bot.dispatch.outbox.reconciling import (
    Found,
    Look,
    Missing,
    Opener,
    Reconciler,
    Unanswered,
    Unreadable,
    address_of,
)
from bot.dispatch.outbox.values import Lease, Ports, Timing, seconds
from bot.dispatch.outcomes import (
    GiveUp,
    Later,
    Outcome,
    Pause,
    Simpler,
    Split,
    Unsure,
    at_level,
    notice_to,
    outcome_of,
)
from bot.domain.delivery import Delivery, Kind, Receipt, State
from bot.domain.message import Message
from bot.domain.owed import Claimed, Settled
from bot.errors import Rejected, RenderError, RetryLater, SendError, StoreAway, Uncertain
from bot.telemetry import DeliveryResent, DeliveryUncertain, log_id, logger_for

log = logger_for("outbox")

EXPIRED = "it could not be sent in time"
UNANSWERED = "history_unanswered"
LOOKS = 5
"""How often history is asked at least before an expired delivery is held for a person."""
STORE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a worker behaves: `command` is typed in Slack; without `reconciles` it doubles (for a proof)."""

    command: str = "/news"
    reconciles: bool = True


class Delivering:
    """Carries claims through; `is_stopping` true lets nothing new begin."""

    def __init__(
        self, ports: Ports, timing: Timing, manners: Manners, is_stopping: Callable[[], bool]
    ) -> None:
        self._ports = ports
        self._timing = timing
        self._manners = manners
        self._is_stopping = is_stopping
        self._gates = Gates()
        self._opener = Opener(ports, timing, self._gates)
        self._reconciler = Reconciler(ports, timing, self._gates, self._opener)

    async def deliver(self, claimed: Claimed, lease: Lease) -> Settled:
        """What became of it; never raises but when cancelled."""
        try:
            return await self._deliver(claimed, lease)
        except StoreAway as error:  # only raised where nothing was posted
            return self._put_back(claimed, f"store away: {type(error).__name__}", STORE_SECONDS)
        except RenderError:
            log.exception("delivery=%s cannot be rendered; given up", log_id(claimed.delivery.id))
            return self._ended(claimed, State.FAILED, "render")
        except Exception:  # it may have been posted before it broke: only history can tell
            log.exception("delivery=%s broke", log_id(claimed.delivery.id))
            return self._unsure(claimed, "internal")

    async def _deliver(self, claimed: Claimed, lease: Lease) -> Settled:
        if self._is_stopping():
            return self._put_back(claimed)
        if claimed.uncertain and self._manners.reconciles:
            look = await self._reconciler.look(claimed, lease)
            if done := self._heeded(claimed, look):
                return done
        claimed = replace(claimed, uncertain=False)
        if self._is_expired(claimed.delivery):
            return self._ended(claimed, State.EXPIRED, EXPIRED)
        try:
            claimed = await self._opened(claimed)
        except SendError as error:
            return self._not_opened(claimed, error)
        return await self._sent(claimed, lease)

    def _heeded(self, claimed: Claimed, look: Look) -> Settled | None:
        """The end of a look into history; None where the delivery may be posted."""
        match look:
            case Found(receipt=receipt):
                return self._arrived(claimed, receipt)
            case Unanswered(code=code, seconds=asked):
                if self._is_expired(claimed.delivery) and claimed.delivery.attempts >= LOOKS:
                    return self._held(claimed, UNANSWERED)
                wait = self._timing.backoff(claimed.delivery.attempts) if asked is None else asked
                return self._again(claimed, State.SENDING, code, wait)
            case Unreadable(code=code):
                return self._by_policy(claimed, code)
            case Missing():
                return None

    def _by_policy(self, claimed: Claimed, code: str) -> Settled | None:
        delivery = claimed.delivery
        if self._ports.policy(delivery.to.team, delivery.kind) == "hold":
            return self._held(claimed, code)
        self._ports.hook(DeliveryResent(kind=delivery.kind))
        return None

    async def _opened(self, claimed: Claimed) -> Claimed:
        """With the direct message's channel; where it may not be opened, the person's id has to do."""
        try:
            return await self._opener.opened(claimed)
        except Rejected as error:
            log.info("conversations.open was refused (%s); posting to the person", log_id(error.code))
            return claimed

    def _not_opened(self, claimed: Claimed, error: SendError) -> Settled:
        asked = error.seconds if isinstance(error, RetryLater) and error.code != "unreachable" else None
        wait = self._timing.backoff(claimed.delivery.attempts) if asked is None else asked
        return self._again(claimed, State.PENDING, error.code, wait)

    async def _sent(self, claimed: Claimed, lease: Lease) -> Settled:
        rendered = await self._ports.content.message(claimed.delivery)
        if isinstance(rendered, Nothing):
            return replace(self._ended(claimed, rendered.state, rendered.reason), gone=rendered.gone)
        settled = await self._posted(claimed, lease, rendered)
        return replace(settled, gone=rendered.gone)

    async def _posted(self, claimed: Claimed, lease: Lease, rendered: Rendered) -> Settled:
        """Post, simpler and simpler while Slack refuses the form; a refused one was certainly not posted."""
        owed, refused = claimed.delivery.owed, 0
        message = at_level(rendered.message, owed.degraded)
        while True:
            if self._is_stopping() or lease.left < self._timing.posting:
                return self._put_back(claimed)
            try:
                receipt = await self._post(claimed, lease, message)
            except SendError as error:
                outcome = outcome_of(error, claimed, message, refused)
            else:
                return self._arrived(claimed, receipt)
            if not isinstance(outcome, Simpler):
                return await self._failed(claimed, outcome)
            message, refused = outcome.message, refused + 1
            claimed = _degraded(claimed, outcome.degraded)

    async def _post(self, claimed: Claimed, lease: Lease, message: Message) -> Receipt:
        # Looked at once more where the bytes leave: a process may be frozen anywhere before that.
        until = lease.until - self._timing.settle
        try:
            async with asyncio.timeout(self._timing.http):
                receipt = await self._ports.sender.post(
                    address_of(claimed), message, claimed.delivery.id, until=until
                )
        except TimeoutError as error:
            raise Uncertain("Slack did not answer in time.", code="timeout") from error
        if not claimed.channel and claimed.delivery.to.is_personal:
            await self._keep(claimed, receipt.channel)
        return receipt

    async def _keep(self, claimed: Claimed, channel: str) -> None:
        try:
            await self._ports.outbox.keep_channel(claimed.lane, channel)
        except StoreAway:  # it is told anew by the next receipt; this message has arrived and is settled so
            log.warning("team=%s a channel could not be kept", log_id(claimed.delivery.to.team))

    async def _failed(self, claimed: Claimed, outcome: Outcome) -> Settled:
        match outcome:
            case Later(code=code, seconds=asked):
                return self._later(claimed, code, asked)
            case Unsure(code=code):
                return self._unsure(claimed, code)
            case Split(first=first, second=second):
                back = self._again(claimed, State.PENDING, "split", 0.0)
                return replace(back, owed=first, more=(second,))
            case Pause():
                return await self._paused(claimed, outcome)
            case GiveUp(code=code):
                return self._given_up(claimed, code)
            case Simpler():  # handled where it is posted
                raise AssertionError

    async def _paused(self, claimed: Claimed, pause: Pause) -> Settled:
        """Pause what is subscribed there; its owners' notices are written with the failure, in one go."""
        settled = self._given_up(claimed, pause.code)
        owners = await self._owners(claimed, pause.code)
        if claimed.delivery.kind is Kind.NOTICE:
            return settled
        now, command = self._ports.clock.now(), self._manners.command
        notices = [
            notice_to(owner, pause, claimed.delivery, now=now, command=command)
            for owner in dict.fromkeys(owners)
        ]
        return replace(settled, more=tuple(notices))

    async def _owners(self, claimed: Claimed, code: str) -> Sequence[str]:
        """Whom to tell.

        Nobody where another delivery paused it before; but a delivery that was tried before may have done so
        itself, in a process that died before it wrote the notice.
        """
        subscriptions, to = self._ports.subscriptions, claimed.delivery.to
        owners = await subscriptions.pause_all(to, code)
        if owners or claimed.delivery.attempts < 2:
            return owners
        digests = [] if to.is_personal else await subscriptions.digests(to)
        return [digest.owner for digest in digests if digest.paused == code and digest.owner]

    def _later(self, claimed: Claimed, code: str, asked: float | None) -> Settled:
        wait = self._timing.backoff(claimed.delivery.attempts) if asked is None else asked
        settled = self._again(claimed, State.PENDING, code, wait)
        if asked is not None and self._gates.is_whole_team(claimed.delivery.to.team, claimed.lane):
            return replace(settled, team_gate=seconds(asked))
        return settled

    def _unsure(self, claimed: Claimed, code: str) -> Settled:
        self._ports.hook(DeliveryUncertain(kind=claimed.delivery.kind))
        wait = max(self._timing.settle, self._timing.backoff(claimed.delivery.attempts))
        return self._again(claimed, State.SENDING, code, wait)

    def _put_back(self, claimed: Claimed, reason: str = "", wait: float = 0.0) -> Settled:
        """Not posted in this claim: as it was before."""
        return self._again(claimed, State.SENDING if claimed.uncertain else State.PENDING, reason, wait)

    def _again(self, claimed: Claimed, state: State, reason: str, wait: float) -> Settled:
        """Try once more after `wait`; the lane waits with it, so that order is kept."""
        settled = self._ended(claimed, state, reason)
        return replace(settled, wait=seconds(wait), gate=seconds(wait))

    def _given_up(self, claimed: Claimed, code: str) -> Settled:
        log.warning(
            "team=%s channel=%s delivery=%s was refused (%s) and is given up",
            log_id(claimed.delivery.to.team),
            log_id(claimed.delivery.to.key),
            log_id(claimed.delivery.id),
            log_id(code),
        )
        return self._ended(claimed, State.FAILED, code)

    def _held(self, claimed: Claimed, code: str) -> Settled:
        log.warning(
            "delivery=%s may have arrived (%s) and is held", log_id(claimed.delivery.id), log_id(code)
        )
        return self._ended(claimed, State.HELD, code)

    def _arrived(self, claimed: Claimed, receipt: Receipt) -> Settled:
        return replace(self._ended(claimed, State.SENT, ""), receipt=receipt)

    def _ended(self, claimed: Claimed, state: State, reason: str) -> Settled:
        owed = claimed.delivery if claimed.delivery.owed.degraded else None
        return Settled(claimed=claimed, state=state, reason=reason, owed=owed, at=self._ports.clock.now())

    def _is_expired(self, delivery: Delivery) -> bool:
        return self._ports.clock.now() >= delivery.expires_at


def _degraded(claimed: Claimed, level: int) -> Claimed:
    if not level:
        return claimed
    owed = replace(claimed.delivery.owed, degraded=level)
    return replace(claimed, delivery=replace(claimed.delivery, owed=owed))
