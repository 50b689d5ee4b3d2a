"""The other end of the pipe: an engine's process as an object, which may fail and says why."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

from tests.benchmarks._search_index import HOME
from tests.benchmarks.engines.catalog import Engine
from tests.benchmarks.engines.material import Material

PACKAGES = HOME / ".venv" / "engines"
"""Where the engines are installed, each in a folder of its own."""
_NODE_HEAP_MB = 12_000


class EngineFailed(Exception):
    """An engine that cannot take part, with the reason in a sentence."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Milliseconds of each answer and its slugs, in the order of the queries."""

    times: list[float]
    slugs: list[list[str]]


@dataclass(frozen=True, slots=True)
class Memory:
    """MB grown since before opening: its own, of mapped files, and in the interpreter's heap (if traced)."""

    own: float
    mapped: float
    python: float


def command_of(engine: Engine, packages: Path) -> list[str]:
    """How its process is started."""
    at = packages / engine.module
    if engine.node:
        script = Path(__file__).with_name(engine.module) / "child.mjs"
        return ["node", f"--max-old-space-size={_NODE_HEAP_MB}", str(script), str(at)]
    return [sys.executable, "-m", "tests.benchmarks.engines.child", engine.module, str(at)]


class Driven:
    """An engine's process; use it as a context manager. Everything raises EngineFailed."""

    def __init__(self, engine: Engine, packages: Path = PACKAGES, *, traced: bool = False) -> None:
        command = [*command_of(engine, packages), *(["traced"] if traced else [])]
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed with it
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                text=True,
                cwd=HOME,
            )
        except OSError as error:
            self._said.close()
            raise EngineFailed(f"does not start: {error}") from error

    def ready(self) -> Self:
        """Wait until it has loaded."""
        self._answer(60)
        return self

    def build(self, folder: Path, material: Material, limit: float) -> float:
        """Seconds that filling the folder took."""
        folder.mkdir(parents=True, exist_ok=True)
        return float(self._ask(limit, do="build", folder=str(folder), material=asdict(material))["seconds"])

    def open(self, folder: Path, material: Material, query: str) -> float:
        """Seconds from opening to the first answer."""
        asked = {"folder": str(folder), "material": asdict(material), "query": query}
        return float(self._ask(300, do="open", **asked)["seconds"])

    def ask(self, queries: Sequence[str], seconds: float) -> Answers:
        """Answers to the queries, no further one after so many seconds."""
        found = self._ask(seconds + 120, do="ask", queries=list(queries), seconds=seconds)
        return Answers(found["times"], found["slugs"])

    def change(self, folder: Path, material: Material) -> float:
        """Seconds from writing one brief anew until it is found."""
        return float(self._ask(120, do="change", folder=str(folder), material=asdict(material))["seconds"])

    def memory(self) -> Memory:
        """What it has grown since before opening."""
        return Memory(**self._ask(120, do="memory"))

    def _ask(self, limit: float, **command: object) -> dict[str, Any]:
        assert self._process.stdin
        try:
            print(json.dumps(command), file=self._process.stdin, flush=True)
        except OSError as error:
            raise EngineFailed(self._ended()) from error
        return self._answer(limit)

    def _answer(self, limit: float) -> dict[str, Any]:
        assert self._process.stdout
        late = Timer(limit, self._process.kill)
        late.start()
        line = self._process.stdout.readline()
        in_time = late.is_alive()
        late.cancel()
        if not line:
            raise EngineFailed(self._ended() if in_time else f"took more than {limit:.0f} s")
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise EngineFailed(str(found["error"]))
        return found

    def _ended(self) -> str:
        """Its exit code and the last line it wrote to the error stream."""
        code = self._process.wait()
        self._said.seek(0)
        lines = [line.strip() for line in self._said if line.strip()]
        return f"ended with {code}{': ' + lines[-1][:200] if lines else ''}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.close()
            self._process.wait(30)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._said.close()
