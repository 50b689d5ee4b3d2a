"""What a brief's fields mean, however they are written; what its digest sees."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import frontmatter
import pytest

from bot.content.files import parse_text
from bot.content.parser.front import BriefHandler, NotCut
from bot.domain.brief import Article, Brief, Image, Provider
from bot.domain.problem import Severity

REST = "title: A\npublishedDateTime: 2021-02-04T18:58:00Z\nwebUrl: https://a.example/x\n"

FULL = """---
category: news
title: "Canada's regulators"
excerpt: 'An excerpt'
publishedDateTime: 2021-02-04T18:58:00Z
updatedDateTime: 2021-02-05T18:58:00Z
originalUrl: "https://a.example/original"
webUrl: "https://a.example/web"
ampWebUrl: "https://a.example/amp"
cdnAmpWebUrl: "https://a-example.cdn.ampproject.org/c/s/a.example/amp"
type: video
quality: -1
heat: 3694
published: false
removed: true
deleted: false
featuredContent: "<b>x</b>"
locale: en-us
provider:
  name: A
  domain: a.example
  images:
    - url: /a.png
      width: 50
      height: 40
topics:
  - AI
  - Cloud
  - AI
images:
  - url: "https://a.example/x.png"
    width: 796
    height: 417
    title: "T"
    isCached: true
related:
  - title: B
    webUrl: https://b.example
    quality: 24
    provider: {name: B}
secured: "abc;=="
---
Body
"""


def brief_of(text: str) -> Brief:
    brief = parse_text(text.encode(), shown="x.md", slug="x").brief
    assert brief is not None
    return brief


def brief_with(fields: str) -> Brief:
    return brief_of(f"---\n{fields}{REST}---\n")


def digest(text: str) -> str:
    return parse_text(text.encode(), shown="x.md", slug="x").digest


def test_every_field_of_the_format_is_read() -> None:
    assert brief_of(FULL) == Brief(
        slug="x",
        category="news",
        title="Canada's regulators",
        excerpt="An excerpt",
        published_at=datetime(2021, 2, 4, 18, 58, tzinfo=UTC),
        updated_at=datetime(2021, 2, 5, 18, 58, tzinfo=UTC),
        original_url="https://a.example/original",
        web_url="https://a.example/web",
        amp_web_url="https://a.example/amp",
        cdn_amp_web_url="https://a-example.cdn.ampproject.org/c/s/a.example/amp",
        type="video",
        quality=-1,
        heat=3694,
        published=False,
        removed=True,
        deleted=False,
        featured_content="<b>x</b>",
        locale="en-us",
        provider=Provider(name="A", domain="a.example", images=(Image(url="/a.png", width=50, height=40),)),
        topics=("AI", "Cloud"),
        images=(Image(url="https://a.example/x.png", width=796, height=417, title="T", is_cached=True),),
        related=(Article(title="B", web_url="https://b.example", quality=24, provider=Provider(name="B")),),
    )


@pytest.mark.parametrize(
    "written",
    ["no", "yes", "on", "true", "12:30", "1e3", "1.10", "0x1F", "010", "2021-02-04", "=", "<<x", "a#b",
     "1_000", "C++", "a, b", ".5", "-1", "re:Invent", "¡Hola!", "العربية", "日本語", "😀 👩‍👩‍👧",
     "a\u200fb",
     "x [y] {z}", "50% off"],
)  # fmt: skip
def test_a_text_field_is_its_text_as_written(written: str) -> None:
    brief = brief_with(f"excerpt: {written}\ntopics:\n  - {written}\nprovider:\n  name: {written}\n")
    assert (brief.excerpt, brief.topics, brief.provider.name) == (written, (written,), written)


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_yamls_words_for_nothing_are_no_value_in_any_field(written: str) -> None:
    keys = ("excerpt", "quality", "heat", "published", "removed", "provider", "topics", "images", "related")
    brief = brief_with("".join(f"{key}: {written}\n" for key in (*keys, "updatedDateTime", "ampWebUrl")))
    assert brief == brief_with("")
    assert brief.published


def test_a_quoted_null_is_a_text() -> None:
    assert brief_with("excerpt: \"null\"\ncategory: '~'\n").excerpt == "null"


@pytest.mark.parametrize("yes", ["true", "True", "TRUE", "yes", "Yes", "on", "ON"])
@pytest.mark.parametrize("no", ["false", "False", "no", "NO", "off", "Off"])
def test_flags_are_read_in_all_of_yamls_ways(yes: str, no: str) -> None:
    brief = brief_with(f"published: {no}\nremoved: {yes}\n")
    assert (brief.published, brief.removed) == (False, True)


@pytest.mark.parametrize(("written", "number"), [("010", 10), ("+5", 5), ("-1", -1), ("007", 7), ("-0", 0)])
def test_numbers_are_decimal(written: str, number: int) -> None:
    brief = brief_with(f"heat: {written}\nquality: {written}\n")
    assert (brief.heat, brief.quality) == (number, number)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"a\\r\\nb\\rc"', "a\nb\nc"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"a\\u2028b"', "a\nb"),
        ("a\u2028b", "a\nb"),
        ("a\x85b", "a\nb"),
        ("|\n  a\n  b", "a\nb\n"),
        (">-\n  a\n  b", "a b"),
        ('"a\n  b"', "a b"),
        ("a\tb", "a\tb"),
        ("a\ufeffb", "ab"),
        ('"&amp; &#8220;x"', "&amp; &#8220;x"),
    ],
)
def test_texts_keep_their_lines_and_entities(written: str, text: str) -> None:
    assert brief_with(f"excerpt: {written}\n").excerpt == text


def test_line_ends_inside_values_do_not_depend_on_the_files() -> None:
    text = f'---\nexcerpt: |\n  a\n  b\ncategory: "a\n\n  b"\n{REST}---\n'
    brief = brief_of(text)
    assert brief.excerpt == "a\nb\n"
    assert brief_of(text.replace("\n", "\r\n")) == brief
    assert brief_of(text.replace("\n", "\r")) == brief


@pytest.mark.parametrize("char", ["\x07", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ufdd0", "\uffff"])
def test_characters_that_no_reader_should_get_are_left_out_with_a_warning(char: str) -> None:
    parsed = parse_text(f"---\nexcerpt: a{char}b\n{REST}---\n".encode(), shown="x.md", slug="x")
    assert parsed.brief is not None
    assert parsed.brief.excerpt == "ab"
    assert [(problem.field, problem.severity) for problem in parsed.problems] == [
        ("excerpt", Severity.WARNING)
    ]


def test_a_lone_half_of_a_character_is_an_error() -> None:
    parsed = parse_text(f'---\nexcerpt: "\\ud83d x"\n{REST}---\n'.encode(), shown="x.md", slug="x")
    assert [(problem.line, problem.column, problem.field) for problem in parsed.problems] == [
        (2, 13, "excerpt")
    ]


def test_escapes_in_halves_do_not_hide_the_secured_field() -> None:
    text = f'---\nexcerpt: "\\ud83d\\ude00 \\uD83D\\uDE00"\nsecured: one\n{REST}---\n'
    assert brief_of(text).excerpt == "😀 😀"
    assert digest(text) == digest(text.replace("one", "two"))
    assert digest(text) != digest(text.replace("title: A", "title: B"))


def test_aliases_are_followed() -> None:
    related = "related:\n  - title: C\n    webUrl: https://c.example\n    provider: *p\n"
    brief = brief_with(f"provider: &p\n  name: B\n{related}")
    assert brief.related[0].provider == brief.provider == Provider(name="B")


def test_a_file_with_a_taxonomy_is_no_brief() -> None:
    parsed = parse_text(b"---\ntaxonomy: topic\nname: AI\n---\n", shown="x.md", slug="x")
    assert (parsed.brief, parsed.skipped, parsed.problems) == (None, True, ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('secured: "abc;=="', 'secured: "other"'),
        ('secured: "abc;=="', "secured: plain"),
        ('secured: "abc;=="', "secured: |\n  two\n  lines"),
        ('secured: "abc;=="', "secured: [1, {a: b}]"),
        ('secured: "abc;=="', "secured:"),
        ('secured: "abc;=="\n', ""),
        ("    quality: 24\n", '    quality: 24\n    secured: "x"\n'),
    ],
)
def test_a_change_of_secured_alone_is_no_change(before: str, after: str) -> None:
    assert before in FULL
    assert digest(FULL.replace(before, after)) == digest(FULL)
    assert brief_of(FULL.replace(before, after)) == brief_of(FULL)


@pytest.mark.parametrize(
    ("before", "after"),
    [("heat: 3694", "heat: 3695"), ("Body", "body"), ("type:", "# note\ntype:"), ("Cloud", "cloud"),
     ("---\nBody", "---\n\nBody"),
     ("An excerpt", "An excerpt\n  secured: 5"), ("secured: \"abc;==\"", "secured: \"abc;==\"\nfoo: 1")],
)  # fmt: skip
def test_any_other_change_is_one(before: str, after: str) -> None:
    assert before in FULL
    assert digest(FULL.replace(before, after)) != digest(FULL)


def test_secured_that_others_refer_to_counts() -> None:
    text = f"---\nsecured: &s one\nexcerpt: *s\n{REST}---\n"
    assert brief_of(text).excerpt == "one"
    assert digest(text) != digest(text.replace("one", "two"))


def test_secured_is_nowhere_in_what_was_parsed() -> None:
    text = FULL.replace("abc;==", "sesame").replace("quality: 24", "quality: 24\n    secured: sesame")
    assert "sesame" not in repr(parse_text(text.encode(), shown="x.md", slug="x"))


def test_python_frontmatter_cuts_a_file_as_we_do(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text(FULL, encoding="utf-8")
    post = frontmatter.load(str(path), handler=BriefHandler())
    assert (post["title"], post.content) == ("Canada's regulators", "Body")
    with pytest.raises(NotCut):
        BriefHandler().split("no front matter")
