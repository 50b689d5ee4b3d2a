"""A folder of two good briefs and a way to run the command line as a person does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import run

BRIEF = """---
category: news
title: "{title}"
excerpt: "{excerpt}"
publishedDateTime: {day}T08:00:00Z
webUrl: "https://www.example.com/{slug}"
type: article
quality: 80
heat: {heat}
published: true
provider:
  name: Example Times
  domain: example.com
topics:
  - {topic}
---
"""


def write_brief(
    folder: Path,
    slug: str,
    title: str,
    *,
    excerpt: str = "",
    day: str = "2021-02-03",
    heat: int = 90,
    topic: str = "AI",
) -> Path:
    """Write one valid brief and return its path."""
    path = folder / f"{slug}.md"
    text = BRIEF.format(title=title, excerpt=excerpt, slug=slug, day=day, heat=heat, topic=topic)
    path.write_text(text, encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Newsbrief = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder with `briefs/` in it."""
    monkeypatch.chdir(tmp_path)
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    write_brief(briefs, "clearview-in-canada", "Canada tells Clearview AI to stop", heat=107)
    write_brief(briefs, "kubernetes-costs", "Cutting the bill of Kubernetes clusters", topic="Containers")
    return briefs


@pytest.fixture
def newsbrief(
    folder: Path,  # noqa: ARG001 — the command runs inside it
    capfd: pytest.CaptureFixture[str],
) -> Newsbrief:
    """`newsbrief("search", "clearview")` in the working folder."""

    def call(*arguments: str) -> Outcome:
        capfd.readouterr()
        try:
            code = run(arguments)
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Outcome(code=code, out=out, err=err)

    return call
