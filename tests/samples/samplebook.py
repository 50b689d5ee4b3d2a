"""The sample briefs as plain mappings, read without any of the bot's code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

SAMPLES = Path(__file__).resolve().parents[2] / "briefs"
FILES = sorted(path for path in SAMPLES.glob("*.md") if path.name != "README.md")
PROVIDERS = sorted((SAMPLES / "providers").glob("*.md"))
TOPICS = sorted((SAMPLES / "topics").glob("*.yaml"))


def front_matter(path: Path) -> dict[str, Any]:
    """The fields between the two `---` lines."""
    _, fields, _ = path.read_text(encoding="utf-8").replace("\r\n", "\n").split("---\n", 2)
    return dict(yaml.safe_load(fields))


def articles(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The article itself and its related coverage."""
    return [fields, *fields.get("related", [])]


def addresses(article: dict[str, Any]) -> list[str]:
    names = ("originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl")
    return [article[name] for name in names if article.get(name)]


BRIEFS: dict[str, dict[str, Any]] = {path.stem: front_matter(path) for path in FILES}
VISIBLE = {
    slug: fields for slug, fields in BRIEFS.items() if fields["published"] and not fields.get("removed")
}
