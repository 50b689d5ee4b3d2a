"""Taking images out of a message: Slack refuses a whole message over one picture that it cannot fetch.

Its answer names the picture: `downloading image failed [json-pointer:/blocks/0/image_url]`. That happens now
and then for good images too, so the message is sent again without them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.message import Message

_POINTER = re.compile(r"/blocks((?:/[A-Za-z0-9_~-]+)+)")
_Path = tuple[str, ...]


def without_images(message: Message, pointers: Sequence[str] = ()) -> Message:
    """The message without the images that `pointers` name.

    A pointer may stand alone or inside Slack's sentence. Where there is none, or one that names no image
    of this message, every image goes. A context block that is left empty goes too.
    """
    images = _images(list(message.blocks))
    named = [_named(pointer, images) for pointer in pointers]
    gone = {path for path in named if path is not None}
    if not named or None in named:
        gone = set(images)
    kept = _without(message.blocks, gone, ())
    return replace(message, blocks=kept) if isinstance(kept, tuple) else message


def _images(value: object, at: _Path = ()) -> list[_Path]:
    """The paths of all images below `value`."""
    if isinstance(value, Mapping):
        if value.get("type") == "image":
            return [at]
        return [path for key, part in value.items() for path in _images(part, (*at, key))]
    if isinstance(value, (list, tuple)):
        return [path for number, part in enumerate(value) for path in _images(part, (*at, str(number)))]
    return []


def _named(pointer: str, images: list[_Path]) -> _Path | None:
    """The image that a pointer leads to or into."""
    found = _POINTER.search(pointer)
    path = tuple(found.group(1).strip("/").split("/")) if found else ()
    return next((image for image in images if path[: len(image)] == image), None)


def _without(value: object, gone: set[_Path], at: _Path) -> object:
    if isinstance(value, Mapping):
        kept = {key: part for key, part in value.items() if (*at, key) not in gone}
        return {key: _without(part, gone, (*at, key)) for key, part in kept.items()}
    if isinstance(value, (list, tuple)):
        places = [(part, (*at, str(number))) for number, part in enumerate(value)]
        parts = (_without(part, gone, place) for part, place in places if place not in gone)
        return type(value)(part for part in parts if not _is_empty_context(part))
    return value


def _is_empty_context(part: object) -> bool:
    return isinstance(part, Mapping) and part.get("type") == "context" and not part.get("elements")
