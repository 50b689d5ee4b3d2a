"""The slugs of numbered documents in one file, for engines that hold numbers alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_NAME = "slugs"


class Slugs:
    """Reads them one by one, from records of equal length."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / _NAME, os.O_RDONLY)
        self._width = int(os.pread(self._file, 8, 0))

    @staticmethod
    def write(folder: Path, slugs: Sequence[str]) -> None:
        """Make the file."""
        encoded = [slug.encode() for slug in slugs]
        width = max(map(len, encoded), default=1)
        data = b"".join(slug.ljust(width) for slug in encoded)
        (folder / _NAME).write_bytes(f"{width:8}".encode() + data)

    def __getitem__(self, number: int) -> str:
        return os.pread(self._file, self._width, 8 + number * self._width).decode().rstrip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
