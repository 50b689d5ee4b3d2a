"""What people type becomes what they meant, in exactly the order of the contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.typed import LONGEST, as_typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("from:<http://wsj.com|wsj.com>", "from:wsj.com"),
        ("<https://www.wsj.com/articles/x?a=1&amp;b=2>", "https://www.wsj.com/articles/x?a=1&b=2"),
        ("by <@U123|ann>", "by ann"),
        ("by <@U123>", "by U123"),
        ("in <#C42|general>", "in general"),
        ("in <#C42>", "in C42"),
        ("<#C42|>", "C42"),
        ("<!here>", "here"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("heat:&gt;100", "heat:>100"),
        ("heat:&lt;=70", "heat:<=70"),
        ("AT&amp;T", "AT&T"),
        ("“exact phrase” ‘it’s’", "\"exact phrase\" 'it's'"),
        ("topic:„Computer Vision“", 'topic:"Computer Vision"'),
        ("  help  ", "help"),
        ("heat:>100", "heat:>100"),
        ("a < b > c", "a < b > c"),
        ("heat:<100 quality:>50", "heat:<100 quality:>50"),
    ],
)
def test_markup_becomes_its_meaning(typed: str, meant: str) -> None:
    assert as_typed(typed) == meant


def test_an_escaped_entity_is_undone_once() -> None:
    assert as_typed("&amp;lt;") == "&lt;"
    assert as_typed("&amp;amp;") == "&amp;"


def test_escaped_angle_brackets_never_become_markup() -> None:
    assert as_typed("&lt;@U1|ann&gt;") == "<@U1|ann>"


def test_a_label_may_hold_entities() -> None:
    assert as_typed("<http://a.example|a &amp; b>") == "a & b"


def test_nul_and_half_characters_are_dropped() -> None:
    assert as_typed("cl\0ear\ud83dview") == "clearview"


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_read_and_written(text: str) -> None:
    meant = as_typed(text)
    assert meant.encode("utf-8").decode("utf-8") == meant
    assert meant == meant.strip()
    assert len(meant) <= LONGEST


@given(st.text(alphabet=st.characters(exclude_characters="<>&“”„‟«»‘’‚‛\0", exclude_categories=["Cs"])))
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert as_typed(text) == text.strip()


def test_a_very_long_question_is_cut() -> None:
    assert len(as_typed("<" * 100_000)) == LONGEST
