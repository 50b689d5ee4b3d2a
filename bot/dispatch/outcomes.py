"""What becomes of a delivery whose post failed: the whole table, and one pure function that reads it.

Slack's codes are those of `chat.postMessage` and `conversations.open` (docs.slack.dev). Every code has one of
five courses; one that stands nowhere here is given up visibly, so nothing is tried for ever. Only an error
that leaves it open whether the message was posted is Unsure; all others say that it certainly was not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from bot.domain.delivery import Delivery, Kind, Owed, State
from bot.domain.message import Message
from bot.domain.owed import Claimed
from bot.domain.subscription import Destination
from bot.errors import Rejected, RetryLater, SendError
from bot.render import without_images

NOTICE_LASTS = timedelta(hours=24)
LIMIT_SECONDS = 60.0
"""How long is waited where Slack names a limit and no time."""
WITHOUT_IMAGES, PLAIN = 1, 2
"""The levels of `Owed.degraded`."""

_RESUME = "then type “{command} digest resume” there."
_ASK_ADMIN = f"Ask an admin of this workspace to allow it, {_RESUME}"
_REINSTALL = f"Ask an admin to install the app again, {_RESUME}"

PAUSES: Mapping[str, str] = {
    "not_in_channel": f"I am not in {{where}} any more. Type “/invite @newsbrief” there, {_RESUME}",
    "channel_not_found": "I cannot find {where} any more: it was deleted, or is private and I am not in it. "
    f"If it is still there, type “/invite @newsbrief” in it, {_RESUME}",
    "is_archived": f"{{where}} is archived. Unarchive it and “/invite @newsbrief”, {_RESUME}",
    "channel_is_archived": f"{{where}} is archived. Unarchive it and “/invite @newsbrief”, {_RESUME}",
    "is_inactive": f"{{where}} is frozen by Slack. Once it is usable again, {_RESUME}",
    "restricted_action": f"The settings of {{where}} do not let me post. {_ASK_ADMIN}",
    "restricted_action_read_only_channel": f"{{where}} is read-only, and I may not post. {_ASK_ADMIN}",
    "restricted_action_thread_only_channel": f"{{where}} takes replies only, no new messages. {_ASK_ADMIN}",
    "no_permission": f"I may not post in {{where}}. {_ASK_ADMIN}",
    "access_denied": f"I may not post in {{where}}. {_ASK_ADMIN}",
    "enterprise_is_restricted": f"Your organization does not let me post in {{where}}. {_ASK_ADMIN}",
    "team_access_not_granted": f"Your organization has not given me this workspace. {_ASK_ADMIN}",
    "ekm_access_denied": f"An admin has suspended my access to messages. {_ASK_ADMIN}",
    "org_login_required": f"Your organization is being moved by Slack. Once that is over, {_RESUME}",
    "messages_tab_disabled": f"The app's Messages tab is switched off. {_ASK_ADMIN}",
    "cannot_dm_bot": "I cannot write to another bot.",
    "user_not_found": "I cannot find that person in this workspace.",
    "user_disabled": "That person's account is deactivated.",
    "user_not_visible": "I may not see that person in this workspace.",
    "missing_scope": f"I lack the permission “chat:write”. {_REINSTALL}",
    "not_allowed_token_type": f"My token is of a kind that may not post. {_REINSTALL}",
    "account_inactive": f"The app was removed from this workspace. {_REINSTALL}",
    "team_not_found": f"The app was removed from this workspace. {_REINSTALL}",
    "team_disabled": f"This workspace is deactivated. {_REINSTALL}",
    "token_revoked": f"My token was revoked. {_REINSTALL}",
    "token_expired": f"My token has expired. {_REINSTALL}",
    "invalid_auth": f"Slack does not know my token. {_REINSTALL}",
    "not_authed": f"I have no token here. {_REINSTALL}",
    "no_token": f"I have no token here. {_REINSTALL}",
    "two_factor_setup_required": f"Slack asks for two-factor sign-in first. {_ASK_ADMIN}",
}
"""PAUSE: what is subscribed there stops, and its owner is told once, with the fix.

Plain words with {where}, the channel's mention, and {command}.
"""

SIMPLER = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "invalid_attachments", "too_many_attachments"}
)
"""The message goes again at once without the image that Slack names, without all, at last as plain text."""
SHORTER = frozenset({"msg_blocks_too_long", "msg_too_long", "attachment_payload_limit_exceeded"})
"""The second half becomes a reply of its own; a message of one brief goes as plain text."""
LATER: Mapping[str, float] = {
    "message_limit_exceeded": LIMIT_SECONDS,
    "rate_limited": 1.0,
    "ratelimited": 1.0,
}
"""Nothing goes to this lane for so many seconds."""
GIVEN_UP = frozenset({
    "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema", "no_text",
    "invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset",
    "invalid_form_data", "invalid_post_type", "invalid_json", "json_not_object",
    "markdown_text_conflict", "missing_post_type", "as_user_not_supported", "thread_not_found",
    "cannot_reply_to_message", "restricted_action_thread_locked",
    "restricted_action_non_threadable_channel", "slack_connect_file_link_sharing_blocked",
    "unknown_method", "method_deprecated", "deprecated_endpoint", "bad_address",
})  # fmt: skip
"""FAILED, as any code that stands nowhere here: shown by `deliveries`, `why` and the digest's last result."""

_IMAGE_FAILED = "downloading image failed"
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{1,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """It was not posted; try again in `seconds`, or (None) after a pause of our own."""

    code: str
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Nobody knows whether it was posted."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simpler:
    """Post this one at once; `degraded` is the level to remember."""

    message: Message
    degraded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Owe `first` instead, and `second` as a reply; both have to be written before either is posted."""

    first: Delivery
    second: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Give it up, pause what is subscribed there and tell the owners; `sentence` as in PAUSES."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Give it up, visibly."""

    code: str


Outcome = Later | Unsure | Simpler | Split | Pause | GiveUp


def outcome_of(error: SendError, claimed: Claimed, message: Message, refused: int = 0) -> Outcome:
    """What to do after `message` failed with `error`; `refused` counts simpler forms tried in this claim."""
    if isinstance(error, RetryLater):
        return Later(code=error.code, seconds=None if error.code == "unreachable" else error.seconds)
    if not isinstance(error, Rejected):
        return Unsure(code=error.code)
    if error.code in LATER:
        return Later(code=error.code, seconds=LATER[error.code])
    if error.code in SIMPLER:
        return _simpler(message, error, refused)
    if error.code in SHORTER:
        return _shorter(claimed.delivery, message, error.code)
    if error.code in PAUSES:
        return Pause(code=error.code, sentence=PAUSES[error.code])
    return GiveUp(code=error.code or "unknown")


def at_level(message: Message, degraded: int) -> Message:
    """The message without images from level 1 on, as plain text from level 2 on."""
    if degraded >= PLAIN:
        return Message(text=message.text)
    return without_images(message) if degraded == WITHOUT_IMAGES else message


def _simpler(message: Message, error: Rejected, refused: int) -> Simpler | GiveUp:
    images = [detail for detail in error.details if _IMAGE_FAILED in detail]
    if images and not refused:
        fewer = without_images(message, images)
        if fewer != message and fewer.blocks:
            return Simpler(message=fewer, degraded=0)
    none = without_images(message)
    if images and none != message and none.blocks:
        return Simpler(message=none, degraded=WITHOUT_IMAGES)
    return _plain(message, error.code)


def _plain(message: Message, code: str) -> Simpler | GiveUp:
    if not message.blocks or not message.text.strip():
        return GiveUp(code=code)
    return Simpler(message=Message(text=message.text), degraded=PLAIN)


def _shorter(delivery: Delivery, message: Message, code: str) -> Split | Simpler | GiveUp:
    briefs = delivery.owed.briefs
    if len(briefs) < 2:
        return _plain(message, code)
    half = (len(briefs) + 1) // 2
    key = f"part:{delivery.id}:{briefs[half]}"  # a half that is split again has another first brief
    second = replace(
        delivery,
        id=delivery_id(key),
        key=key,
        kind=Kind.PART,
        owed=replace(_only(delivery.owed, briefs[half:]), cut_at=None, left=()),
        parent=delivery.parent or delivery.id,
        state=State.PENDING,
        reason="",
        receipt=None,
        attempts=0,
        settled_at=None,
    )
    return Split(first=replace(delivery, owed=_only(delivery.owed, briefs[:half])), second=second)


def _only(owed: Owed, briefs: tuple[int, ...]) -> Owed:
    kept = frozenset(briefs)
    return replace(
        owed,
        full=tuple(brief for brief in owed.full if brief in kept),
        also=tuple(brief for brief in owed.also if brief in kept),
        thread=tuple(brief for brief in owed.thread if brief in kept),
    )


def delivery_id(key: str) -> str:
    """The id of a delivery that another one calls for: made twice, it is the same."""
    return str(uuid5(NAMESPACE_URL, f"newsbrief:{key}"))


def notice_to(owner: str, pause: Pause, refused: Delivery, *, now: datetime, command: str) -> Delivery:
    """The notice that tells an owner why what is subscribed at a destination stopped, and the fix."""
    key = f"notice:{refused.id}:{owner}"
    to = Destination(team=refused.to.team, enterprise=refused.to.enterprise, user=owner)
    where = f"<#{refused.to.channel}>" if _CHANNEL_ID.fullmatch(refused.to.channel) else "that channel"
    sentence = pause.sentence.format(where=where, command=command)
    return Delivery(
        id=delivery_id(key),
        key=key,
        kind=Kind.NOTICE,
        to=to,
        owed=Owed(text=f"The digests for {where} are paused. {sentence}"),
        created_at=now,
        expires_at=now + NOTICE_LASTS,
    )
