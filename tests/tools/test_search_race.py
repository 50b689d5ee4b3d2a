"""The search benchmark and its corpus: the same briefs for one seed, the same race for every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import parse_file
from tests.benchmarks._search_index import HOME, real_briefs
from tests.benchmarks.corpus import Maker, Recipe, rendered, write_corpus
from tests.benchmarks.engines import installing
from tests.benchmarks.engines.catalog import ENGINES, OURS, Engine
from tests.benchmarks.engines.installing import blocks, install
from tests.benchmarks.engines.material import Material, write_documents
from tests.benchmarks.engines.race import Limits, Race

AT_HAND = [engine for engine in ENGINES if not engine.packages and not engine.node and not engine.server][:3]
SAMPLES = HOME / "briefs"


def test_corpus_is_the_same_for_one_seed_however_many_write_it(samples: Path, tmp_path: Path) -> None:
    real = real_briefs(samples)
    for name, seed, workers in (("one", 7, 1), ("same", 7, 2), ("other", 8, 1)):
        write_corpus(tmp_path / name, real, Recipe(1200, seed), workers)
    files = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.md")}
        for name in ("one", "same", "other")
    }
    assert len(files["one"]) == 1200
    assert files["one"] == files["same"]
    assert not files["one"].keys() & files["other"].keys()
    assert {path.name for path in (tmp_path / "one").iterdir()} == {"part-0000", "part-0001"}


def test_a_file_of_the_corpus_says_what_its_brief_says(samples: Path, tmp_path: Path) -> None:
    for brief in Maker(real_briefs(samples), Recipe(200)).briefs():
        path = tmp_path / f"{brief.slug}.md"
        path.write_text(rendered(brief), encoding="utf-8")
        parsed = parse_file(str(path))
        assert (parsed.brief, parsed.problems) == (brief, ())


def race(folder: Path, engines: list[Engine], count: int = 60) -> Race:
    material = Material(folder=str(SAMPLES), documents=str(folder / "documents.tsv"), count=count)
    write_documents(Path(material.documents), material.briefs())
    return Race(material, engines, folder / "packages", folder, Limits(round=2, rounds=2))


def test_every_engine_at_hand_runs_the_same_race(tmp_path: Path) -> None:
    racing = race(tmp_path, AT_HAND)
    titles = {text.title: text.slug for text in racing.material.texts()}
    found = racing.run(racing.build(), list(titles))
    assert racing.left_out == {}
    assert [one.engine for one in found] == AT_HAND
    for one in found:
        answered = [titles[title] in slugs[:1] for title, slugs in one.slugs.items()]
        assert sum(answered) > 0.8 * len(answered), one.engine.name
        assert len(one.rounds) == 2
        assert 0 < one.p50 <= one.p99
        assert one.disk > 0
    assert found[0].memory.python > 0


def test_an_engine_that_is_missing_or_unfit_is_named_and_the_run_goes_on(tmp_path: Path) -> None:
    missing = Engine(name="Missing", module="nowhere")
    too_small = Engine(name="Small", module="fts5_words", most=10)
    fit = Engine(name="Fit", module="fts5_words")
    racing = race(tmp_path, [missing, too_small, fit])
    assert [one.engine for one in racing.run(racing.build(), ["cloud", "data"])] == [fit]
    assert "nowhere" in racing.left_out["Missing"]
    assert racing.left_out["Small"] == "too slow beyond 10 briefs"


def test_what_does_not_install_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("# none is pinned\n", encoding="utf-8")
    monkeypatch.setattr(installing, "LOCK", lock)
    unpinned = Engine(name="Unpinned", module="unpinned", packages=("unpinned",))
    assert install([OURS, unpinned], tmp_path / "to") == {
        "Unpinned": "does not install: unpinned is not in lock.txt"
    }


def test_every_package_of_an_engine_is_pinned_by_hash() -> None:
    pinned = blocks(installing.LOCK.read_text(encoding="utf-8"))
    for engine in ENGINES:
        for name in engine.packages:
            assert "--hash=sha256:" in pinned[name]
