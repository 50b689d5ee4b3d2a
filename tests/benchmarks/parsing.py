"""Parsing beside `frontmatter.load` with its default handler: the corpus, and large generated briefs.

Both read the same files from the disk by turns, in several rounds; the median of the rounds is told. Ours
also checks every field, builds frozen values and makes the digest; theirs gives a dictionary.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import frontmatter

from bot.content.files import parse_file
from tests.conftest import CORPUS

SAMPLES = Path(__file__).resolve().parents[2] / "briefs"
ROUNDS = 7
RELATED = 150
LARGE_FILES = 40
WORDS = ("cloud", "data", "google", "regulators", "said", "that", "privacy", "of", "photos", "open", "model")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [("small", _small()), (f"large, {RELATED} related", _large(Path(folder)))]
        print(
            f"{'files':<20} {'n':>5} {'kB each':>8}   {'parser':<17} {'files/s':>9} {'MB/s':>7} {'ratio':>7}"
        )
        for name, paths in rows:
            _compare(name, paths)


def _small() -> list[Path]:
    found = sorted(CORPUS.glob("news-*/*.md")) or sorted(SAMPLES.glob("**/*.md"))
    return [path for path in found if path.name != "README.md" and "taxonomy:" not in path.read_text("utf-8")]


def _large(folder: Path) -> list[Path]:
    chance = random.Random(2021)
    paths = [folder / f"large-{number}.md" for number in range(LARGE_FILES)]
    for path in paths:
        path.write_text(large_brief(chance), encoding="utf-8")
    return paths


def large_brief(chance: random.Random) -> str:
    """A brief of about 28 kB with 150 related articles, as the largest ones seen."""

    def text(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count)).capitalize()

    related = "".join(
        f'  - title: "{text(5)}"\n'
        f"    publishedDateTime: 2021-02-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:15:00Z\n"
        f'    webUrl: "https://www.example{number}.com/{text(3).replace(" ", "-")}"\n'
        f"    type: article\n    provider:\n      name: Example {number}\n    quality: {number}\n"
        for number in range(RELATED)
    )
    return (
        f'---\ncategory: news\ntitle: "{text(8)}"\nexcerpt: "{text(30)}"\n'
        'publishedDateTime: 2021-02-04T18:58:00Z\nwebUrl: "https://www.example.com/a"\ntype: article\n'
        "quality: 87\nheat: 3107\npublished: true\n\n"
        "provider:\n  name: The Example\n  domain: example.com\n\n"
        f'topics:\n  - AI\n\nrelated:\n{related}\nsecured: "{chance.randbytes(180).hex()}"\n---\n\n'
    )


def _compare(name: str, paths: Sequence[Path]) -> None:
    names = [str(path) for path in paths]
    size = sum(path.stat().st_size for path in paths)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        theirs.append(_seconds(frontmatter.load, names))
        ours.append(_seconds(parse_file, names))
    base, mine = statistics.median(theirs), statistics.median(ours)
    ratio = statistics.median(their / our for their, our in zip(theirs, ours, strict=True))
    head = f"{name:<20} {len(names):>5} {size / len(names) / 1000:>8.1f}"
    for parser, seconds, shown in (("frontmatter.load", base, 1.0), ("parse_file", mine, ratio)):
        print(
            f"{head}   {parser:<17} {len(names) / seconds:>9,.0f} {size / seconds / 1e6:>7.1f} {shown:>6.1f}x"
        )


def _seconds(work: Callable[[str], object], names: Sequence[str]) -> float:
    start = time.perf_counter()
    for name in names:
        work(name)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
