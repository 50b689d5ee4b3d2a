"""The generated briefs: no two are one story, and a wave appears whole."""

from __future__ import annotations

from pathlib import Path

from bot.content import parse_file
from tests.chaos.folder import Folder, title


def test_no_two_headlines_share_a_word() -> None:
    words = [word for number in range(300) for word in title(number).lower().split()]
    assert len(set(words)) == len(words)


def test_a_wave_is_whole_hot_and_today_s(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "briefs", seed=1)
    folder.add_cold(2)
    urls = folder.add_hot(3)
    paths = sorted(folder.path.glob("wave-2/*.md"))
    briefs = [parse_file(str(path)).brief for path in paths]
    assert [brief.web_url for brief in briefs if brief] == urls
    assert all(brief and 150 <= brief.warmth <= 300 for brief in briefs)
    assert not list(folder.path.glob(".*"))
