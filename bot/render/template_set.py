"""The templates in use: each the user's own where it works, else the built-in one."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from jinja2.sandbox import SandboxedEnvironment

from bot.domain.message import Message
from bot.domain.problem import Problem
from bot.errors import RenderError
from bot.render.engine import SUFFIX, environment, parse_message
from bot.render.fitting import fitted
from bot.render.limits import problems_in
from bot.render.overrides import check_folder

_log = logging.getLogger(__name__)


class TemplateSet:
    """Renders messages by the name of their template; `problems` are the mistakes of the user's folder."""

    def __init__(self, *, folder: str | None, command: str) -> None:
        self._shared = {"command": command}
        self._built_in: SandboxedEnvironment = environment()
        self._own: SandboxedEnvironment | None = environment(folder) if folder else None
        report = check_folder(folder, self._shared) if folder else None
        self._broken: set[str] = set(report.broken) if report else set()
        self.problems: tuple[Problem, ...] = report.problems if report else ()

    def render(self, name: str, values: Mapping[str, Any]) -> Message:
        """The message, within every limit. Raises RenderError where even the built-in template fails."""
        if self._own and name not in self._broken:
            try:
                return self._message(self._own, name, values)
            except Exception as error:  # noqa: BLE001 - a template is somebody's code: anything may come out
                _log.warning("template %s%s failed on real data: %s", name, SUFFIX, error)
        try:
            return self._message(self._built_in, name, values)
        except Exception as error:
            raise RenderError(f"The message {name!r} could not be put together: {error}") from error

    def _message(self, env: SandboxedEnvironment, name: str, values: Mapping[str, Any]) -> Message:
        source = env.get_template(name + SUFFIX).render(**self._shared, **values)
        message = fitted(parse_message(source))
        if problems := problems_in(message):
            raise RenderError(problems[0])
        return message
