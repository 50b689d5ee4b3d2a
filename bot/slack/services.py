"""What the bot is given: settings, search, messages, installations, and two questions about the index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.config import Settings
from bot.domain.installation import Installation
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


def _no_notes() -> Sequence[str]:
    return ()


def _ready() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything below the Slack surface.

    `notes` are sentences for `/news status`; `is_ready` is false while the index is not complete yet.
    """

    settings: Settings
    clock: Clock
    search: Search
    index: SearchIndex
    renderer: Renderer
    installations: Installations | None = None
    notes: Callable[[], Sequence[str]] = _no_notes
    is_ready: Callable[[], bool] = _ready
