"""Every problem of a file in one pass, each where an editor looks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.content.files import ParsedFile, parse_text
from bot.domain.brief import Brief
from bot.domain.problem import Severity

REST = "title: A\npublishedDateTime: 2021-02-04T18:58:00Z\nwebUrl: https://a.example/x\n"


def parse(text: str) -> ParsedFile:
    return parse_text(text.encode(), shown="folder/x.md", slug="x")


def told(text: str) -> list[str]:
    """The problems as `check` prints them, without hints."""
    problems = parse(text).problems
    assert all(problem.path == "folder/x.md" for problem in problems)
    assert all(problem.hint for problem in problems if problem.is_error)
    return [f"{p.line}:{p.column}: {p.severity}: {p.field or '-'}: {p.message}" for p in problems]


def hints(fields: str) -> list[str]:
    return [problem.hint for problem in parse(f"---\n{fields}{REST}---\n").problems]


def with_fields(fields: str) -> list[str]:
    return told(f"---\n{fields}{REST}---\n")


def brief_with(fields: str) -> Brief:
    parsed = parse(f"---\n{fields}{REST}---\n")
    assert parsed.brief is not None, parsed.problems
    return parsed.brief


def test_all_problems_of_a_file_are_told_in_one_pass_with_their_places() -> None:
    text = (
        "---\n"
        "titel: A\n"
        "excerpt: Google: the thing\n"
        "heat: hot\n"
        "heat: 2\n"
        "publishedDateTime: 2021-02-30T10:00:00Z\n"
        "originalUrl: www.a.example\n"
        "related:\n"
        "  - title: B\n"
        "    webUrl: https://b.example/a b\n"
        "    publishedDateTime: 2021-02-04 10:00\n"
        "    provider:\n"
        "      name: C\n"
        "      domian: c.example\n"
        "---\n"
    )
    zoneless = "has no time zone; it is taken as UTC"
    impossible = "`2021-02-30T10:00:00Z` is a date that does not exist"
    assert told(text) == [
        "2:1: warning: titel: unknown field `titel`; it is left out",
        "2:1: error: title: the title is missing",
        "3:16: error: excerpt: a colon inside the value makes YAML see a second field here",
        "4:7: error: heat: `hot` is not a whole number",
        "5:1: error: heat: the field is given twice, first on line 4",
        f"6:20: error: publishedDateTime: {impossible} (day is out of range for month)",
        "7:14: error: originalUrl: `www.a.example` is not a full address",
        "10:13: warning: related[0].webUrl: a space in the address is written as %20",
        f"11:24: warning: related[0].publishedDateTime: `2021-02-04 10:00` {zoneless}",
        "14:7: warning: related[0].provider.domian: unknown field `domian`; it is left out",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: error: -: the file is empty"),
        ("\n \n", "1:1: error: -: the file is empty"),
        ("# Hello\n", "1:1: error: -: the file has no front matter"),
        ("\n\nHello\n", "3:1: error: -: the file has no front matter"),
        ("---title\n---\n", "1:1: error: -: `---title` does not open a front matter"),
        (f"---\n{REST}", "1:1: error: -: the front matter is never closed"),
        (f"\n\n---\n{REST} ---\n", "3:1: error: -: the front matter is never closed"),
        ("---\n---\n", "2:1: error: -: the front matter is empty"),
        ("---\n# note\n---\n", "2:1: error: -: the front matter is empty"),
        ("---\n- a\n---\n", "2:1: error: -: the front matter is a list, not fields"),
        ("---\n\nfoo\n---\n", "3:1: error: -: the front matter is a text, not fields"),
    ],
)
def test_a_file_that_is_no_brief_at_all_is_one_problem(text: str, expected: str) -> None:
    assert told(text) == [expected]
    assert parse(text).brief is None


def test_front_matter_may_end_with_dots_and_begin_after_blank_lines() -> None:
    assert told(f"\n\n---\n{REST}...\nbody\n---\n") == []


def test_dashes_inside_values_and_body_do_not_cut() -> None:
    brief = parse(f"---\nexcerpt: a --- b\ncategory: |\n  ---\n  x\n{REST}---\nbody\n---\n").brief
    assert brief is not None
    assert (brief.excerpt, brief.category) == ("a --- b", "---\nx\n")


def test_lines_count_as_the_editor_shows_them_whatever_ends_them() -> None:
    text = f"\n---\n{REST}heat: x\n---\n"
    expected = ["6:7: error: heat: `x` is not a whole number"]
    for end in ("\n", "\r\n", "\r"):
        assert told(text.replace("\n", end)) == expected
        assert told("\ufeff" + text.replace("\n", end)) == expected


def test_columns_count_characters_not_bytes() -> None:
    assert with_fields("excerpt: é😀: x\n") == [
        "2:12: error: excerpt: a colon inside the value makes YAML see a second field here"
    ]


def test_missing_title_address_and_date_are_told_together() -> None:
    assert told("---\ncategory: news\ncdnAmpWebUrl: https://x.cdn.ampproject.org/x\n---\n") == [
        "2:1: warning: publishedDateTime: the date is missing; the time the file is first seen is taken",
        "2:1: error: title: the title is missing",
        "2:1: error: webUrl: there is no usable address",
    ]


def test_a_missing_date_is_only_a_warning_and_stays_none() -> None:
    parsed = parse("---\ntitle: A\nampWebUrl: https://a.example/amp\n---\n")
    assert parsed.brief is not None
    assert parsed.brief.published_at is None
    assert parsed.brief.link == "https://a.example/amp"
    assert [problem.severity for problem in parsed.problems] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("category: [a]", "category"),
        ("quality: 1.0", "quality"),
        ("quality: 1e3", "quality"),
        ("quality: 0x1F", "quality"),
        ("quality: 1_000", "quality"),
        ("quality: 1,000", "quality"),
        ("quality: '5'", "quality"),
        ("quality: 1234567890123456789", "quality"),
        ("heat: [5]", "heat"),
        ("removed: maybe", "removed"),
        ("removed: 'false'", "removed"),
        ("removed: 0", "removed"),
        ("removed: y", "removed"),
        ("deleted: {a: b}", "deleted"),
        ("provider: Foo", "provider"),
        ("provider: [Foo]", "provider"),
        ("topics: AI", "topics"),
        ("topics:\n  - {a: b}", "topics[0]"),
        ("images: https://a.example/x.png", "images"),
        ("images:\n  url: https://a.example/x.png", "images"),
        ("images:\n  - https://a.example/x.png", "images[0]"),
        ("images:\n  - url: https://a.example/x.png\n    width: 5px", "images[0].width"),
        ("images:\n  - url: https://a.example/x.png\n    isCached: 'true'", "images[0].isCached"),
        ("related: none", "related"),
        ("related:\n  - https://a.example", "related[0]"),
        ("updatedDateTime: [2021]", "updatedDateTime"),
        ("originalUrl: {a: b}", "originalUrl"),
        ("locale: {{ page.lang }}", "locale"),
    ],
)
def test_a_known_field_of_the_wrong_kind_is_an_error(line: str, field: str) -> None:
    parsed = parse(f"---\n{line}\n{REST}---\n")
    assert parsed.brief is None
    assert [(problem.field, problem.is_error) for problem in parsed.problems] == [(field, True)]


@pytest.mark.parametrize(
    ("written", "year_to_minute", "doubt"),
    [
        ("2021-02-04T18:58:00Z", (2021, 2, 4, 18, 58), ""),
        ('"2021-02-04T18:58:00Z"', (2021, 2, 4, 18, 58), ""),
        ("2021-02-04T18:58:00+02:00", (2021, 2, 4, 16, 58), ""),
        ("2021-02-04 18:58:00.25 -5", (2021, 2, 4, 23, 58), ""),
        ("2021-02-04t18:58z", (2021, 2, 4, 18, 58), ""),
        ("2021-02-04T18:58", (2021, 2, 4, 18, 58), "has no time zone; it is taken as UTC"),
        ("2021-02-04", (2021, 2, 4, 0, 0), "has no time of day; it is taken as midnight UTC"),
        ("2021-2-4", (2021, 2, 4, 0, 0), "has no time of day; it is taken as midnight UTC"),
    ],
)
def test_dates_become_utc(written: str, year_to_minute: tuple[int, ...], doubt: str) -> None:
    parsed = parse(f"---\nupdatedDateTime: {written}\n{REST}---\n")
    assert parsed.brief is not None
    updated_at = parsed.brief.updated_at
    assert updated_at is not None
    assert updated_at.utcoffset() == timedelta(0)
    assert updated_at.timetuple()[:5] == year_to_minute
    assert [problem.message.partition("` ")[2] for problem in parsed.problems] == ([doubt] if doubt else [])


@pytest.mark.parametrize(
    "written",
    ["2021-02-30", "2021-13-01T00:00:00Z", "2021-02-04T25:00:00Z", "0001-01-01T00:00:00+05:00", "yesterday",
     "2021-W05-4", "20210204", "1612465080", "2021-02-04T10:00:00+99:00", "0000-01-01"],
)  # fmt: skip
def test_impossible_dates_are_errors(written: str) -> None:
    assert [problem.field for problem in parse(f"---\nupdatedDateTime: {written}\n{REST}---\n").problems] == [
        "updatedDateTime"
    ]
    assert parse(f"---\nupdatedDateTime: {written}\n{REST}---\n").brief is None


@pytest.mark.parametrize(
    "written",
    ["ftp://a.example/x", "javascript:alert(1)", "a.example/x", "/x", "https://", "https:///x",
     "https:a.example", "https://a.example:99999/", "https://[x/", "'https://exa mple.com/'",
     '"https://a.example/\\nx"',
     "mailto:a@b.example",
     "data:text/html,x", "https://<script>/", "a.example:8080/x"],
)  # fmt: skip
def test_addresses_that_nobody_can_open_are_errors(written: str) -> None:
    parsed = parse(f"---\nampWebUrl: {written}\n{REST}---\n")
    assert parsed.brief is None
    assert [(problem.field, problem.line, problem.column) for problem in parsed.problems] == [
        ("ampWebUrl", 2, 12)
    ]


def test_spaces_in_addresses_are_encoded_with_a_warning_and_fall_away_around_them() -> None:
    parsed = parse(f'---\nampWebUrl: " https://a.example/a b  c "\n{REST}---\n')
    assert parsed.brief is not None
    assert parsed.brief.amp_web_url == "https://a.example/a%20b%20%20c"
    assert [problem.severity for problem in parsed.problems] == [Severity.WARNING]


def test_a_bad_address_is_not_called_missing_as_well() -> None:
    text = "---\ntitle: A\npublishedDateTime: 2021-02-04T18:58:00Z\nwebUrl: x\n---\n"
    assert told(text) == ["4:9: error: webUrl: `x` is not a full address"]


def test_images_of_other_formats_are_left_out_with_a_warning() -> None:
    urls = [f"https://a.example/{name}" for name in ("x.webp", "x.svg?a", "x.JPG", "y")] + ["/relative.png"]
    parsed = parse("---\nimages:\n" + "".join(f"  - url: {url}\n" for url in urls) + REST + "---\n")
    assert parsed.brief is not None
    assert [image.url for image in parsed.brief.images] == urls[2:]
    assert [(problem.field, problem.severity) for problem in parsed.problems] == [
        ("images[0].url", Severity.WARNING),
        ("images[1].url", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("publishedDatetime: x", "publishedDateTime"), ("publishdDateTime: x", "publishedDateTime"),
        ("published_date_time: x", "publishedDateTime"), ("weburl: x", "webUrl"), ("url: x", "webUrl"),
        ("tags: x", "topics"), ("topic: x", "topics"), ("image: x", "images"), ("summary: x", "excerpt"),
        ("provider:\n  nmae: x", "name"), ("images:\n  - url: /x.png\n    hieght: 5", "height"),
    ],
)  # fmt: skip
def test_unknown_keys_are_warned_of_with_the_nearest_known_one(line: str, near: str) -> None:
    assert hints(line + "\n") == [f"did you mean `{near}`?"]
    assert brief_with(line + "\n").title == "A"


def test_an_unknown_key_that_resembles_nothing_gets_no_guess() -> None:
    assert hints("zzzzqqq: 1\n") == ["check its spelling, or remove it"]


@pytest.mark.parametrize(
    ("line", "column", "hint"),
    [
        ("excerpt: Google: the thing", 16, 'put the whole value in double quotes: "Google: the thing"'),
        ("excerpt: @google says", 10, "put the whole value in double quotes"),
        ("excerpt: `code` it", 10, "put the whole value in double quotes"),
        ("excerpt: %d of all", 10, "put the whole value in double quotes"),
        ("excerpt: *important* news", 10, "put the whole value in double quotes"),
        ("excerpt: *x", 10, "put the whole value in double quotes if it is text"),
        ("excerpt: - a", 10, "begin it on the next line, indented"),
        ('excerpt: "he said "x" y"', 20, 'write \\" for a quote inside double quotes'),
        ("excerpt: 'it's'", 14, "write '' for an apostrophe inside '…'"),
        ('excerpt: "never closed', 10, 'close it with " where the value ends'),
        ('excerpt: "C:\\quick"', 13, "write \\\\ for a backslash"),
        ("excerpt: [a, b", 10, "close it, or put the whole value in double quotes"),
        ("excerpt: |x", 11, "begin the text on the next line, indented"),
        ("excerpt x", 1, "write `name: value`; indent a text that goes on from the line above by two spaces"),
        ("\texcerpt: x", 1, "indent with spaces, two for each level"),
    ],
)  # fmt: skip
def test_traps_of_yaml_get_a_hint_that_helps(line: str, column: int, hint: str) -> None:
    found = parse(f"---\n{line}\n{REST}---\n").problems
    assert [(problem.line, problem.column, problem.hint) for problem in found] == [(2, column, hint)]


@pytest.mark.parametrize("line", ["excerpt: &x news", "excerpt: !wow news", "excerpt: We are #1 in cloud"])
def test_text_that_yaml_takes_away_in_silence_is_warned_of(line: str) -> None:
    assert [(p.field, p.severity) for p in parse(f"---\n{line}\n{REST}---\n").problems] == [
        ("excerpt", Severity.WARNING)
    ]


def test_several_syntax_errors_and_what_stands_between_them_are_all_told() -> None:
    related = (
        "related:\n  - title: One: two\n    webUrl: https://b.example\n  - title: 'x' y\n    webUrl: z\n"
    )
    text = f"{related}heat: 2.0\ntype: @x\n"
    assert [line.rpartition(": ")[0] for line in with_fields(text)] == [
        "3:15: error: related[0].title",
        "5:16: error: related[1].title",
        "6:13: error: related[1].webUrl",
        "7:7: error: heat",
        "8:7: error: type",
    ]


def test_related_articles_need_a_title_and_an_address_too() -> None:
    assert with_fields("related:\n  - title: B\n  - webUrl: https://b.example\n") == [
        "3:5: error: related[0].webUrl: there is no usable address",
        "4:5: error: related[1].title: the title is missing",
    ]


def test_a_thousand_problems_are_told_and_the_rest_counted() -> None:
    problems = parse("---\n" + "".join(f"k{number}: 1\n" for number in range(3000)) + REST + "---\n").problems
    assert len(problems) == 1001
    assert problems[-1].message == "2000 more problems are not told one by one"
