"""What is wrong with a file: one value for `check`, `sync`, `/news status` and the start-up report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the file out of the index, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in one file; lines and columns count from 1, `field` is empty where none is meant."""

    path: str
    line: int
    column: int
    severity: Severity
    field: str
    message: str
    hint: str = ""

    @property
    def is_error(self) -> bool:
        """True where this problem keeps the file out of the index."""
        return self.severity is Severity.ERROR
