"""What the page shows to one person, as plain values for the templates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.errors import UsageError
from bot.preview.core import Core
from bot.preview.sample import ADA
from bot.preview.world import Conversation, Finding, Kind, Person, Posted

SHOWN_MESSAGES = 300
"""Messages of a conversation that a freshly opened page shows."""
SHIFTED_SECONDS = 60
"""From this difference on the page says that its calendar is not today's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message with what is known about it from its surroundings."""

    message: Posted
    author: Person | None
    replies: int = 0
    last_reply_ts: str = ""

    @property
    def id(self) -> str:
        """The id of its element on the page."""
        return "m-" + self.message.ts.replace(".", "-")

    @property
    def errors(self) -> list[Finding]:
        """What Slack refuses."""
        return [finding for finding in self.message.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        """What Slack would show otherwise than it was meant."""
        return [finding for finding in self.message.findings if not finding.is_error]

    @property
    def source(self) -> str:
        """What was sent, as JSON to read."""
        body = {"text": self.message.text, "blocks": list(self.message.blocks)}
        return json.dumps(body, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question to try: what is typed after the command, and what it shows."""

    text: str
    meaning: str


EXAMPLES = (
    Example(text="clearvew", meaning="a typo on purpose: it finds Clearview"),
    Example(text="top", meaning="the hottest briefs first"),
    Example(text="topic:AI since:2021-01-01", meaning="filters, alone or beside words"),
    Example(text="latest is:video", meaning="newest first, videos only"),
    Example(text="help", meaning="everything that can be asked"),
)

HINTS = (
    Example(text="", meaning="the hottest briefs now"),
    Example(text="top", meaning="hottest first"),
    Example(text="latest", meaning="newest first"),
    Example(text="topics", meaning="what the briefs are about"),
    Example(text="providers", meaning="where they come from"),
    Example(text="status", meaning="how many briefs, and whether all is well"),
    Example(text="help", meaning="every command and filter"),
    Example(text="search ", meaning="search even for a word that is a command"),
)


class Model:
    """Reads the world for one person at a time."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._real_time = SystemClock()
        self._read: dict[tuple[str, str], str] = {}

    def person(self, user: str) -> Person:
        """The person with this id; the first one where none is named. Raises UsageError."""
        found = self._core.world.people.get(user or ADA)
        if found is None:
            raise UsageError("There is nobody with that id in this workspace.")
        return found

    def conversations(self, person: Person) -> list[Conversation]:
        """What the sidebar lists, archived channels last."""
        everything = self._core.world.conversations.values()
        return sorted((one for one in everything if sees(person, one)), key=lambda one: one.is_archived)

    def conversation(self, person: Person, channel: str) -> Conversation:
        """The conversation with this id, the first one where none is named. Raises UsageError."""
        for one in self.conversations(person):
            if channel in ("", one.id):
                return one
        raise UsageError(f"There is no such conversation for {person.real_name}.")

    def messages(self, person: Person, channel: Conversation) -> list[Shown]:
        """The main line of a conversation as this person sees it, oldest first."""
        seen = [one for one in self._core.world.timeline(channel.id) if can_see(person, one)]
        main = [one for one in seen if not one.is_reply][-SHOWN_MESSAGES:]
        return [self.shown(person, message) for message in main]

    def thread(self, person: Person, channel: Conversation, ts: str) -> list[Shown]:
        """A thread's parent and replies; empty where the parent is gone."""
        thread = self._core.world.thread(channel.id, ts)
        if not thread or not can_see(person, thread[0]):
            return []
        return [self.shown(person, one) for one in thread if can_see(person, one)]

    def shown(self, person: Person, message: Posted) -> Shown:
        """One message with its author and the number of its replies."""
        thread = self._core.world.thread(message.channel, message.ts)
        replies = [one for one in thread[1:] if can_see(person, one)]
        return Shown(
            message=message,
            author=self._core.world.member(message.user),
            replies=len(replies),
            last_reply_ts=replies[-1].ts if replies else "",
        )

    def mark_read(self, person: Person, channel: str) -> None:
        """Everything in a conversation has been seen by this person."""
        timeline = self._core.world.timeline(channel)
        self._read[person.id, channel] = timeline[-1].ts if timeline else ""

    def unread(self, person: Person, channel: Conversation) -> int:
        """How many messages of others came since this person looked."""
        last = self._read.get((person.id, channel.id))
        if last is None:
            return 0
        timeline = self._core.world.timeline(channel.id)
        return sum(one.ts > last and one.user != person.id and can_see(person, one) for one in timeline)

    def local(self, person: Person) -> datetime:
        """Now, in a person's zone."""
        return self._core.clock.now().astimezone(ZoneInfo(person.zone))

    @property
    def shift_ms(self) -> int:
        """Milliseconds between the machine's clock and the workspace's calendar; 0 where they agree."""
        shift = (self._core.clock.now() - self._real_time.now()).total_seconds()
        return int(shift * 1000) if abs(shift) > SHIFTED_SECONDS else 0

    def name(self, some_id: str) -> str:
        """What a mention of a person or channel shows."""
        world = self._core.world
        if person := world.member(some_id):
            return person.real_name
        found = world.conversations.get(some_id)
        return found.name if found else ""


def sees(person: Person, conversation: Conversation) -> bool:
    """Public channels are for all, everything else for its members."""
    return conversation.kind is Kind.PUBLIC or person.id in conversation.members


def can_see(person: Person, message: Posted) -> bool:
    """Ephemeral messages are for one person."""
    return message.only_for in ("", person.id)


def of_kind(conversations: Sequence[Conversation], *, direct: bool) -> list[Conversation]:
    """Direct messages, or everything else."""
    return [one for one in conversations if (one.kind is Kind.DIRECT) is direct]
