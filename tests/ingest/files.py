"""Brief files for tests of scanning, syncing and watching."""

from __future__ import annotations

import os
from pathlib import Path

FILE = """---
title: {title}
webUrl: https://news.example/{name}
publishedDateTime: 2021-02-04T08:00:00Z
heat: {heat}
{more}---
"""


def content(name: str, title: str = "A title", *, heat: int = 10, more: str = "") -> str:
    return FILE.format(name=name, title=title, heat=heat, more=f"{more}\n" if more else "")


def write(folder: Path, name: str, title: str = "A title", *, heat: int = 10, more: str = "") -> Path:
    """Write `folder/name.md`; folders are made where they are missing."""
    path = folder / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content(path.stem, title, heat=heat, more=more), encoding="utf-8")
    return path


def touch(path: Path) -> None:
    """Give the file another time and leave its content."""
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns + 1_000_000_000))


def move(path: Path, target: Path) -> None:
    """Rename a file, folder or link."""
    path.rename(target)


def remove(path: Path) -> None:
    """Remove a file."""
    path.unlink()
