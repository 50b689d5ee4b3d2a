"""From the bytes of a request to what Slack said, or a refusal with its HTTP status.

Everything here is checked before Bolt sees the request: Bolt answers unsigned garbage with a 500 and a
traceback, and it reads a form whose text merely contains the word "payload" as empty.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

OLDEST_SECONDS = 300
"""How far a request's timestamp may be from now, in either direction: Slack's own rule."""
MOST_FIELDS = 200
_TIMESTAMP = re.compile(r"[0-9]{1,15}")

Payload = dict[str, Any]


class Refused(Exception):
    """A request that is not taken; `reason` is a plain sentence for whoever sent it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The two headers by which Slack signs a request, as they came."""

    timestamp: str
    signature: str


def check_signature(stamp: Stamp, body: bytes, *, secret: str, now: float) -> None:
    """Raise Refused unless Slack signed exactly this body within five minutes of `now` (Unix seconds)."""
    if not stamp.signature or not stamp.timestamp:
        raise Refused(401, "The request carries no Slack signature.")
    if not _TIMESTAMP.fullmatch(stamp.timestamp):
        raise Refused(400, "The header X-Slack-Request-Timestamp is not a number of seconds.")
    if abs(now - int(stamp.timestamp)) > OLDEST_SECONDS:
        raise Refused(401, "The request was signed more than five minutes from now.")
    if not hmac.compare_digest(
        _signature(secret, stamp.timestamp, body), stamp.signature.encode("utf-8", "replace")
    ):
        raise Refused(401, "The request's signature is not Slack's for this bot.")


def _signature(secret: str, timestamp: str, body: bytes) -> bytes:
    digest = hmac.new(secret.encode(), b"v0:%s:%s" % (timestamp.encode(), body), hashlib.sha256)
    return b"v0=" + digest.hexdigest().encode()


def read_payload(body: bytes, content_type: str) -> Payload:
    """What Slack said: an event's JSON, a command's form, or the JSON inside a form's `payload`.

    Raises Refused (400) for what is not UTF-8, not JSON, or none of these.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, "The request's body is not UTF-8.") from error
    if content_type == "application/json" or text.lstrip()[:1] == "{":
        return _read_json(text)
    form = _read_form(text)
    if "payload" in form:
        return _read_json(form["payload"])
    if "command" in form or "ssl_check" in form:
        return dict(form)
    raise Refused(400, "The request is neither a command, nor an interaction, nor an event.")


def _read_json(text: str) -> Payload:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "The request's JSON cannot be read.") from error
    if not isinstance(payload, dict):
        raise Refused(400, "The request's JSON is not an object.")
    return payload


def _read_form(text: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError as error:
        raise Refused(400, "The request's form is not UTF-8.") from error
    except ValueError as error:
        raise Refused(400, "The request's form has too many fields.") from error
    return dict(pairs)


def kind_of(payload: Payload) -> str:
    """What a request is, in one of our own words: command, action, dialog, event or other."""
    if "command" in payload:
        return "command"
    match payload.get("type"):
        case "event_callback":
            return "event"
        case "block_actions":
            return "action"
        case "view_submission":
            return "dialog"
        case _:
            return "other"


def repeat_key(payload: Payload) -> str | None:
    """By what a second coming of the same request is known: its event's or trigger's id."""
    for name in ("event_id", "trigger_id"):
        value = payload.get(name)
        if isinstance(value, str) and value:
            return f"{name}:{value[:200]}"
    return None
