"""The arguments of a Web API call, whichever way they were sent, and its refusal."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.preview.core import Core
from bot.preview.world import Conversation, Json, Kind


class ApiError(Exception):
    """A call is answered `{"ok": false, "error": code}`; `extra` are further keys of the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> Json:
        """The JSON that Slack sends."""
        return {"ok": False, "error": self.code, **self.extra}


class Arguments(dict[str, Any]):
    """A call's arguments; values from a form are text, from JSON whatever was sent."""

    def text(self, name: str) -> str:
        """A text argument, empty where it is missing."""
        value = self.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def structure(self, name: str, error: str) -> object:
        """An object or a list, as JSON text in a form; None where it is missing."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as mistake:
            raise ApiError(error) from mistake

    def flag(self, name: str) -> bool:
        """A switch: true, "true", 1 and "1" are on."""
        return str(self.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        try:
            value = int(self.text(name) or default)
        except ValueError as mistake:
            raise ApiError("invalid_arguments") from mistake
        if value < 1:
            raise ApiError("invalid_limit")
        return min(value, most)


Method = Callable[[Core, Arguments], Json]


async def read_arguments(request: web.Request) -> Arguments:
    """Query, form and JSON together; raises ApiError where the JSON is none."""
    arguments = Arguments(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except (ValueError, RecursionError) as mistake:
            raise ApiError("invalid_json") from mistake
        if not isinstance(body, Mapping):
            raise ApiError("json_not_object")
        arguments.update(body)
    else:
        arguments.update({key: str(value) for key, value in (await request.post()).items()})
    return arguments


def page(items: list[Json], arguments: Arguments, *, default: int, most: int) -> tuple[list[Json], str]:
    """One page of `items` and the cursor of the next (empty at the end)."""
    limit = arguments.number("limit", default, most)
    start = _position(arguments.text("cursor"))
    rest = start + limit
    cursor = base64.b64encode(f"next:{rest}".encode()).decode() if rest < len(items) else ""
    return items[start:rest], cursor


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error) as mistake:
        raise ApiError("invalid_cursor") from mistake


def conversation(core: Core, name: str, *, for_bot: bool = True) -> Conversation:
    """The conversation that `channel` names; a person's id means the direct message with them.

    Private channels without the bot do not exist for it, as in Slack.
    """
    world = core.world
    found = world.conversations.get(name)
    if found is None and name in world.people:
        found = world.direct(name)
    if found is None:
        by_name = (one for one in world.conversations.values() if f"#{one.name}" == name)
        found = next((one for one in by_name if one.kind is not Kind.DIRECT), None)
    if found is None or (for_bot and found.kind is not Kind.PUBLIC and world.bot.id not in found.members):
        raise ApiError("channel_not_found")
    return found
