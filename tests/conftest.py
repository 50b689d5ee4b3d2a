"""What all tests share: a clean environment and the corpus of real briefs where it is to be had."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CORPUS = Path(os.environ.get("NEWSBRIEF_CORPUS", Path(__file__).resolve().parents[2] / "shared" / "corpus"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(("NEWSBRIEF_", "SLACK_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real briefs beside the checkout."""
    if not (CORPUS / "seed-brief.md").is_file():
        pytest.skip(f"no corpus of real briefs at {CORPUS}; name one with NEWSBRIEF_CORPUS")
    return CORPUS


@pytest.fixture(scope="session")
def samples() -> Path:
    """The project's own sample briefs."""
    return Path(__file__).resolve().parents[1] / "briefs"
