"""The payloads that Slack sends to an app, as plain values."""

from __future__ import annotations

import secrets
from typing import Any

from bot.preview.core import Core
from bot.preview.sample import APP_ID
from bot.preview.world import Conversation, Json, Kind, Person, Posted


def slash_command(core: Core, person: Person, channel: Conversation, text: str, response_url: str) -> Json:
    """The form of a slash command; `text` is as Slack sends it."""
    return {
        "token": "preview",
        "team_id": core.world.team_id,
        "team_domain": "morning-edition",
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind is Kind.DIRECT else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": core.command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": core.triggers.give(person.id, core.clock.now()),
    }


def _actor(core: Core, person: Person) -> Json:
    return {
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": core.world.team_id,
        },
        "api_app_id": APP_ID,
        "token": "preview",
        "trigger_id": core.triggers.give(person.id, core.clock.now()),
        "team": {"id": core.world.team_id, "domain": "morning-edition"},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_action(
    core: Core, person: Person, message: Posted, message_json: Json, action: Json, response_url: str
) -> Json:
    """A press in a message. As in Slack, an ephemeral message itself is not part of it."""
    channel = core.world.conversations[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.only_for),
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    body: Json = {
        "type": "block_actions",
        **_actor(core, person),
        "container": container,
        "channel": {
            "id": channel.id,
            "name": "directmessage" if channel.kind is Kind.DIRECT else channel.name,
        },
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [{**action, "action_ts": core.world.next_ts()}],
    }
    return body if message.only_for else body | {"message": message_json}


def view_action(core: Core, person: Person, view: Json, values: Json, action: Json) -> Json:
    """A press inside a home or a dialog; `values` is the state of its inputs."""
    return {
        "type": "block_actions",
        **_actor(core, person),
        "container": {"type": "view", "view_id": view["id"]},
        "view": {**view, "state": {"values": values}},
        "actions": [{**action, "action_ts": core.world.next_ts()}],
    }


def view_end(core: Core, person: Person, view: Json, values: Json, *, submitted: bool) -> Json:
    """A dialog was sent or closed."""
    kind = "view_submission" if submitted else "view_closed"
    body: Json = {"type": kind, **_actor(core, person), "view": {**view, "state": {"values": values}}}
    extra: Json = {"response_urls": []} if submitted else {"is_cleared": False}
    return body | extra


def event_callback(core: Core, event: Json, *, event_id: str = "") -> Json:
    """An event in its envelope."""
    return {
        "token": "preview",
        "team_id": core.world.team_id,
        "api_app_id": APP_ID,
        "type": "event_callback",
        "event_id": event_id or f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(core.clock.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": core.world.team_id,
                "user_id": core.world.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event": event,
    }


def message_event(message: Posted, channel: Conversation) -> Json:
    """What the bot hears of a person's message."""
    event: Json = {
        "type": "message",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "channel": message.channel,
        "channel_type": channel.kind.value,
        "event_ts": message.ts,
    }
    return event | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def find_element(blocks: tuple[Json, ...], wanted: str, block_id: str = "") -> Json | None:
    """The interactive element with this action_id or these words on it, with its block's id.

    An action_id is the only one of its name in its block: `block_id` says which, where it matters.
    """
    for block in blocks:
        if block_id not in ("", block.get("block_id")):
            continue
        for element in _elements(block):
            words = element.get("text")
            label = words.get("text") if isinstance(words, dict) else ""
            if wanted in (element.get("action_id"), label):
                return {**element, "block_id": block.get("block_id", "")}
    return None


def _elements(block: Json) -> list[Json]:
    found: list[Any] = [*(block.get("elements") or ()), *(block.get("actions") or ()), block.get("accessory")]
    return [element for element in found if isinstance(element, dict) and element.get("type") != "image"]


def pressed(element: Json, choice: str = "") -> Json:
    """The `actions` entry of a press; `choice` is the value of the chosen option."""
    kind = element["type"]
    action: Json = {
        key: element[key] for key in ("action_id", "block_id", "type", "text", "value") if key in element
    }
    if kind == "overflow" or kind.endswith("_select") or kind == "radio_buttons":
        options = [
            *(element.get("options") or ()),
            *(
                option
                for group in element.get("option_groups") or ()
                for option in group.get("options") or ()
            ),
        ]
        chosen = next((option for option in options if option.get("value") == choice), None)
        action["selected_option"] = chosen
    return action
