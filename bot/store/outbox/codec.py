"""What is owed as JSON and back, exactly; what has its default value is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.domain.delivery import Mark, Owed

_EMPTY = {field.name: getattr(Owed(), field.name) for field in fields(Owed)}


def owed_to_json(owed: Owed) -> str:
    """As JSON in ASCII, so that any text inside survives any database."""
    found = {name: _plain(value) for name, empty in _EMPTY.items() if (value := getattr(owed, name)) != empty}
    return json.dumps(found, separators=(",", ":"))


def owed_from_json(document: str) -> Owed:
    """What `owed_to_json` wrote."""
    return Owed(**{name: _READ[name](value) for name, value in json.loads(document).items()})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _ids(value: list[int]) -> tuple[int, ...]:
    return tuple(value)


def _marks(value: Mapping[str, str]) -> dict[int, Mark]:
    return {int(brief): Mark(mark) for brief, mark in value.items()}


def _numbers(value: Mapping[str, int]) -> dict[int, int]:
    return {int(brief): number for brief, number in value.items()}


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("full", "also", "thread", "left"), _ids),
    **dict.fromkeys(("heats", "outlets"), _numbers),
    **dict.fromkeys(("due_at", "cut_at"), datetime.fromisoformat),
    "marks": _marks,
    "text": str,
    "degraded": int,
}
