"""`chat.*`: what the bot says, judged before it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.preview.api.call import ApiError, Arguments, Method, conversation
from bot.preview.blockkit import TOTAL_TEXT, text_length
from bot.preview.core import Core
from bot.preview.judge import judge, refusal, with_block_ids
from bot.preview.sample import APP_ID, BOT_ID
from bot.preview.world import Conversation, Finding, Json, Posted

MAX_TEXT = 40_000
MAX_METADATA = 8_000


def message_json(core: Core, message: Posted, *, metadata: bool = False) -> Json:
    """A message as Slack's API returns it; `metadata` only where it was asked for."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.user == core.world.bot.id:
        body |= {"bot_id": BOT_ID, "app_id": APP_ID, "team": core.world.team_id}
    if message.blocks:
        body["blocks"] = list(message.blocks)
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    if metadata and message.metadata:
        body["metadata"] = dict(message.metadata)
    return body | _thread_json(core, message)


def _thread_json(core: Core, message: Posted) -> Json:
    if message.thread_ts:
        return {"thread_ts": message.thread_ts}
    replies = core.world.lasting(message.channel, message.ts)[1:]
    if not replies:
        return {}
    people = sorted({reply.user for reply in replies})
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users": people,
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
    }


def _writable(core: Core, arguments: Arguments) -> Conversation:
    found = conversation(core, arguments.text("channel"))
    if found.is_archived:
        raise ApiError("is_archived")
    if core.world.bot.id not in found.members:
        raise ApiError("not_in_channel")
    return found


def _content(arguments: Arguments) -> tuple[str, list[Any]]:
    text = arguments.text("text")
    blocks = arguments.structure("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if not text and not blocks and not arguments.get("attachments"):
        raise ApiError("no_text")
    if len(text) > MAX_TEXT:
        raise ApiError("msg_too_long")
    return text, blocks or []


def _judged(core: Core, method: str, draft: Posted) -> Posted:
    """The message with its findings; a refused one is kept for the page and raises ApiError."""
    findings = judge(core, method, draft.text, draft.blocks)
    error = ApiError("invalid_blocks", **refusal(findings)) if any(f.is_error for f in findings) else None
    if error is None and text_length(draft.blocks) > TOTAL_TEXT:
        error = ApiError("msg_blocks_too_long")
        message = (
            f"the text of all blocks is {text_length(draft.blocks)} characters, Slack takes {TOTAL_TEXT}"
        )
        findings = (*findings, Finding(pointer="/blocks", message=message))
    if error:
        ts = core.world.next_ts()
        core.world.add(replace(draft, ts=ts, findings=findings, refused=f"{method}: {error.code}"))
        raise error
    return replace(draft, blocks=with_block_ids(draft.blocks), findings=findings)


def _metadata(arguments: Arguments) -> Json | None:
    data = arguments.structure("metadata", "invalid_metadata_format")
    if data is None:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("event_type"), str):
        raise ApiError("invalid_metadata_format")
    if not isinstance(data.get("event_payload"), dict):
        raise ApiError("invalid_metadata_format")
    if len(str(data)) > MAX_METADATA:
        raise ApiError("metadata_too_large")
    return data


def _parent(core: Core, channel: str, arguments: Arguments) -> str:
    thread = arguments.text("thread_ts")
    if not thread:
        return ""
    parent = core.world.find(channel, thread)
    if parent is None or not parent.is_lasting:
        raise ApiError("thread_not_found")
    return parent.thread_ts or parent.ts


def post_message(core: Core, arguments: Arguments) -> Json:
    """`chat.postMessage`"""
    where = _writable(core, arguments)
    text, blocks = _content(arguments)
    draft = Posted(
        channel=where.id,
        ts=core.world.next_ts(),
        user=core.world.bot.id,
        text=text,
        blocks=tuple(blocks),
        thread_ts=_parent(core, where.id, arguments),
        metadata=_metadata(arguments),
    )
    message = core.world.add(_judged(core, "chat.postMessage", draft))
    return {
        "ok": True,
        "channel": where.id,
        "ts": message.ts,
        "message": message_json(core, message, metadata=True),
    }


def post_ephemeral(core: Core, arguments: Arguments) -> Json:
    """`chat.postEphemeral`"""
    where = _writable(core, arguments)
    user = arguments.text("user")
    if user not in where.members or user not in core.world.people:
        raise ApiError("user_not_in_channel")
    text, blocks = _content(arguments)
    draft = Posted(
        channel=where.id,
        ts=core.world.next_ts(),
        user=core.world.bot.id,
        text=text,
        blocks=tuple(blocks),
        thread_ts=_parent(core, where.id, arguments),
        only_for=user,
    )
    message = core.world.add(_judged(core, "chat.postEphemeral", draft))
    return {"ok": True, "message_ts": message.ts}


def _own(core: Core, arguments: Arguments, refusal_code: str) -> Posted:
    where = conversation(core, arguments.text("channel"))
    message = core.world.find(where.id, arguments.text("ts"))
    if message is None or not message.is_lasting:
        raise ApiError("message_not_found")
    if message.user != core.world.bot.id:
        raise ApiError(refusal_code)
    return message


def update(core: Core, arguments: Arguments) -> Json:
    """`chat.update`; text without blocks removes the blocks, as in Slack."""
    message = _own(core, arguments, "cant_update_message")
    text, blocks = _content(arguments)
    metadata = _metadata(arguments) if "metadata" in arguments else message.metadata
    draft = replace(message, text=text, blocks=tuple(blocks), metadata=metadata)
    changed = replace(_judged(core, "chat.update", draft), edited_ts=core.world.next_ts())
    core.world.change(changed)
    return {
        "ok": True,
        "channel": changed.channel,
        "ts": changed.ts,
        "text": changed.text,
        "message": message_json(core, changed, metadata=True),
    }


def delete(core: Core, arguments: Arguments) -> Json:
    """`chat.delete`"""
    message = _own(core, arguments, "cant_delete_message")
    core.world.remove(message)
    return {"ok": True, "channel": message.channel, "ts": message.ts}


def permalink(core: Core, arguments: Arguments) -> Json:
    """`chat.getPermalink`"""
    where = conversation(core, arguments.text("channel"))
    message = core.world.find(where.id, arguments.text("message_ts"))
    if message is None or not message.is_lasting:
        raise ApiError("message_not_found")
    link = f"{core.root}/?in={where.id}#m-{message.ts.replace('.', '-')}"
    return {"ok": True, "channel": where.id, "permalink": link}


METHODS: dict[str, Method] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
}
