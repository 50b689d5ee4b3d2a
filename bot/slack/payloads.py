"""Reading ids and texts out of what Slack sends, whatever shape it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.outlet import Asker


def text_at(payload: object, *path: str) -> str:
    """The text at a path of keys; empty where there is none."""
    for key in path:
        payload = payload.get(key) if isinstance(payload, Mapping) else None
    return payload if isinstance(payload, str) else ""


def asker_of_command(body: Mapping[str, Any]) -> Asker:
    """Who typed a slash command."""
    return Asker(
        team=text_at(body, "team_id"),
        enterprise=text_at(body, "enterprise_id"),
        channel=text_at(body, "channel_id"),
        user=text_at(body, "user_id"),
        response_url=text_at(body, "response_url"),
        thread=text_at(body, "thread_ts"),
    )


def asker_of_action(body: Mapping[str, Any]) -> Asker:
    """Who pressed a button; in a thread, the answer belongs there."""
    return Asker(
        team=text_at(body, "team", "id") or text_at(body, "user", "team_id"),
        enterprise=text_at(body, "enterprise", "id"),
        channel=text_at(body, "channel", "id") or text_at(body, "container", "channel_id"),
        user=text_at(body, "user", "id"),
        response_url=text_at(body, "response_url"),
        thread=text_at(body, "container", "thread_ts") or text_at(body, "message", "thread_ts"),
        trigger=text_at(body, "trigger_id"),
    )


def asker_of_dialog(body: Mapping[str, Any]) -> Asker:
    """Who sent a dialog, and from where it had been opened (`Dialogs` keeps that in it)."""
    opened = kept_in_dialog(body)
    return Asker(
        team=text_at(body, "team", "id") or text_at(body, "user", "team_id"),
        enterprise=text_at(body, "enterprise", "id"),
        channel=text_at(opened, "channel"),
        user=text_at(body, "user", "id"),
        thread=text_at(opened, "thread"),
    )


def kept_in_dialog(body: Mapping[str, Any]) -> object:
    """What a dialog was opened with, as JSON in its `private_metadata`; None where that is none of ours."""
    try:
        return json.loads(text_at(body, "view", "private_metadata"))
    except (ValueError, RecursionError):
        return None


def written(body: Mapping[str, Any]) -> tuple[str, str]:
    """The block of a dialog's first input, and what was written into it."""
    view = body.get("view")
    state = view.get("state") if isinstance(view, Mapping) else None
    values = state.get("values") if isinstance(state, Mapping) else None
    for block, inputs in values.items() if isinstance(values, Mapping) else ():
        for name in inputs if isinstance(inputs, Mapping) else ():
            return str(block), text_at(inputs, name, "value")
    return "", ""


def asker_of_event(body: Mapping[str, Any]) -> Asker:
    """Who wrote a message to the bot; a mention in a channel is answered in its thread."""
    event = body.get("event")
    in_channel = text_at(event, "channel_type") != "im"
    thread = text_at(event, "thread_ts") or (text_at(event, "ts") if in_channel else "")
    return Asker(
        team=text_at(body, "team_id"),
        enterprise=text_at(body, "enterprise_id"),
        channel=text_at(event, "channel"),
        user=text_at(event, "user"),
        thread=thread,
    )


def pressed(body: Mapping[str, Any]) -> tuple[str, str]:
    """The name of the pressed button, without its number, and its value."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    value = text_at(action, "value") or text_at(action, "selected_option", "value")
    return text_at(action, "action_id").partition(":")[0], value
