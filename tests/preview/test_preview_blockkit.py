"""The check of Block Kit, case by case: what Slack refuses, what it takes, what it would show wrongly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.preview.blockkit import check_message, check_view, text_length

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str, **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": "go", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x", **more}


def context(*elements: Json) -> Json:
    return {"type": "context", "elements": list(elements)}


def options(count: int, **more: Any) -> list[Json]:
    return [{"text": plain(str(n)), "value": str(n), **more} for n in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "placeholder": plain("Pick"), **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


CONFIRM = {"title": plain("Sure?"), "text": mrkdwn("Really"), "confirm": plain("Yes"), "deny": plain("No")}

VALID: list[Json] = [
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    section("x" * 3000),
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    section(accessory=image()),
    section(accessory=button(url="https://a.example/" + "p" * 2900)),
    section(accessory={"type": "overflow", "action_id": "o", "options": options(5)}),
    context(*[mrkdwn("x")] * 9, image()),
    {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x", "title": plain("t")},
    actions(*[button(action_id=f"b{n}") for n in range(25)]),
    actions(button("x" * 75, value="v" * 2000, style="primary", confirm=CONFIRM)),
    actions(select(options=options(100))),
    actions(select(option_groups=[{"label": plain("g"), "options": options(2)}])),
    actions({"type": "checkboxes", "action_id": "c", "options": options(10)}),
    rich(
        {"type": "text", "text": "a", "style": {"bold": True}}, {"type": "link", "url": "https://a.example"}
    ),
    {"type": "markdown", "text": "# x"},
]


@pytest.mark.parametrize("block", VALID)
def test_what_slack_takes_passes_and_slacks_own_models_agree(block: Json) -> None:
    assert check_message("text", [block]) == ()
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()


REFUSED: list[tuple[Json, str, str]] = [
    ({"type": "sectoin"}, "/blocks/0/type", "unsupported type: sectoin"),
    ({"text": plain("x")}, "/blocks/0/type", "unsupported type: None"),
    ({"type": ["section"]}, "/blocks/0/type", "unsupported type"),
    ({"type": "header", "text": plain("h" * 151)}, "/blocks/0/text/text", "less than 151"),
    ({"type": "header", "text": mrkdwn("h")}, "/blocks/0/text/type", "must be one of: plain_text"),
    ({"type": "header"}, "/blocks/0", "missing required field: text"),
    ({"type": "section"}, "/blocks/0", "must define either `text` or `fields`"),
    (section("x" * 3001), "/blocks/0/text/text", "less than 3001"),
    (section(""), "/blocks/0/text/text", "more than 0"),
    (section(colour="red"), "/blocks/0", "invalid additional property: colour"),
    ({"type": "section", "fields": [mrkdwn("x")] * 11}, "/blocks/0/fields", "no more than 10"),
    ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "/blocks/0/fields/0/text", "less than 2001"),
    ({"type": "section", "text": plain("x") | {"verbatim": True}}, "/blocks/0/text", "verbatim"),
    ({"type": "section", "text": mrkdwn("x", emoji=True)}, "/blocks/0/text", "emoji"),
    ({"type": "section", "text": mrkdwn("x", verbatim="yes")}, "/blocks/0/text/verbatim", "boolean"),
    ({"type": "section", "text": "x"}, "/blocks/0/text", "must be an object"),
    (
        section(accessory={"type": "plain_text_input", "action_id": "i"}),
        "/blocks/0/accessory/type",
        "unsupported",
    ),
    (context(), "/blocks/0/elements", "at least 1"),
    (context(*[mrkdwn("x")] * 11), "/blocks/0/elements", "no more than 10"),
    (context(button()), "/blocks/0/elements/0/type", "must be one of"),
    (image(alt_text=None), "/blocks/0", "missing required field: alt_text"),
    (image(image_url="file:///etc/passwd"), "/blocks/0/image_url", "invalid url"),
    (image(image_url="https://a.example/a b.png"), "/blocks/0/image_url", "invalid url"),
    (image(image_url="https://a.example/" + "x" * 3000), "/blocks/0/image_url", "less than 3001"),
    (image(slack_file={"id": "F1"}), "/blocks/0", "exactly one"),
    (image(alt_text="x" * 2001), "/blocks/0/alt_text", "less than 2001"),
    (actions(), "/blocks/0/elements", "at least 1"),
    (actions(*[button(action_id=str(n)) for n in range(26)]), "/blocks/0/elements", "no more than 25"),
    (actions(image()), "/blocks/0/elements/0/type", "unsupported type: image"),
    (actions(button("x" * 76)), "/blocks/0/elements/0/text/text", "less than 76"),
    (actions(button(value="x" * 2001)), "/blocks/0/elements/0/value", "less than 2001"),
    (actions(button(url="javascript:alert(1)")), "/blocks/0/elements/0/url", "invalid url"),
    (actions(button(style="loud")), "/blocks/0/elements/0/style", "must be one of"),
    (
        actions(button(accessibility_label="x" * 76)),
        "/blocks/0/elements/0/accessibility_label",
        "less than 76",
    ),
    (actions(button(action_id="x" * 256)), "/blocks/0/elements/0/action_id", "less than 256"),
    (actions(button(), button()), "/blocks/0/elements/1", "action_id already exists"),
    (
        actions(button(confirm={**CONFIRM, "deny": plain("x" * 31)})),
        "/blocks/0/elements/0/confirm/deny/text",
        "less than 31",
    ),
    (
        section(accessory={"type": "overflow", "action_id": "o", "options": options(6)}),
        "/blocks/0/accessory/options",
        "no more than 5",
    ),
    (actions(select(options=options(101))), "/blocks/0/elements/0/options", "no more than 100"),
    (actions(select()), "/blocks/0/elements/0", "exactly one"),
    (
        actions(select(options=[{"text": plain("x"), "value": "v" * 151}])),
        "/blocks/0/elements/0/options/0/value",
        "less than 151",
    ),
    (
        actions(select(options=options(2, url="https://a.example"))),
        "/blocks/0/elements/0/options/0",
        "invalid additional property: url",
    ),
    (
        actions(select(options=options(2), initial_option={"text": plain("9"), "value": "9"})),
        "/blocks/0/elements/0/initial_option",
        "one of the options",
    ),
    (
        actions({"type": "radio_buttons", "action_id": "r", "options": options(11)}),
        "/blocks/0/elements/0/options",
        "no more than 10",
    ),
    (
        rich({"type": "script", "text": "x"}),
        "/blocks/0/elements/0/elements/0/type",
        "unsupported type: script",
    ),
    (rich({"type": "link", "url": "javascript:x"}), "/blocks/0/elements/0/elements/0/url", "invalid url"),
    ({"type": "card"}, "/blocks/0", "at least one of"),
    ({"type": "card", "title": plain("x" * 151)}, "/blocks/0/title/text", "less than 151"),
    ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text", "less than 12001"),
]


@pytest.mark.parametrize(("block", "pointer", "words"), REFUSED)
def test_what_slack_refuses_is_found_where_it_is(block: Json, pointer: str, words: str) -> None:
    errors = [finding for finding in check_message("text", [block]) if finding.is_error]
    assert any(finding.pointer == pointer and words in finding.message for finding in errors), errors


def test_a_message_has_at_most_fifty_blocks() -> None:
    assert check_message("x", [{"type": "divider"}] * 50) == ()
    assert check_message("x", [{"type": "divider"}] * 51)[0].slack_text == (
        "no more than 50 items allowed [51 items] [json-pointer:/blocks]"
    )


def test_block_ids_are_used_once() -> None:
    twice = [section(block_id="a"), section(block_id="a")]
    assert check_message("x", twice)[0].pointer == "/blocks/1/block_id"


def test_one_table_is_all_a_message_may_have() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert check_message("x", [table]) == ()
    assert "only one table" in check_message("x", [table, table])[0].message


SUSPICIOUS: list[tuple[str, str]] = [
    ("AT&T", "unescaped &"),
    ("a < b", "unescaped <"),
    ("<!channel> look", "notify everyone"),
    ("<!here|here>", "notify everyone"),
    ("<script>", "no link, mention or date"),
    ("<javascript:alert(1)|x>", "no link, mention or date"),
    ("<https://a.example/a b|x>", "no link, mention or date"),
    ("<https://a.example|>", "no words to click on"),
    ("<!date^12|x>", "is not <!date"),
    ("<!date^1612396800^{dat}|x>", "knows no {dat}"),
    ("<!date^1612396800^{date}^javascript:x|x>", "no web address"),
]


@pytest.mark.parametrize(("text", "words"), SUSPICIOUS)
def test_what_slack_would_show_wrongly_is_a_warning(text: str, words: str) -> None:
    found = check_message("fine", [section(text)])
    assert [finding.is_error for finding in found] == [False] * len(found)
    assert any(words in finding.message for finding in found)


@pytest.mark.parametrize(
    "text",
    [
        "a &amp; b &lt;c&gt;",
        "<https://a.example/?x=1&y=2|label &amp; more> <https://a.example>",
        "<@U1|ada> <#C1|news> <!subteam^S1|all>",
        "<mailto:a@b.example|write>",
        "<!date^1612396800^{date_short_pretty} at {time}^https://a.example|Feb 4>",
        "> a quote\n*bold*",
    ],
)
def test_right_mrkdwn_is_left_alone(text: str) -> None:
    assert check_message(text, [section(text)]) == ()


def test_blocks_without_text_leave_screen_readers_with_nothing() -> None:
    (finding,) = check_message("", [section()])
    assert (finding.pointer, finding.is_error) == ("/text", False)


def test_all_text_counts_but_values_and_addresses_do_not() -> None:
    blocks = [
        section("abc", accessory=button("de", value="v" * 99, url="https://a.example")),
        image(alt_text="f"),
    ]
    assert text_length(blocks) == 6


MODAL = {"type": "modal", "title": plain("t"), "blocks": [section()]}


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        ({"type": "page"}, "/view/type"),
        ({**MODAL, "title": plain("x" * 25)}, "/view/title/text"),
        ({**MODAL, "title": None}, "/view"),
        ({**MODAL, "blocks": [section()] * 101}, "/view/blocks"),
        ({**MODAL, "callback_id": "x" * 256}, "/view/callback_id"),
        ({**MODAL, "private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({**MODAL, "blocks": [{"type": "markdown", "text": "x"}]}, "/view/blocks/0/type"),
    ],
)
def test_views_have_limits_of_their_own(view: Json, pointer: str) -> None:
    assert pointer in [finding.pointer for finding in check_view(view)]


def test_an_input_needs_a_submit_button() -> None:
    field = {"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "action_id": "a"}}
    assert check_view({**MODAL, "blocks": [field], "submit": plain("Send")}) == ()
    assert "submit" in check_view({**MODAL, "blocks": [field]})[0].message


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "accessory", "fields", "options", "rows", "url", "style"]
            ),
            inner
            | st.sampled_from(["section", "actions", "context", "mrkdwn", "rich_text", "button", "table"]),
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(blocks=st.lists(anything, max_size=3), text=st.text(max_size=40))
def test_no_payload_breaks_the_check(blocks: list[Any], text: str) -> None:
    for finding in check_message(text, blocks):
        assert finding.pointer.startswith("/")
        assert finding.message
