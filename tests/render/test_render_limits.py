from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import Message
from bot.render import problems_in
from bot.render.fitting import fitted, shorten_mrkdwn
from bot.render.limits import MESSAGE_BLOCKS, MESSAGE_TOTAL, total_text
from tests.render.render_helpers import complaints, foreign_sequences

MRKDWN = {"type": "mrkdwn", "text": "words", "verbatim": True}
PLAIN = {"type": "plain_text", "text": "words", "emoji": False}
SECTION = {"type": "section", "text": MRKDWN}
BUTTON = {"type": "button", "text": PLAIN, "action_id": "a", "value": "v"}
IMAGE = {"type": "image", "image_url": "https://a.example/a.png", "alt_text": "a"}


def message(*blocks: dict[str, Any], text: str = "text") -> Message:
    return Message(text=text, blocks=blocks)


def texts(long: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": long, "verbatim": True}


TOO_MUCH: dict[str, dict[str, Any]] = {
    "section text": {"type": "section", "text": texts("word " * 700)},
    "section field": {"type": "section", "fields": [texts("word " * 500)]},
    "eleven fields": {"type": "section", "fields": [MRKDWN] * 11},
    "header": {"type": "header", "text": {**PLAIN, "text": "word " * 40}},
    "eleven context elements": {"type": "context", "elements": [MRKDWN] * 11},
    "26 buttons": {"type": "actions", "elements": [{**BUTTON, "action_id": str(n)} for n in range(26)]},
    "button text": {"type": "actions", "elements": [{**BUTTON, "text": {**PLAIN, "text": "word " * 20}}]},
    "button value": {"type": "actions", "elements": [{**BUTTON, "value": "v" * 2_001}]},
    "button url": {"type": "actions", "elements": [{**BUTTON, "url": "https://a.example/" + "a" * 3_000}]},
    "accessibility label": {"type": "actions", "elements": [{**BUTTON, "accessibility_label": "word " * 20}]},
    "image url": {**SECTION, "accessory": {**IMAGE, "image_url": "https://a.example/" + "a" * 3_000}},
    "alt text": {**IMAGE, "alt_text": "word " * 500},
    "six options": {
        **SECTION,
        "accessory": {
            "type": "overflow",
            "action_id": "o",
            "options": [{"text": PLAIN, "value": str(n)} for n in range(6)],
        },
    },
}  # fmt: skip

WRONG: dict[str, dict[str, Any]] = {
    "unknown block": {"type": "sectoin", "text": MRKDWN},
    "empty section": {"type": "section"},
    "unknown key": {"type": "section", "text": MRKDWN, "txet": "x"},
    "no alt text": {"type": "image", "image_url": "https://a.example/a.png"},
    "mrkdwn in a header": {"type": "header", "text": MRKDWN},
    "text that is no object": {"type": "section", "text": "words"},
    "image among buttons": {"type": "actions", "elements": [IMAGE]},
    "same action twice": {"type": "actions", "elements": [BUTTON, BUTTON]},
    "elements that are no list": {"type": "context", "elements": "words"},
    "element that is no object": {"type": "context", "elements": ["words"]},
    "half a character": {"type": "section", "text": {"type": "mrkdwn", "text": "\ud83d"}},
    "confirm without texts": {"type": "actions", "elements": [{**BUTTON, "confirm": {"title": PLAIN}}]},
}


def test_good_message_has_no_problem_and_stays_as_it_is() -> None:
    good = message(SECTION, {"type": "divider"}, {"type": "context", "elements": [IMAGE, MRKDWN]}, IMAGE)
    assert problems_in(good) == []
    assert fitted(good) == good


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_found_and_made_to_fit(name: str) -> None:
    long = message(SECTION, TOO_MUCH[name])
    assert problems_in(long)
    assert problems_in(fitted(long)) == []
    assert complaints(fitted(long)) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_slack_refuses_is_found_with_its_place(name: str) -> None:
    found = problems_in(message(SECTION, WRONG[name]))
    assert found
    assert found[0].startswith("/blocks/1")


def test_empty_text_is_a_problem() -> None:
    assert problems_in(message(SECTION, text=" "))


def test_same_block_id_twice_is_a_problem() -> None:
    assert problems_in(message({**SECTION, "block_id": "x"}, {**SECTION, "block_id": "x"}))


def test_problems_of_the_thread_count() -> None:
    assert problems_in(Message(text="a", thread=(Message(text=""),)))


def test_too_many_blocks_go_from_the_end_and_buttons_stay() -> None:
    buttons = {"type": "actions", "elements": [BUTTON]}
    fit = fitted(message(*[SECTION] * 60, buttons))
    assert len(fit.blocks) == MESSAGE_BLOCKS
    assert fit.blocks[-1] == buttons
    assert fit.blocks[-2]["elements"][0]["text"] == "…"
    assert problems_in(fit) == []


def test_total_text_stays_below_what_slack_takes() -> None:
    fit = fitted(message(*[{"type": "section", "text": texts("word " * 500)}] * 20))
    assert MESSAGE_TOTAL // 2 < total_text(fit.blocks) <= MESSAGE_TOTAL
    assert problems_in(fit) == []


def test_emoji_count_twice_as_browsers_count_them() -> None:
    assert problems_in(message({"type": "header", "text": {**PLAIN, "text": "🎉" * 76}}))
    assert not problems_in(message({"type": "header", "text": {**PLAIN, "text": "🎉" * 75}}))


@given(
    st.lists(
        st.sampled_from(["<https://a.example/x|some label>", "&amp;", "&lt;", "words", "*bold*", " ", "é🎉"])
    ),
    st.integers(min_value=5, max_value=80),
)
def test_shortened_mrkdwn_fits_and_tears_no_sequence(pieces: list[str], limit: int) -> None:
    text = "".join(pieces)
    short = shorten_mrkdwn(text, limit)
    assert len(short) <= max(limit, 0)
    assert foreign_sequences(short) == []
    assert short == text or "…" in short


def test_shortened_mrkdwn_ends_its_bold() -> None:
    assert shorten_mrkdwn("*one two three four* five", 14) == "*one two…*"


def test_long_text_is_shortened() -> None:
    fit = fitted(message(SECTION, text="word " * 2_000))
    assert fit.text.endswith("word…")
    assert problems_in(fit) == []
