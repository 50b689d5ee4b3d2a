"""The templates in use: each the user's own where it works, else the built-in one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2.sandbox import SandboxedEnvironment

from bot.domain.message import Message
from bot.domain.problem import Problem
from bot.errors import RenderError
from bot.render.engine import SUFFIX, environment, parse_message
from bot.render.fitting import fitted, is_whole
from bot.render.limits import problems_in
from bot.render.overrides import check_folder, place_of

_log = logging.getLogger(__name__)


class TemplateSet:
    """Renders messages by the name of their template; `problems` are the mistakes of the user's folder."""

    def __init__(self, *, folder: str | None, command: str) -> None:
        self._shared = {"command": command}
        self._built_in: SandboxedEnvironment = environment()
        self._own: SandboxedEnvironment | None = environment(folder) if folder else None
        report = check_folder(folder, self._shared) if folder else None
        self._broken: set[str] = set(report.broken) if report else set()
        self._folder = folder or ""
        self._told: set[str] = set()
        self.problems: tuple[Problem, ...] = report.problems if report else ()

    def render(self, name: str, values: Mapping[str, Any]) -> Message:
        """The message, within every limit. Raises RenderError where even the built-in template fails."""
        return self.first_whole(name, (values,))[0]

    def first_whole(
        self, name: str, choices: Iterable[Mapping[str, Any]]
    ) -> tuple[Message, Mapping[str, Any]]:
        """The first of these whose blocks all have room, and its values; else the last, made to fit.

        Each template is measured as it is, so that one of the user's own gets what it has room for.
        """
        found: tuple[Message, Mapping[str, Any]] | None = None
        for values in choices:
            message, whole = self._drawn(name, values)
            found = message, values
            if whole:
                break
        if found is None:
            raise ValueError("there has to be a choice")
        return found

    def _drawn(self, name: str, values: Mapping[str, Any]) -> tuple[Message, bool]:
        """The message within every limit, and whether all of its blocks had room."""
        if self._own and name not in self._broken:
            try:
                return self._message(self._own, name, values)
            except Exception as error:  # noqa: BLE001 - a template is somebody's code: anything may come out
                self._tell(name, error)
        try:
            return self._message(self._built_in, name, values)
        except Exception as error:  # Jinja2 and JSON have no common error; it goes on as ours
            raise RenderError(f"The message {name!r} could not be put together: {error}") from error

    def _tell(self, name: str, error: Exception) -> None:
        """Log a template's failure once, as it may fail for every message; its words may quote a brief."""
        if name in self._told:
            return
        self._told.add(name)
        path, line = place_of(error, self._folder, name)
        kind = type(error).__name__
        _log.warning(
            "template %s failed on real data at line %d (%s); where it does, the built-in one is used",
            path.name,
            line,
            kind,
        )

    def _message(
        self, env: SandboxedEnvironment, name: str, values: Mapping[str, Any]
    ) -> tuple[Message, bool]:
        drawn = parse_message(env.get_template(name + SUFFIX).render(**self._shared, **values))
        message = fitted(drawn)
        if problems := problems_in(message):
            raise RenderError(problems[0])
        return message, is_whole(drawn)
