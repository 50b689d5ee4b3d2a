"""Every problem of one file, collected in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.domain.problem import Problem, Severity

MOST_PROBLEMS = 1_000
"""So many of one file are told; the rest is counted."""


class Place(Protocol):
    """Anything that stands somewhere: `line` and `column` from 1, within the front matter."""

    @property
    def line(self) -> int:
        """The line, from 1."""
        ...

    @property
    def column(self) -> int:
        """The column in characters, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class At:
    """A place of its own."""

    line: int = 1
    column: int = 1


class Report:
    """Collects the problems of the file shown as `path`, whose front matter begins on line `first_line`."""

    def __init__(self, path: str, first_line: int = 1) -> None:
        self.has_error = False
        self._path = path
        self.first_line = first_line
        self._problems: dict[tuple[int, int, str, str], Problem] = {}
        self._untold = 0

    def line_of(self, place: Place) -> int:
        """The line of the file."""
        return place.line + self.first_line - 1

    def error(self, place: Place, field: str, message: str, hint: str = "") -> None:
        """Note what keeps the file out of the index."""
        self.has_error = True
        self._note(place, field, message, hint, Severity.ERROR)

    def warn(self, place: Place, field: str, message: str, hint: str = "") -> None:
        """Note what the brief can live with."""
        self._note(place, field, message, hint, Severity.WARNING)

    def problems(self) -> tuple[Problem, ...]:
        """What was noted, in the order of the file."""
        noted = sorted(self._problems.values(), key=lambda found: (found.line, found.column, found.field))
        if self._untold:
            severity = Severity.ERROR if self.has_error else Severity.WARNING
            message = f"{self._untold} more problems are not told one by one"
            noted.append(self._problem(noted[-1].line, 1, "", message, "", severity))
        return tuple(noted)

    def _note(self, place: Place, field: str, message: str, hint: str, severity: Severity) -> None:
        line = self.line_of(place)
        key = (line, place.column, field, message)
        if key in self._problems:
            return
        if len(self._problems) >= MOST_PROBLEMS:
            self._untold += 1
            return
        self._problems[key] = self._problem(line, place.column, field, message, hint, severity)

    def _problem(
        self, line: int, column: int, field: str, message: str, hint: str, severity: Severity
    ) -> Problem:
        return Problem(
            path=self._path,
            line=line,
            column=column,
            severity=severity,
            field=field,
            message=message,
            hint=hint,
        )
