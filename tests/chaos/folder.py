"""A folder of generated briefs that nobody would take for one story, written so that they appear whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

PROVIDERS = 29
WORDS = 6
_SYLLABLES = [one + other for one in "bdfgjklmnprstvz" for other in "aeiou"]
_BRIEF = """---
category: news
title: "{title}"
excerpt: "{excerpt}"
publishedDateTime: {published}
webUrl: "{url}"
type: article
quality: {quality}
heat: {heat}
published: true
provider:
  name: Paper {provider}
  domain: paper-{provider}.example
topics:
  - Topic {topic}
---
"""


@dataclass(slots=True)
class Folder:
    """Writes briefs and knows their addresses. `hot` are those an alert above 100 tells."""

    path: Path
    seed: int
    hot: list[str] = field(default_factory=list)
    cold: list[str] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)

    def add_cold(self, count: int) -> None:
        """Briefs that a digest takes and no alert does."""
        self.cold += self._appear(count, 10, 80)

    def add_hot(self, count: int) -> list[str]:
        """Hot briefs, all of them there at one moment; their addresses."""
        urls = self._appear(count, 150, 300)
        self.hot += urls
        return urls

    def _appear(self, count: int, coldest: int, hottest: int) -> list[str]:
        """A hidden folder that is renamed when it is whole: a scan sees none of its briefs or all."""
        name = f"wave-{self._number}"
        hidden = self.path / f".{name}"
        hidden.mkdir()
        urls = [self._write(hidden, coldest, hottest) for _ in range(count)]
        hidden.rename(self.path / name)
        return urls

    def _write(self, folder: Path, coldest: int, hottest: int) -> str:
        number = self._number
        self._number += 1
        random = Random(f"{self.seed}:{number}")
        url = f"https://paper-{number % PROVIDERS}.example/story-{number:05d}"
        published = datetime.now(UTC) - timedelta(seconds=60)
        text = _BRIEF.format(
            title=title(number),
            excerpt=f"The whole of story {number}, in one sentence.",
            published=f"{published:%Y-%m-%dT%H:%M:%SZ}",
            url=url,
            quality=random.randint(20, 95),
            heat=random.randint(coldest, hottest),
            provider=number % PROVIDERS,
            topic=number % 7,
        )
        (folder / f"story-{number:05d}.md").write_text(text, encoding="utf-8")
        return url


def title(number: int) -> str:
    """A headline whose words no other number's headline has."""
    return " ".join(_word(number * WORDS + place) for place in range(WORDS)).capitalize()


def _word(number: int) -> str:
    """A word of at least three syllables, another one for every number."""
    syllables = []
    for _ in range(3):
        number, place = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[place])
    return "".join(syllables) + (_word(number - 1) if number else "")
