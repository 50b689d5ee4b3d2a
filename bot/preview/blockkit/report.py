"""Collecting findings while walking a payload."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bot.preview.world import Finding

MAX_DEPTH = 12
"""No valid block nests deeper; anything that does is refused before the walk goes on."""


class Report:
    """Findings so far, and where the walk stands."""

    def __init__(self, start: str = "") -> None:
        self.findings: list[Finding] = []
        self._path: list[str] = [start] if start else []
        self.block_ids: set[str] = set()
        self.tables = 0

    @property
    def pointer(self) -> str:
        """The JSON pointer of the present place."""
        return "".join(self._path)

    @contextmanager
    def at(self, *steps: str | int) -> Iterator[None]:
        """Go down for the length of a `with`."""
        added = [f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps]
        self._path.extend(added)
        try:
            yield
        finally:
            del self._path[len(self._path) - len(added) :]

    def error(self, message: str, *steps: str | int) -> None:
        """Something that Slack refuses."""
        with self.at(*steps):
            self.findings.append(Finding(pointer=self.pointer, message=message))

    def warn(self, message: str, *steps: str | int) -> None:
        """Something that Slack shows, but not as it was meant."""
        with self.at(*steps):
            self.findings.append(Finding(pointer=self.pointer, message=message, is_error=False))

    def fields(self, node: dict[str, Any], required: Collection[str], optional: Collection[str]) -> None:
        """Every required field is there, and no unknown one."""
        for name in required:
            if node.get(name) is None:
                self.error(f"missing required field: {name}")
        for name in node:
            if name not in required and name not in optional and name != "type":
                self.error(f"invalid additional property: {name}")

    def string(self, node: dict[str, Any], name: str, most: int, *, least: int = 1) -> None:
        """A string within limits, where there is one."""
        value = node.get(name)
        if value is None:
            return
        if not isinstance(value, str):
            self.error("must be a string", name)
        elif len(value) > most:
            self.error(f"must be less than {most + 1} characters", name)
        elif len(value) < least:
            self.error(f"must be more than {least - 1} characters", name)

    def boolean(self, node: dict[str, Any], *names: str) -> None:
        """Switches are true or false."""
        for name in names:
            if not isinstance(node.get(name, False), bool):
                self.error("must be a boolean", name)

    def choice(self, node: dict[str, Any], name: str, allowed: Collection[str]) -> None:
        """One of a few words, where there is one."""
        value = node.get(name)
        if value is not None and value not in allowed:
            self.error(f"must be one of: {', '.join(sorted(allowed))}", name)

    def url(self, node: dict[str, Any], name: str, most: int = 3000) -> None:
        """A web address, where there is one; Slack opens http, https and mailto for a reader."""
        self.string(node, name, most)
        value = node.get(name)
        if isinstance(value, str) and value and not is_web_url(value):
            self.error(f"invalid url: {value[:80]!r} is not an http or https address", name)

    def items(self, node: dict[str, Any], name: str, least: int, most: int) -> list[Any]:
        """A list within limits; empty where it is missing or none."""
        value = node.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.error("must be an array", name)
            return []
        if len(value) < least:
            self.error(f"must provide at least {least} items", name)
        if len(value) > most:
            self.error(f"no more than {most} items allowed [{len(value)} items]", name)
        return value

    def mapping(self, node: object, *steps: str | int) -> dict[str, Any] | None:
        """The node where it is an object; an error and None where not."""
        if isinstance(node, dict):
            return node
        self.error("must be an object", *steps)
        return None


def is_web_url(value: str) -> bool:
    """True for a complete http or https address without spaces or control characters."""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    plain = all(char > " " and char not in '<>"|' for char in value)
    return parts.scheme in ("http", "https") and bool(host) and plain
