"""The bot itself reads the samples without a word of complaint."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.files import parse_file
from bot.domain.brief import Brief
from tests.samples.samplebook import BRIEFS, FILES, PROVIDERS, SAMPLES, front_matter


@pytest.fixture(scope="module")
def parsed() -> dict[str, Brief]:
    found = {}
    for path in FILES:
        file = parse_file(str(path))
        assert file.problems == ()
        assert file.brief is not None
        found[file.brief.slug] = file.brief
    return found


def test_every_sample_is_a_brief_without_a_problem(parsed: dict[str, Brief]) -> None:
    assert set(parsed) == set(BRIEFS)


def test_the_parser_reads_what_stands_in_the_file(parsed: dict[str, Brief]) -> None:
    for slug, fields in BRIEFS.items():
        brief = parsed[slug]
        assert (brief.title, brief.excerpt) == (fields["title"], fields["excerpt"])
        assert (brief.heat, brief.quality) == (fields.get("heat"), fields["quality"])
        assert brief.published_at == fields["publishedDateTime"]
        assert brief.topics == tuple(fields.get("topics", ()))
        assert len(brief.related) == len(fields.get("related", ()))


def test_hidden_samples_are_hidden_and_withdrawn_ones_withdrawn(parsed: dict[str, Brief]) -> None:
    hidden = {slug for slug, fields in BRIEFS.items() if not fields["published"] or fields.get("removed")}
    assert {slug for slug, brief in parsed.items() if brief.is_hidden} == hidden
    withdrawn = {slug for slug, fields in BRIEFS.items() if fields.get("removed")}
    assert {slug for slug, brief in parsed.items() if brief.is_withdrawn} == withdrawn


def test_a_video_is_reached_by_its_original_address(parsed: dict[str, Brief]) -> None:
    videos = [brief for brief in parsed.values() if brief.is_video]
    assert videos
    assert all(brief.link.startswith("https://youtube.com/watch") for brief in videos)


def test_heat_left_out_is_quality_and_twenty_for_each_related(parsed: dict[str, Brief]) -> None:
    unheated = [brief for brief in parsed.values() if brief.heat is None]
    assert unheated
    assert [brief.warmth for brief in unheated] == [
        (brief.quality or 0) + 20 * len(brief.related) for brief in unheated
    ]


@pytest.mark.parametrize("path", PROVIDERS, ids=lambda path: path.stem)
def test_a_provider_file_is_no_brief(path: Path) -> None:
    assert parse_file(str(path)).skipped
    assert front_matter(path)["domain"] == path.stem


def test_the_example_in_the_samples_readme_passes_the_check(tmp_path: Path) -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    lines = [line[4:] for line in readme.splitlines() if line.startswith("    ")]
    example = tmp_path / "2021-02-04-a-headline-of-your-own.md"
    example.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file = parse_file(str(example))
    assert file.problems == ()
    assert file.brief is not None
    assert file.brief.title == "A headline of your own"
