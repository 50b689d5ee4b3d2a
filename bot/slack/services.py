"""What the bot is given: settings, search, messages, installations, what is owed, and two questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.config import Settings
from bot.dispatch.requests import AlertOrder, DigestOrder, DigestRequest, RuleRequest
from bot.domain.answers import OwedStatus, Visitor
from bot.domain.installation import Installation
from bot.domain.message import Message
from bot.domain.ports import Clock, SearchIndex
from bot.render import Renderer
from bot.search import Search


class Installations(Protocol):
    """Where the workspaces that installed the bot are kept; tokens are encrypted at rest by the store."""

    async def save(self, installation: Installation) -> None:
        """Keep it, in place of an earlier one of the same workspace."""
        ...

    async def find(self, team_id: str, enterprise_id: str) -> Installation | None:
        """The workspace's own installation, else that of its whole organization."""
        ...

    async def delete(self, team_id: str, enterprise_id: str) -> None:
        """Forget it."""
        ...

    async def all(self) -> Sequence[Installation]:
        """Every installation."""
        ...


class Owing(Protocol):
    """Digests, alerts and what is owed of them; each answer is for the asker alone.

    Raises UsageError for what cannot be done as asked, and StoreAway. `digest` is a digest's id; what is gone
    meanwhile is answered with a sentence.
    """

    async def set_digest(self, visitor: Visitor, request: DigestRequest) -> Message:
        """Make a digest where the asker is, or change the one with the same filters."""
        ...

    async def order_digest(self, visitor: Visitor, order: DigestOrder, digest: str = "") -> Message:
        """Show, preview, send, pause, resume or end one; without an id that of the order's number."""
        ...

    async def say_nothing_new(self, visitor: Visitor, digest: str) -> Message:
        """Say that nothing is new, or no longer say it."""
        ...

    async def digest_form(self, visitor: Visitor, digest: str) -> dict[str, Any] | Message:
        """A dialog with one text input, the digest's rule as it would be typed."""
        ...

    async def change_digest(self, visitor: Visitor, digest: str, request: DigestRequest) -> Message:
        """Give a digest another rule."""
        ...

    async def set_rule(self, visitor: Visitor, request: RuleRequest, text: str) -> Message:
        """Take an alert rule, or offer thresholds where it has none; `text` is the rule as typed."""
        ...

    async def order_alerts(self, visitor: Visitor, order: AlertOrder) -> Message:
        """Show, pause, resume or end the asker's rule."""
        ...

    async def undo_rule(self, visitor: Visitor, before: str) -> Message:
        """Back to the rule with the text `before`; empty: to none."""
        ...

    async def alert_form(self, visitor: Visitor) -> dict[str, Any] | Message:
        """A dialog with one text input, the asker's rule as it would be typed."""
        ...

    async def mute_story(self, visitor: Visitor, brief: int) -> Message:
        """No more of a brief's story; `brief` is the ledger's id."""
        ...

    async def mute_topic(self, visitor: Visitor, topic: str) -> Message:
        """No more of a topic, by its name."""
        ...

    async def unmute(self, visitor: Visitor, value: str) -> Message:
        """Hear of it again: `story:` or `topic:` and the mute's key."""
        ...

    async def why(self, visitor: Visitor, text: str, slug: str = "") -> Message:
        """Why a brief (words of its title, a link, or its slug) was or was not sent; without one, the day."""
        ...

    async def forget(self, visitor: Visitor) -> Message:
        """Forget all that is kept of the asker."""
        ...

    async def release(self, visitor: Visitor, delivery: str, *, send: bool) -> Message:
        """Send or drop a delivery that waits for a person."""
        ...

    async def status(self, visitor: Visitor) -> OwedStatus:
        """What `/news status` says of it."""
        ...


def _no_notes() -> Sequence[str]:
    return ()


def _ready() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything below the Slack surface.

    Without `owing` there are no digests and alerts: their verbs are searches.
    `notes` are sentences for `/news status`; `is_ready` is false while the index is not complete yet.
    """

    settings: Settings
    clock: Clock
    search: Search
    index: SearchIndex
    renderer: Renderer
    installations: Installations | None = None
    owing: Owing | None = None
    notes: Callable[[], Sequence[str]] = _no_notes
    is_ready: Callable[[], bool] = _ready
