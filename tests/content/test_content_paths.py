"""Two paths, one meaning: what the fast path accepts, the precise path reads the same, problems and all."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from bot.content.disk import decode
from bot.content.files import parse_text
from bot.content.parser import parse
from tests.content.documents import CHARACTERS, SCALARS, documents


def both_agree(text: str) -> None:
    usual = parse(text, shown="x.md", slug="x")
    precise = parse(text, shown="x.md", slug="x", precise=True)
    assert usual == precise
    event("brief" if usual.brief else "rejected")


@settings(
    max_examples=int(__import__("os").environ.get("PZ", "300")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(documents())
def test_both_paths_agree_on_whole_documents(text: str) -> None:
    both_agree(decode(text.encode("utf-8", "replace").replace(b"\0", b"")))


@settings(
    max_examples=int(__import__("os").environ.get("PZ", "300")),
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
    both_agree("---\n" + "".join(f"{name}: {text}\n" for name, text in rest.items()) + "---\n")


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
