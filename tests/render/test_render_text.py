from __future__ import annotations

import html
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import escape
from bot.render.text import (
    LOOKALIKES,
    clean,
    decode,
    escaped_size,
    isolate,
    link,
    neutralise,
    plain,
    safe_url,
    shorten,
    size,
)
from tests.render.render_helpers import foreign_sequences

BACK = {after: before for before, after in LOOKALIKES.items()}


def original(mrkdwn: str) -> str:
    """Undoes the escaping and, where the text held none of the lookalikes itself, the neutralising."""
    return "".join(BACK.get(char, char) for char in html.unescape(mrkdwn))


@given(st.text())
def test_escaped_text_gives_the_original_back(text: str) -> None:
    plain_text = "".join(char for char in clean(text) if char not in BACK)
    assert original(escape(plain_text)) == plain_text


@given(st.text(alphabet=st.sampled_from("<>&!@#|*_~`: ax1;ltgamp/")))
def test_escaped_text_holds_no_control_sequence(text: str) -> None:
    assert foreign_sequences(escape(text)) == []


@given(st.text(alphabet=st.sampled_from("*_~`:>a 1.\n")))
def test_escaped_text_holds_no_formatting(text: str) -> None:
    shown = html.unescape(escape(text))
    assert not set("*~`") & set(shown)
    assert not shown.startswith(">")
    for place, char in enumerate(shown):
        if char == "_":
            assert shown[place - 1 : place].isalnum()
            assert shown[place + 1 : place + 2].isalnum()


def test_ampersand_is_escaped_once_and_first() -> None:
    assert escape("a & b < c > d &amp;") == "a &amp; b &lt; c &gt; d &amp;amp;"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* claim", "∗bold∗ claim"),
        ("snake_case and __init__", "snake_case and ‗‗init‗‗"),
        ("run `make`", "run ‵make‵"),
        ("~100 people", "∼100 people"),
        ("2*3", "2∗3"),
        (":tada: we won :100:", "∶tada: we won ∶100:"),
        ("re:Invent at 12:30:45", "re:Invent at 12:30:45"),
        ("> a quote", "› a quote"),
        ("a > b", "a > b"),
    ],
)
def test_formatting_marks_become_lookalikes(text: str, shown: str) -> None:
    assert neutralise(text) == shown


@pytest.mark.parametrize("mark", "∗∼‵‗∶›")
def test_lookalikes_are_no_letters_so_that_a_pasted_title_is_found(mark: str) -> None:
    assert not unicodedata.normalize("NFKC", mark).isalnum()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\n\tc", "a b c"),
        ("a\x00b\x1b[31m", "a b [31m"),
        ("\u202eevil\u202c", "evil"),
        ("\u2066x\u2069\u200b\ufeff", "x"),
        ("half \ud83d character", "half character"),
        ("👩🏽‍🚀", "👩🏽‍🚀"),
        ("می‌خواهم", "می‌خواهم"),
        ("no\u00a0break", "no break"),
    ],
)
def test_text_becomes_one_clean_line(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("AT&amp;T &#8211; &#x201C;ok&#x201D;", "AT&T – “ok”"),
        ("&amp;lt;", "&lt;"),
        ("R&D, ?a=1&lt=2 &copy", "R&D, ?a=1&lt=2 &copy"),
        ("it&#8217;s cut &#82", "it’s cut "),
        ("&nosuchentity;", "&nosuchentity;"),
    ],
)
def test_entities_are_decoded_once(text: str, shown: str) -> None:
    assert decode(text) == shown


@given(st.text(), st.integers(min_value=2, max_value=60))
def test_shortened_text_fits_even_when_escaped(text: str, limit: int) -> None:
    short = shorten(clean(text), limit)
    assert escaped_size(short) <= limit
    assert size(escape(short)) <= limit + 2  # isolating marks are not counted


def test_shortening_ends_at_a_word() -> None:
    assert shorten("Canada tells Clearview to stop", 20) == "Canada tells…"
    assert shorten("Canada tells Clearview, to stop", 24) == "Canada tells Clearview…"
    assert shorten("Canada", 6) == "Canada"
    assert shorten("a" * 30, 10) == "a" * 9 + "…"


def test_shortening_does_not_tear_a_character_apart() -> None:
    assert shorten("x👩🏽‍🚀👩🏽‍🚀", 8) == "x…"
    assert shorten("e\u0301" * 9, 6) == "e\u0301e\u0301…"


def test_right_to_left_text_is_isolated_and_other_text_is_not() -> None:
    assert isolate("שלום") == "\u2068שלום\u2069"
    assert isolate("plain é 東京") == "plain é 東京"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x y|z<w>", "https://a.example/x%20y%7Cz%3Cw%3E"),
        ("HTTP://a.example/?a=1&b=2", "HTTP://a.example/?a=1&b=2"),
        ("https://a.example/\u202e\n", "https://a.example/%E2%80%AE"),
        ("https://a.example/?a=1&lt;=2&GT;&amp;lt;", "https://a.example/?a=1&lt%3B=2&GT%3B&amp%3Blt;"),
        ("https://a.example/?a=1&lt=2&quot;", "https://a.example/?a=1&lt=2&quot;"),
        ("javascript:alert(1)", ""),
        ("https:///nothing", ""),
        ("https://[broken", ""),
        ("ftp://a.example/", ""),
        ("", ""),
    ],
)
def test_addresses_are_made_safe_or_dropped(url: str, safe: str) -> None:
    assert safe_url(url) == safe


@given(st.text(), st.text())
def test_link_is_one_link_or_plain_text(label: str, rest: str) -> None:
    made = link(label, "https://a.example/" + rest)
    assert foreign_sequences(made) == []
    assert made.count("<") <= 1


@given(st.text("&ltgamp;=?/", max_size=12))
def test_slack_reads_an_address_as_it_was_meant(rest: str) -> None:
    url = safe_url("https://a.example/" + rest)
    read = url.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert unquote(read) == "https://a.example/" + rest


def test_plain_text_is_decoded_before_it_is_cleaned() -> None:
    assert plain("a&nbsp;b&#10;c&#x202E;") == "a b c"
