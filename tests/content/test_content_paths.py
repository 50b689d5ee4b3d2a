"""Two paths, one meaning: what the fast path accepts, the precise path reads the same, problems and all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from bot.content.disk import decode
from bot.content.files import parse_text
from bot.content.parser import parse
from bot.content.parser.fast import read_fast
from tests.content.documents import CHARACTERS, SCALARS, documents

EXAMPLES = int(os.environ.get("NEWSBRIEF_EXAMPLES", "300"))
"""More of them for a change of the fast path: 5,000 take a few minutes."""

FIRST = "title: A\nwebUrl: https://a.example\npublishedDateTime: 2021-02-04T18:58:00Z\n"
"""The fields that every brief has; the cases below go on from here."""


def both_agree(text: str) -> str:
    usual = parse(text, shown="x.md", slug="x")
    precise = parse(text, shown="x.md", slug="x", precise=True)
    assert usual == precise
    return "brief" if usual.brief else "rejected"


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(documents())
def test_both_paths_agree_on_whole_documents(text: str) -> None:
    event(both_agree(decode(text.encode("utf-8", "replace").replace(b"\0", b""))))


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.sampled_from(["title", "heat", "published", "webUrl", "publishedDateTime", "secured", "topics"]),
    SCALARS,
)
@example("heat", "0x1F")
@example("heat", "-0x1F")
@example("heat", "1_000")
@example("heat", "_1")
@example("title", "1e3")
@example("publishedDateTime", "2021-W05-4T18:58:00Z")
@example("excerpt", "|")
@example("excerpt", "\xa0")
@example("excerpt", "'  '")
@example("excerpt", "& x")
@example("secured", '"a"\n "b"')
def test_both_paths_agree_on_every_way_to_write_a_value(key: str, value: str) -> None:
    rest = {
        "title": "A",
        "webUrl": "https://a.example",
        "publishedDateTime": "2021-02-04T18:58:00Z",
        key: value,
    }
    event(both_agree("---\n" + "".join(f"{name}: {text}\n" for name, text in rest.items()) + "---\n"))


@pytest.mark.parametrize(
    "rest",
    [
        'excerpt: "a\\r\\nb\\rc\\\\r"\n',
        "excerpt: a\\r\\nb\n",
        'excerpt: "a: &b [c] | d # e"\n',
        'category: foo\n  key: "x #y"\n',
        'topics:\n- foo\n  key: "x #y"\n',
        'excerpt: "foo\n  key: " #bar"\n',
        "excerpt: 'foo\n  key: \"it' #b\"\n",
        "excerpt: x #y\n",
        'excerpt: "x" #y\n',
        'heat: 3\nsecured: "a"\n',
        'secured: "a"\nheat: 3\n',
        'secured: "a"\nsecured: "b"\n',
        'secured: "\n',
        'excerpt\nsecured: "a"\n',
        '? excerpt\nsecured: "a"\n',
        'excerpt: foo\nsecured: "a"\n',
        'excerpt: "foo\nsecured: "a"\n',
        'excerpt: \'foo\nsecured: "a"\n',
        "excerpt: 'foo\nsecured: \"a'\"\n",
        "excerpt: '\nsecured: \"x\"\n'\n",
        '--- x\nsecured: "a"\n',
        '...x\nsecured: "a"\n',
        'related:\n- title: a\n  webUrl: https://b.example\n  secured: "x"\n',
        'related:\n- title: a\n  webUrl: https://b.example\nsecured: "x"\n',
    ],
)
def test_both_paths_agree_on_quotes_comments_and_the_secured_line(rest: str) -> None:
    both_agree(f"---\n{FIRST}{rest}---\n")
    both_agree(f"---\n  {FIRST}{rest}---\n")


@pytest.mark.parametrize("items", [27_000, 40_000])
def test_both_paths_agree_on_the_most_values_of_a_file(items: int) -> None:
    both_agree(f"---\n{FIRST}images:\n" + "- url: /\n" * items + "---\n")


def test_a_secured_line_at_the_end_is_read_on_the_fast_path_and_left_out_of_the_digest() -> None:
    values, spans = read_fast(f'{FIRST}secured: "+0x/=="\n')
    assert values["title"] == "A"
    assert spans == [(len(FIRST), len(FIRST) + len('secured: "+0x/=="\n'))]


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(CHARACTERS, max_size=60).map(lambda text: text.encode())))
@example(b"---")
def test_any_bytes_at_all_give_a_verdict(data: bytes) -> None:
    for content in (data, b"---\n" + data + b"\n---\n", b"---\ntitle: " + data + b"\n---\n"):
        parsed = parse_text(content, shown="x.md", slug="x")
        assert parsed.brief or parsed.skipped or any(problem.is_error for problem in parsed.problems)
        assert all(problem.line >= 1 and problem.column >= 1 for problem in parsed.problems)


def test_both_paths_agree_on_the_corpus_without_an_error(corpus: Path) -> None:
    paths = [*sorted(corpus.glob("news-*/*.md")), corpus / "seed-brief.md"]
    assert len(paths) > 900
    for path in paths:
        text = decode(path.read_bytes())
        usual = parse(text, shown=path.name, slug=path.stem)
        assert usual == parse(text, shown=path.name, slug=path.stem, precise=True)
        assert usual.brief, usual.problems
