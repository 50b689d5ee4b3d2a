"""Why a brief was or was not sent to one destination: stage by stage, the first that decides; pure.

Each function walks the stages that the brief went through and stops at the one that tells the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.alerting import PUBLISHED_WITHIN, VISIBLE_WITHIN
from bot.domain.answers import Stage
from bot.domain.brief import Brief
from bot.domain.choosing import Fate, FateKind
from bot.domain.delivery import COUNTS, Kind, State
from bot.domain.ledger import Noted, SentBrief
from bot.domain.owed import RuleState
from bot.domain.subscription import Digest, HoldReason


class Reason(StrEnum):
    """The short code of a verdict; scripts may rely on it."""

    UNKNOWN = "unknown"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    NOT_DUE = "not-due"
    JUST_APPEARED = "just-appeared"
    NO_SUBSCRIPTION = "no-subscription"
    PAUSED = "paused"
    SENT = "sent"
    ON_ITS_WAY = "on-its-way"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    FILTERED = "filtered"
    TOO_OLD = "too-old"
    BEFORE = "before-subscription"
    SAME_STORY = "same-story"
    NEXT_DIGEST = "next-digest"
    LEFT_OVER = "left-over"
    QUIET = "held-quiet"
    GAP = "held-gap"
    MOST = "held-max"
    EXPIRED = "expired"
    MUTED = "muted"
    DID_NOT_CROSS = "did-not-cross"


@dataclass(slots=True)
class Path:
    """The stages that were walked, and the reason once one decides."""

    stages: list[Stage] = field(default_factory=list)
    reason: Reason | None = None
    words: str = ""
    at: datetime | None = None

    def passed(self, name: str, words: str, at: datetime | None = None) -> None:
        """This stage lets the brief go on."""
        self.stages.append(Stage(name=name, passed=True, words=words, at=at))

    def ends(self, name: str, reason: Reason, words: str, at: datetime | None = None) -> Path:
        """This stage decides."""
        good = reason in (Reason.SENT, Reason.ON_ITS_WAY, Reason.NEXT_DIGEST)
        self.stages.append(Stage(name=name, passed=good, words=words, at=at))
        self.reason, self.words, self.at = reason, words, at
        return self


_HOLDS = {HoldReason.QUIET: Reason.QUIET, HoldReason.GAP: Reason.GAP, HoldReason.MOST: Reason.MOST}
_HELD_BY = {
    HoldReason.QUIET: "It is held by your quiet hours, and comes with what else is held",
    HoldReason.GAP: "It is held by the pause between two alerts, and comes with what else is held",
    HoldReason.MOST: "It is held, because you had today's most messages, and comes with what else is held",
}
_SHOWN_AS = {
    Kind.DIGEST: "a digest",
    Kind.THREAD: "a digest's thread",
    Kind.ALERT: "an alert",
    Kind.BUNDLE: "a bundle of what was held",
    Kind.ESCALATION: "a reply under an alert",
    Kind.PART: "the second part of a long message",
    Kind.NOTICE: "a notice",
}


def seen_by_index(path: Path, brief: Brief | None, now: datetime) -> bool:
    """Whether readers may see the brief at all."""
    name = "visible"
    if brief is None:
        path.ends(name, Reason.UNKNOWN, "No brief of the folder has this name now.")
    elif brief.is_withdrawn:
        path.ends(name, Reason.WITHDRAWN, "Its editor withdrew it.")
    elif brief.is_hidden:
        path.ends(name, Reason.HIDDEN, "It is not published, so nobody sees it.")
    elif brief.published_at is not None and brief.published_at > now:
        path.ends(name, Reason.NOT_DUE, "It is kept back until", brief.published_at)
    else:
        path.passed(name, "Readers may see it.")
    return path.reason is None


def noted_by_ledger(path: Path, noted: Noted | None) -> bool:
    """Whether it was noticed as new; that takes a second or two."""
    if noted is None:
        path.ends("noticed", Reason.JUST_APPEARED, "It appeared a moment ago and is being looked at.")
        return False
    path.passed("noticed", "It became visible", noted.visible_at)
    return True


def delivered(path: Path, brief: int, sent: Sequence[SentBrief], subscription: str) -> bool:
    """Whether a delivery of this subscription decides: sent, on its way, uncertain; a failed one last."""
    own = [one for one in sent if one.brief == brief and one.subscription == subscription]
    counting = [one for one in own if one.state in COUNTS]
    if not counting:
        return True
    one = max(counting, key=lambda found: found.at)
    shown = _SHOWN_AS[one.kind]
    match one.state:
        case State.SENT:
            path.ends(
                "sent",
                Reason.SENT,
                f"It was sent as part of {shown}" if _in_many(one) else f"It was sent as {shown}",
                one.at,
            )
        case State.HELD:
            path.ends("sent", Reason.UNCERTAIN, f"It may have arrived as {shown}: {one.reason}", one.at)
        case _:
            path.ends("sent", Reason.ON_ITS_WAY, f"It is on its way as {shown}, decided", one.at)
    return False


def _in_many(one: SentBrief) -> bool:
    return one.kind in (Kind.DIGEST, Kind.THREAD, Kind.BUNDLE, Kind.PART)


def failed(path: Path, brief: int, sent: Sequence[SentBrief], subscription: str) -> bool:
    """Whether the newest delivery of it was given up, and nothing else came of it."""
    own = [one for one in sent if one.brief == brief and one.subscription == subscription]
    if not own or any(one.state in COUNTS for one in own):
        return True
    one = max(own, key=lambda found: found.at)
    path.ends(
        "sent", Reason.FAILED, f"Sending it {one.state} with: {one.reason or 'no reason given'}", one.at
    )
    return False


def by_digest(path: Path, digest: Digest, brief: int, fate: Fate | None, sent: Sequence[SentBrief]) -> Path:
    """The reason where the destination is a digest's; `fate` is that in the next run."""
    if not delivered(path, brief, sent, digest.id):
        return path
    kind = fate.kind if fate else FateKind.BEFORE
    if kind in (FateKind.FILTERED, FateKind.TOO_OLD, FateKind.SENT, FateKind.STORY_SENT, FateKind.BEFORE):
        return _refused_by_digest(path, fate)
    path.passed("filters", "The digest's filters let it pass.")
    if not failed(path, brief, sent, digest.id):
        return path
    if digest.paused or digest.next_at is None:
        return path.ends("schedule", Reason.PAUSED, "The digest is paused.")
    if kind is FateKind.SAME_STORY:
        return path.ends("story", Reason.SAME_STORY, "Another brief of the same story stands for it.")
    if kind is FateKind.LEFT:
        return path.ends("room", Reason.LEFT_OVER, "The next digest has no room for it and leaves it over.")
    return path.ends("schedule", Reason.NEXT_DIGEST, f"It waits for the next digest, {kind},", digest.next_at)


def _refused_by_digest(path: Path, fate: Fate | None) -> Path:
    if fate is None or fate.kind is FateKind.BEFORE:
        words = "It became visible before this digest's last look, and was not left over."
        return path.ends("new", Reason.BEFORE, words)
    match fate.kind:
        case FateKind.FILTERED:
            return path.ends("filters", Reason.FILTERED, f"It is filtered by `{fate.words}`.")
        case FateKind.TOO_OLD:
            words = "It is too old: this digest takes what was published since"
            return path.ends("age", Reason.TOO_OLD, words, fate.at)
        case FateKind.STORY_SENT:
            at = fate.sent.at if fate.sent else None
            return path.ends("story", Reason.SAME_STORY, "It is the same story as a brief sent here", at)
    at = fate.sent.at if fate.sent else None
    return path.ends("sent", Reason.SENT, "It was sent here before", at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What an alert's reason is read from.

    `stories` are those of the briefs that the rule has seen, `filtered` the filter that stops the brief
    (empty for none), `muted` what is muted of it, `until` when what is held comes.
    """

    state: RuleState
    noted: Noted
    seen_stories: frozenset[int]
    filtered: str
    muted: str
    until: datetime | None
    now: datetime


def by_rule(path: Path, facts: AlertFacts, sent: Sequence[SentBrief]) -> Path:
    """The reason where the destination is a person with an alert rule."""
    state, noted = facts.state, facts.noted
    if not _held(path, facts) or not delivered(path, noted.id, sent, state.rule.id):
        return path
    if not failed(path, noted.id, sent, state.rule.id):
        return path
    if state.expired and noted.id in state.expired:
        at = state.expired[noted.id]
        return path.ends("held", Reason.EXPIRED, "It was held back for longer than 36 hours and expired", at)
    if state.rule.paused:
        return path.ends("rule", Reason.PAUSED, "Your alerts are paused.")
    if facts.muted:
        return path.ends("mutes", Reason.MUTED, f"You muted {facts.muted}.")
    if facts.filtered:
        return path.ends("filters", Reason.FILTERED, f"It is filtered by `{facts.filtered}`.")
    path.passed("filters", "Your rule matches it.")
    return _not_alerted(path, facts, sent)


def _held(path: Path, facts: AlertFacts) -> bool:
    for held in facts.state.held:
        if held.brief == facts.noted.id:
            path.ends("held", _HOLDS[held.why], _HELD_BY[held.why], facts.until)
            return False
    return True


def _not_alerted(path: Path, facts: AlertFacts, sent: Iterable[SentBrief]) -> Path:
    """Why a brief that matches now was not alerted."""
    state, noted, now = facts.state, facts.noted, facts.now
    told = [one for one in sent if one.story == noted.story and one.state in COUNTS and one.brief != noted.id]
    if told:
        at = max(one.at for one in told)
        return path.ends("story", Reason.SAME_STORY, "It is the same story as a brief sent to you", at)
    if noted.visible_at < state.rule.changed_at or noted.id in state.seen:
        words = "It matched before your rule was made or last changed"
        return path.ends("new", Reason.BEFORE, words, state.rule.changed_at)
    if noted.story in facts.seen_stories:
        return path.ends("story", Reason.SAME_STORY, "It is the same story as one your rule knew before.")
    if now - noted.visible_at > VISIBLE_WITHIN or now - noted.published_at > PUBLISHED_WITHIN:
        words = (
            "It is too old: an alert comes within 48 hours of appearing and 7 days of publication. Published"
        )
        return path.ends("age", Reason.TOO_OLD, words, noted.published_at)
    words = "It matches now, but neither appeared nor crossed your line since your rule was made."
    return path.ends("new", Reason.DID_NOT_CROSS, words)
