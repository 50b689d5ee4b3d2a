"""`views.*`: the app's home and its dialogs."""

from __future__ import annotations

import hashlib
import json
import secrets

from bot.preview.api.call import ApiError, Arguments, Method
from bot.preview.blockkit import check_view
from bot.preview.core import Core
from bot.preview.judge import refusal, with_block_ids
from bot.preview.sample import APP_ID, BOT_ID
from bot.preview.world import Json

MAX_STACK = 3
MAX_VIEW = 250_000


def _read(arguments: Arguments) -> Json:
    view = arguments.structure("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments")
    if len(json.dumps(view)) > MAX_VIEW:
        raise ApiError("view_too_large")
    if errors := [finding for finding in check_view(view) if finding.is_error]:
        raise ApiError("invalid_arguments", **refusal(tuple(errors)))
    return view


def _stamped(core: Core, view: Json, *, view_id: str = "") -> Json:
    full = {**view, "blocks": list(with_block_ids(tuple(view.get("blocks", ()))))}
    digest = hashlib.sha256(json.dumps(full, sort_keys=True).encode()).hexdigest()[:10]
    return full | {
        "id": view_id or f"V{secrets.token_hex(5).upper()}",
        "team_id": core.world.team_id,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "hash": f"{core.world.next_ts()}.{digest}",
        "state": {"values": {}},
    }


def _acting(core: Core, arguments: Arguments) -> str:
    try:
        return core.triggers.take(arguments.text("trigger_id"), core.clock.now())
    except LookupError as error:
        raise ApiError(str(error)) from error


def open_dialog(core: Core, arguments: Arguments) -> Json:
    """`views.open`: a dialog in place of any other."""
    view = _stamped(core, _read(arguments))
    person = _acting(core, arguments)
    core.world.show_dialogs(person, [view])
    return {"ok": True, "view": view}


def push(core: Core, arguments: Arguments) -> Json:
    """`views.push`: a dialog over the open one, three at most."""
    view = _stamped(core, _read(arguments))
    person = _acting(core, arguments)
    stack = core.world.dialogs.get(person, [])
    if len(stack) >= MAX_STACK:
        raise ApiError("push_limit_reached")
    core.world.show_dialogs(person, [*stack, view])
    return {"ok": True, "view": view}


def update(core: Core, arguments: Arguments) -> Json:
    """`views.update`: by `view_id`; `hash` guards against overtaking."""
    view_id = arguments.text("view_id")
    for person, stack in core.world.dialogs.items():
        for place, old in enumerate(stack):
            if view_id and old["id"] == view_id:
                _check_hash(old, arguments)
                view = _stamped(core, _read(arguments), view_id=view_id)
                core.world.show_dialogs(person, [*stack[:place], view, *stack[place + 1 :]])
                return {"ok": True, "view": view}
    raise ApiError("not_found")


def publish(core: Core, arguments: Arguments) -> Json:
    """`views.publish`: a person's Home tab."""
    person = arguments.text("user_id")
    if person not in core.world.people:
        raise ApiError("user_not_found" if person else "invalid_arguments")
    old = core.world.homes.get(person)
    if old:
        _check_hash(old, arguments)
    view = _stamped(core, _read(arguments), view_id=old["id"] if old else "")
    core.world.show_home(person, view)
    return {"ok": True, "view": view}


def _check_hash(old: Json, arguments: Arguments) -> None:
    if arguments.text("hash") not in ("", old["hash"]):
        raise ApiError("hash_conflict")


METHODS: dict[str, Method] = {
    "views.open": open_dialog,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
