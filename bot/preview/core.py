"""What all parts of the server share: the world, faults, journal, tokens, addresses."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.domain.ports import Clock
from bot.preview.faults import Faults
from bot.preview.journal import Journal
from bot.preview.sample import ADA
from bot.preview.world import World

TRIGGER_SECONDS = 3
KEPT_TRIGGERS = 1_000
IMAGE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}


def new_token(prefix: str) -> str:
    """A token of this workspace, in Slack's form."""
    return f"{prefix}-preview-{secrets.token_hex(12)}"


class Triggers:
    """The `trigger_id`s given out: each opens one dialog, within TRIGGER_SECONDS."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[str, datetime]] = {}

    def give(self, person: str, now: datetime) -> str:
        """A new one for something that `person` just did."""
        trigger = f"{len(self._open) + 1}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._open[trigger] = (person, now)
        while len(self._open) > KEPT_TRIGGERS:
            del self._open[next(iter(self._open))]
        return trigger

    def take(self, trigger: str, now: datetime) -> str:
        """The person who acted; raises LookupError with Slack's error code."""
        if trigger not in self._open:
            raise LookupError("invalid_trigger_id" if trigger else "invalid_arguments")
        person, at = self._open[trigger]
        if not person:
            raise LookupError("exchanged_trigger_id")
        if now - at > timedelta(seconds=TRIGGER_SECONDS):
            raise LookupError("expired_trigger_id")
        self._open[trigger] = ("", at)
        return person


@dataclass(slots=True, kw_only=True)
class Core:
    """One per workspace; `root` is `http://host:port`, known once the server listens."""

    world: World
    clock: Clock
    signing_secret: str
    command: str
    asset_folders: Sequence[Path] = ()
    root: str = ""
    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    bot_token: str = field(default_factory=lambda: new_token("xoxb"))
    app_token: str = field(default_factory=lambda: new_token("xapp"))
    bot_tokens: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    triggers: Triggers = field(default_factory=Triggers)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.bot_tokens.add(self.bot_token)

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than the workspace runs."""
        try:
            await asyncio.wait_for(self.stopping.wait(), seconds)
        except TimeoutError:
            return

    def follow_zone(self, zone: str) -> None:
        """Move the first person to the zone of the browser that shows the page."""
        self.world.people[ADA] = replace(self.world.people[ADA], zone=zone)

    def asset(self, path: str) -> Path | None:
        """The image file of an assets path such as `images/x.png`, from the first folder that has it."""
        relative = Path(unquote(path))
        if relative.suffix.lower() not in IMAGE_TYPES or relative.is_absolute() or "\0" in path:
            return None
        for folder in self.asset_folders:
            root = folder.resolve()
            found = (root / relative).resolve()
            if found.is_relative_to(root) and found.is_file():
                return found
        return None

    def own_asset(self, url: str) -> str | None:
        """The assets path of an address that points at this server; None for any other address."""
        prefix = f"{self.root}/assets/"
        return urlsplit(url).path.removeprefix("/assets/") if self.root and url.startswith(prefix) else None

    def can_download(self, method: str, url: str) -> bool:
        """Whether "Slack's servers" could fetch this image: a type that Slack takes, and not refused.

        Own assets have to exist; other addresses are believed, because the preview works offline.
        """
        if self.faults.refuses_image(method, url):
            return False
        own = self.own_asset(url)
        if own is not None:
            return self.asset(own) is not None
        suffix = Path(urlsplit(url).path).suffix.lower()
        return suffix not in (".webp", ".svg", ".avif", ".bmp", ".tif", ".tiff", ".ico")
