"""`conversations.*`: reading what was said, and who is where."""

from __future__ import annotations

import re

from bot.preview.api.call import ApiError, Arguments, Method, conversation, page
from bot.preview.api.chat import message_json
from bot.preview.core import Core
from bot.preview.world import Conversation, Json, Kind, Posted

_TS = re.compile(r"\d{1,12}(\.\d{1,6})?")


def conversation_json(core: Core, one: Conversation) -> Json:
    """A conversation as Slack's API returns it."""
    direct = one.kind is Kind.DIRECT
    body: Json = {
        "id": one.id,
        "is_channel": one.kind is Kind.PUBLIC,
        "is_group": one.kind is Kind.PRIVATE,
        "is_im": direct,
        "is_private": one.kind is not Kind.PUBLIC,
        "is_archived": one.is_archived,
        "is_member": core.world.bot.id in one.members,
    }
    if direct:
        return body | {"user": next(iter(one.members - {core.world.bot.id}), "")}
    return body | {
        "name": one.name,
        "name_normalized": one.name,
        "topic": {"value": one.topic, "creator": "", "last_set": 0},
        "purpose": {"value": one.topic, "creator": "", "last_set": 0},
        "num_members": len(one.members),
    }


def _readable(core: Core, arguments: Arguments) -> Conversation:
    found = conversation(core, arguments.text("channel"))
    if core.world.bot.id not in found.members:
        raise ApiError("not_in_channel")
    return found


def _moment(arguments: Arguments, name: str) -> tuple[int, int] | None:
    typed = arguments.text(name)
    if not typed:
        return None
    if not _TS.fullmatch(typed):
        raise ApiError(f"invalid_ts_{name}")
    return _ticks(typed)


def _ticks(ts: str) -> tuple[int, int]:
    seconds, _, rest = ts.partition(".")
    return int(seconds), int(rest.ljust(6, "0") or 0)


def _between(messages: list[Posted], arguments: Arguments) -> list[Posted]:
    oldest, latest = _moment(arguments, "oldest"), _moment(arguments, "latest")
    inclusive = arguments.flag("inclusive")

    def inside(message: Posted) -> bool:
        at = _ticks(message.ts)
        if inclusive and at in (oldest, latest):
            return True
        return (oldest is None or oldest < at) and (latest is None or at < latest)

    return [message for message in messages if inside(message)]


def _answer(core: Core, messages: list[Posted], arguments: Arguments) -> Json:
    metadata = arguments.flag("include_all_metadata")
    found = [message_json(core, message, metadata=metadata) for message in messages]
    shown, cursor = page(found, arguments, default=100, most=999)
    answer: Json = {"ok": True, "messages": shown, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def history(core: Core, arguments: Arguments) -> Json:
    """`conversations.history`: newest first, without replies, ephemeral and refused messages."""
    where = _readable(core, arguments)
    messages = _between(core.world.lasting(where.id), arguments)
    return _answer(core, messages[::-1], arguments) | {"pin_count": 0}


def replies(core: Core, arguments: Arguments) -> Json:
    """`conversations.replies`: the parent, then its replies, oldest first."""
    where = _readable(core, arguments)
    thread = core.world.lasting(where.id, arguments.text("ts"))
    if not thread or thread[0].is_reply:
        raise ApiError("thread_not_found")
    return _answer(core, thread[:1] + _between(thread[1:], arguments), arguments)


def open_direct(core: Core, arguments: Arguments) -> Json:
    """`conversations.open` for one person."""
    users = [user for user in arguments.text("users").split(",") if user]
    if arguments.text("channel"):
        found = conversation(core, arguments.text("channel"))
    elif len(users) == 1 and users[0] in core.world.people:
        found = core.world.direct(users[0])
    else:
        raise ApiError("user_not_found" if users else "channel_not_found")
    full = conversation_json(core, found) if arguments.flag("return_im") else {"id": found.id}
    return {"ok": True, "channel": full, "already_open": True, "no_op": True}


def info(core: Core, arguments: Arguments) -> Json:
    """`conversations.info`"""
    return {"ok": True, "channel": conversation_json(core, conversation(core, arguments.text("channel")))}


def _listed(core: Core, arguments: Arguments, member: str = "") -> Json:
    kinds = {"public_channel": Kind.PUBLIC, "private_channel": Kind.PRIVATE, "im": Kind.DIRECT}
    wanted = {kinds.get(name.strip()) for name in (arguments.text("types") or "public_channel").split(",")}
    bot = core.world.bot.id
    found = [
        conversation_json(core, one)
        for one in core.world.conversations.values()
        if one.kind in wanted
        and (one.kind is Kind.PUBLIC or bot in one.members)
        and not (one.is_archived and arguments.flag("exclude_archived"))
        and (not member or member in one.members)
    ]
    shown, cursor = page(found, arguments, default=100, most=1000)
    return {"ok": True, "channels": shown, "response_metadata": {"next_cursor": cursor}}


def list_all(core: Core, arguments: Arguments) -> Json:
    """`conversations.list`"""
    return _listed(core, arguments)


def of_user(core: Core, arguments: Arguments) -> Json:
    """`users.conversations`: the asker is the bot unless `user` names a person."""
    return _listed(core, arguments, arguments.text("user") or core.world.bot.id)


def members(core: Core, arguments: Arguments) -> Json:
    """`conversations.members`"""
    where = conversation(core, arguments.text("channel"))
    found: list[Json] = [{"id": user} for user in sorted(where.members)]
    shown, cursor = page(found, arguments, default=100, most=1000)
    ids = [user["id"] for user in shown]
    return {"ok": True, "members": ids, "response_metadata": {"next_cursor": cursor}}


def join(core: Core, arguments: Arguments) -> Json:
    """`conversations.join`: public channels only."""
    where = conversation(core, arguments.text("channel"))
    if where.is_archived:
        raise ApiError("is_archived")
    if where.kind is not Kind.PUBLIC:
        raise ApiError("method_not_supported_for_channel_type")
    joined = core.world.join(where.id, core.world.bot.id)
    return {"ok": True, "channel": conversation_json(core, joined)}


METHODS: dict[str, Method] = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_direct,
    "conversations.info": info,
    "conversations.list": list_all,
    "conversations.members": members,
    "conversations.join": join,
    "users.conversations": of_user,
}
