from __future__ import annotations

import json
from typing import Any

from bot.domain.message import Message
from bot.render import problems_in, without_images

URL = "https://a.example/a.png"
IMAGE = {"type": "image", "image_url": URL, "alt_text": "a"}
TEXT = {"type": "mrkdwn", "text": "words", "verbatim": True}
MESSAGE = Message(
    text="text",
    blocks=(
        {"type": "context", "elements": [IMAGE]},
        {"type": "section", "text": TEXT, "accessory": IMAGE},
        {"type": "context", "elements": [IMAGE, TEXT, IMAGE]},
        IMAGE,
        {"type": "divider"},
    ),
)
SENTENCE = "[ERROR] downloading image failed [json-pointer:{}]"


def shape(message: Message) -> list[Any]:
    """The kinds of blocks and of what is in them."""
    return [
        [
            block["type"],
            *(part["type"] for part in block.get("elements", ())),
            *(block.keys() & {"accessory"}),
        ]
        for block in message.blocks
    ]


WHOLE = shape(MESSAGE)


def test_accessory_goes_and_its_section_stays() -> None:
    left = without_images(MESSAGE, [SENTENCE.format("/blocks/1/accessory/image_url")])
    assert shape(left) == [*WHOLE[:1], ["section"], *WHOLE[2:]]
    assert left.text == MESSAGE.text


def test_emptied_context_goes_with_its_image() -> None:
    assert shape(without_images(MESSAGE, ["/blocks/0/elements/0/image_url"])) == WHOLE[1:]


def test_several_pointers_are_meant_for_the_message_as_it_was() -> None:
    pointers = ["/blocks/0/elements/0", "/blocks/2/elements/2/image_url", "/blocks/3/image_url"]
    assert shape(without_images(MESSAGE, pointers)) == [WHOLE[1], ["context", "image", "mrkdwn"], WHOLE[4]]


def test_unknown_pointer_or_none_drops_every_image() -> None:
    for pointers in (
        [],
        ["/blocks/9/image_url"],
        ["/blocks/1/accessory", "no pointer"],
        ["/blocks/4"],
        ["/blocks/2"],
    ):
        left = without_images(MESSAGE, pointers)
        assert shape(left) == [["section"], ["context", "mrkdwn"], ["divider"]]
        assert URL not in json.dumps(left.payload())
        assert problems_in(left) == []


def test_message_without_images_stays_as_it_is() -> None:
    message = Message(text="a", blocks=({"type": "section", "text": TEXT},))
    assert without_images(message, []) == message


def test_given_message_is_not_changed() -> None:
    without_images(MESSAGE, [])
    assert shape(MESSAGE) == WHOLE
