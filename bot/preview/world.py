"""What the workspace holds: people, conversations, messages; in memory, bounded, told to listeners.

Message ids (`ts`) are Slack's: seconds since 1970 with six digits, strictly growing over the whole
workspace, so that two messages of one frozen moment stay apart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.domain.ports import Clock

Json = dict[str, Any]

KEPT_MESSAGES = 5_000
"""Messages kept per conversation; older ones fall away."""


class Kind(StrEnum):
    """What a conversation is, by Slack's `channel_type`."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member of the workspace; `zone` is an IANA name, `color` picks the avatar's colour (0 to 7)."""

    id: str
    name: str
    real_name: str
    zone: str = "UTC"
    title: str = ""
    color: int = 0
    is_bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A channel or a direct message; `members` are ids of people and of the bot."""

    id: str
    name: str
    kind: Kind = Kind.PUBLIC
    members: frozenset[str] = frozenset()
    topic: str = ""
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with what the bot sent.

    `pointer` is a JSON pointer into the payload. An error is refused as Slack refuses it; a warning is
    something that Slack would show, but not as it was meant.
    """

    pointer: str
    message: str
    is_error: bool = True

    @property
    def slack_text(self) -> str:
        """The form that Slack's own answers have."""
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message as it stands in a conversation.

    `only_for` is the id of the one person who sees it (ephemeral), `via` the command it answers, `hook`
    the id of the `response_url` it came by.
    `refused` is Slack's error code where the message was turned away: it is then shown on the page as
    a warning and nowhere else.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str = ""
    metadata: Mapping[str, Any] | None = None
    edited_ts: str = ""
    only_for: str = ""
    via: str = ""
    refused: str = ""
    hook: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def is_reply(self) -> bool:
        """True for a message inside a thread."""
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def is_lasting(self) -> bool:
        """True for what history returns: neither ephemeral nor refused."""
        return not self.only_for and not self.refused


class ChangeKind(StrEnum):
    """What happened to a message, or (VIEW) to what a person sees of the app's home and dialogs."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    VIEW = "view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of the world, for listeners; `person` is set for VIEW, `message` for all else."""

    kind: ChangeKind
    message: Posted | None = None
    person: str = ""


Listener = Callable[[Change], None]


@dataclass(slots=True, kw_only=True)
class World:
    """The workspace's state. Not thread-safe: it belongs to one event loop."""

    clock: Clock
    team_id: str
    team_name: str
    bot: Person
    people: dict[str, Person]
    conversations: dict[str, Conversation]
    homes: dict[str, Json] = field(default_factory=dict)
    dialogs: dict[str, list[Json]] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    _timelines: dict[str, OrderedDict[str, Posted]] = field(default_factory=dict)
    _replies: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _last_tick: int = 0

    def next_ts(self) -> str:
        """A new message id: now, or just after the last one."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_tick = max(now, self._last_tick + 1)
        return f"{self._last_tick // 1_000_000}.{self._last_tick % 1_000_000:06d}"

    def member(self, user_id: str) -> Person | None:
        """A person or the bot, by id."""
        return self.bot if user_id == self.bot.id else self.people.get(user_id)

    def direct(self, user_id: str) -> Conversation:
        """The direct message between a person and the bot, opened where there was none."""
        conversation = Conversation(
            id=f"D{user_id[1:]}",
            name=self.bot.name,
            kind=Kind.DIRECT,
            members=frozenset({user_id, self.bot.id}),
        )
        return self.conversations.setdefault(conversation.id, conversation)

    def add(self, message: Posted) -> Posted:
        """Keep a new message and tell the listeners."""
        timeline = self._timelines.setdefault(message.channel, OrderedDict())
        timeline[message.ts] = message
        if message.is_reply:
            self._replies.setdefault((message.channel, message.thread_ts), []).append(message.ts)
        while len(timeline) > KEPT_MESSAGES:
            ts, _ = timeline.popitem(last=False)
            self._replies.pop((message.channel, ts), None)
        self._tell(ChangeKind.ADDED, message)
        return message

    def change(self, message: Posted) -> Posted:
        """Put an edited message in the place of the one with the same id."""
        self._timelines[message.channel][message.ts] = message
        self._tell(ChangeKind.CHANGED, message)
        return message

    def remove(self, message: Posted) -> None:
        """Take a message away."""
        if self._timelines.get(message.channel, OrderedDict()).pop(message.ts, None):
            self._tell(ChangeKind.REMOVED, message)

    def show_home(self, person: str, view: Json) -> None:
        """What a person sees on the app's Home tab."""
        self.homes[person] = view
        self._notify(Change(kind=ChangeKind.VIEW, person=person))

    def show_dialogs(self, person: str, stack: list[Json]) -> None:
        """The dialogs open for a person, the top one last."""
        self.dialogs[person] = stack
        self._notify(Change(kind=ChangeKind.VIEW, person=person))

    def find(self, channel: str, ts: str) -> Posted | None:
        """The message with this id, ephemeral and refused ones too."""
        return self._timelines.get(channel, OrderedDict()).get(ts)

    def timeline(self, channel: str) -> Sequence[Posted]:
        """Everything in a conversation, oldest first."""
        return tuple(self._timelines.get(channel, {}).values())

    def thread(self, channel: str, ts: str) -> list[Posted]:
        """A message and its replies, oldest first; empty where there is no such message."""
        ids = (ts, *self._replies.get((channel, ts), ()))
        found = (self.find(channel, one) for one in ids)
        thread = [message for message in found if message is not None]
        return thread if thread and thread[0].ts == ts else []

    def lasting(self, channel: str, thread_ts: str = "") -> list[Posted]:
        """What history shows, oldest first: the main line, or one thread with its parent."""
        if thread_ts:
            return [message for message in self.thread(channel, thread_ts) if message.is_lasting]
        return [message for message in self.timeline(channel) if message.is_lasting and not message.is_reply]

    def join(self, channel: str, user_id: str) -> Conversation:
        """Make someone a member."""
        conversation = self.conversations[channel]
        joined = replace(conversation, members=conversation.members | {user_id})
        self.conversations[channel] = joined
        return joined

    def _tell(self, kind: ChangeKind, message: Posted) -> None:
        self._notify(Change(kind=kind, message=message))

    def _notify(self, change: Change) -> None:
        for listener in tuple(self.listeners):
            listener(change)
