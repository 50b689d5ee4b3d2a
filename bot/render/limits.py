"""The one table of Block Kit's limits, and the check by it.

The numbers are Slack's (docs.slack.dev, @slack/types, slack_sdk); lengths are counted in UTF-16 units, which
is never less than Slack's own count. To change a limit, change it here: `problems_in` and `fitted` follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.message import Message
from bot.render.text import size

MESSAGE_BLOCKS = 50
MESSAGE_TEXT = 4_000
MESSAGE_TOTAL = 10_000
"""All block text of one message. Slack refuses near 12,000, once at 11,341, and documents neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Str:
    """A bare string. One that may not be `cut` means something to the machine: too long, it is left out."""

    most: int
    needed: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text object; `plain` where Slack takes no mrkdwn."""

    most: int
    needed: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A list of 1 to `most` things."""

    most: int
    of: Rule
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object whose `type` is one of these names in SHAPES; with one name the type may be absent."""

    types: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Free:
    """Anything: Slack's rules for it are not ours to repeat."""

    needed: bool = False


Rule = Str | Text | Many | Thing | Free

BLOCKS = ("section", "context", "actions", "header", "divider", "image", "rich_text", "markdown")
_ID = Str(most=255)
_URL = Str(most=3_000)
_IMAGE = {"image_url": Str(most=3_000, needed=True), "alt_text": Str(most=2_000, needed=True, cut=True)}
_CHOICES = Many(most=5, of=Thing(types=("option",)), needed=True)

SHAPES: Mapping[str, Mapping[str, Rule]] = {
    "section": {
        "block_id": _ID,
        "text": Text(most=3_000),
        "fields": Many(most=10, of=Text(most=2_000)),
        "accessory": Thing(types=("button", "overflow", "image")),
        "expand": Free(),
    },
    "context": {
        "block_id": _ID,
        "elements": Many(most=10, of=Thing(types=("mrkdwn", "plain_text", "image")), needed=True),
    },
    "actions": {
        "block_id": _ID,
        "elements": Many(most=25, of=Thing(types=("button", "overflow")), needed=True),
    },
    "header": {"block_id": _ID, "text": Text(most=150, plain=True, needed=True)},
    "divider": {"block_id": _ID},
    "image": {"block_id": _ID, "title": Text(most=2_000, plain=True), **_IMAGE},
    "rich_text": {"block_id": _ID, "elements": Free(needed=True)},
    "markdown": {"block_id": _ID, "text": Str(most=12_000, needed=True, cut=True)},
    "button": {
        "action_id": _ID,
        "text": Text(most=75, plain=True, needed=True),
        "url": _URL,
        "value": Str(most=2_000),
        "style": Free(),
        "confirm": Thing(types=("confirm",)),
        "accessibility_label": Str(most=75, cut=True),
    },
    "overflow": {"action_id": _ID, "options": _CHOICES, "confirm": Thing(types=("confirm",))},
    "option": {
        "text": Text(most=75, needed=True),
        "value": Str(most=150),
        "description": Text(most=75, plain=True),
        "url": _URL,
    },
    "confirm": {
        "title": Text(most=100, plain=True, needed=True),
        "text": Text(most=300, needed=True),
        "confirm": Text(most=30, plain=True, needed=True),
        "deny": Text(most=30, plain=True, needed=True),
        "style": Free(),
    },
    "mrkdwn": {"text": Str(most=3_000, needed=True, cut=True), "verbatim": Free()},
    "plain_text": {"text": Str(most=3_000, needed=True, cut=True), "emoji": Free()},
}  # fmt: skip


def problems_in(message: Message) -> list[str]:
    """Every way in which Slack would refuse the message, each with a JSON pointer; empty for a good one."""
    found = list(_string_problems(message.text, Str(most=MESSAGE_TEXT, needed=True), "/text"))
    if len(message.blocks) > MESSAGE_BLOCKS:
        found.append(f"/blocks: {len(message.blocks)} blocks, at most {MESSAGE_BLOCKS} are allowed")
    if (total := total_text(message.blocks)) > MESSAGE_TOTAL:
        found.append(f"/blocks: {total} characters of text in all, at most {MESSAGE_TOTAL} are allowed")
    for number, block in enumerate(message.blocks):
        found += _problems(block, Thing(types=BLOCKS), f"/blocks/{number}")
    found += _repeated((block.get("block_id") for block in message.blocks), "/blocks", "block_id")
    return found + [problem for part in message.thread for problem in problems_in(part)]


def total_text(value: object) -> int:
    """The length of all text in blocks: what is shown or read out, without addresses and button values."""
    if isinstance(value, Mapping):
        own = sum(size(value[key]) for key in ("text", "alt_text") if isinstance(value.get(key), str))
        return own + sum(total_text(part) for part in value.values())
    if isinstance(value, (list, tuple)):
        return sum(total_text(part) for part in value)
    return 0


def shape_of(value: Mapping[str, Any], rule: Thing) -> Mapping[str, Rule] | None:
    """The rules for this object's keys; None where its type is unknown here."""
    name = value.get("type", rule.types[0] if len(rule.types) == 1 else None)
    return SHAPES[name] if name in rule.types else None


def _problems(value: object, rule: Rule, at: str) -> Iterator[str]:
    match rule:
        case Str():
            yield from _string_problems(value, rule, at)
        case Text():
            yield from _text_problems(value, rule, at)
        case Many():
            yield from _list_problems(value, rule, at)
        case Thing():
            yield from _thing_problems(value, rule, at)


def _string_problems(value: object, rule: Str, at: str) -> Iterator[str]:
    if not isinstance(value, str) or not value.strip():
        yield f"{at}: a text that is not empty is needed"
    elif not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        yield f"{at}: it holds half a character, which cannot be sent"
    elif size(value) > rule.most:
        yield f"{at}: {size(value)} characters, at most {rule.most} are allowed"


def _text_problems(value: object, rule: Text, at: str) -> Iterator[str]:
    kinds = ("plain_text",) if rule.plain else ("plain_text", "mrkdwn")
    if not isinstance(value, Mapping) or value.get("type") not in kinds:
        yield f"{at}: a text object of type {' or '.join(kinds)} is needed"
        return
    yield from _thing_problems(value, Thing(types=kinds), at)
    if isinstance(value.get("text"), str) and rule.most < size(value["text"]) <= 3_000:
        yield f"{at}: {size(value['text'])} characters, at most {rule.most} are allowed"


def _list_problems(value: object, rule: Many, at: str) -> Iterator[str]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        yield f"{at}: a list that is not empty is needed"
        return
    if len(value) > rule.most:
        yield f"{at}: {len(value)} of them, at most {rule.most} are allowed"
    for number, part in enumerate(value):
        yield from _problems(part, rule.of, f"{at}/{number}")
    actions = (part.get("action_id") for part in value if isinstance(part, Mapping))
    yield from _repeated(actions, at, "action_id")


def _thing_problems(value: object, rule: Thing, at: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{at}: an object is needed"
        return
    shape = shape_of(value, rule)
    if shape is None:
        yield f"{at}: the type {value.get('type')!r} is not one of {', '.join(rule.types)}"
        return
    yield from (f"{at}/{key}: there is no such key here" for key in value if key not in {*shape, "type"})
    yield from (
        f"{at}/{key}: it is missing" for key, part in shape.items() if part.needed and key not in value
    )
    if value.get("type") == "section" and not {"text", "fields"} & set(value):
        yield f"{at}: a section needs text or fields"
    for key in value:
        if key in shape:
            yield from _problems(value[key], shape[key], f"{at}/{key}")


def _repeated(values: Iterator[Any], at: str, name: str) -> Iterator[str]:
    seen: set[Any] = set()
    for value in values:
        if value is not None and value in seen:
            yield f"{at}: the {name} {value!r} stands there twice"
        seen.add(value)
