"""Installing the engines, one by one, so that one that does not install keeps nobody from running.

Versions and hashes are those of requirements-engines.txt and of each Node.js engine's package-lock.json.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks._search_index import HOME
from tests.benchmarks.engines.catalog import Engine
from tests.benchmarks.engines.driving import PACKAGES

LOCK = HOME / "requirements-engines.txt"
_MARK = ".installed"
_LIMIT = 180
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install", "--no-deps")
_NPM = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def install(engines: Sequence[Engine], packages: Path = PACKAGES) -> dict[str, str]:
    """Install what is missing; the reasons of those that did not install, by engine."""
    pinned = blocks(LOCK.read_text(encoding="utf-8")) if LOCK.is_file() else {}
    failed: dict[str, str] = {}
    for engine in engines:
        if (engine.packages or engine.node) and (reason := _installed(engine, packages, pinned)):
            failed[engine.name] = f"does not install: {reason}"
    return failed


def blocks(lock: str) -> dict[str, str]:
    """The lock's requirements with their hashes, by name."""
    found = re.split(r"\n(?=[a-z0-9])", "\n" + lock)
    return {re.split("[=<>]", block, maxsplit=1)[0]: block for block in found if "==" in block}


def _installed(engine: Engine, packages: Path, pinned: Mapping[str, str]) -> str:
    """Why it did not install, nothing where it did or is there."""
    to = packages / engine.module
    if missing := [name for name in engine.packages if name not in pinned]:
        return f"{', '.join(missing)} is not in {LOCK.name}"
    wanted = "\n".join(pinned[name] for name in engine.packages)
    mark = to / _MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return ""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    try:
        reason = _with_npm(engine, to) if engine.node else _with_pip(wanted, to)
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    if not reason:
        mark.write_text(wanted, encoding="utf-8")
    return reason


def _with_pip(wanted: str, to: Path) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(wanted)
        file.flush()
        options = ("--only-binary", ":all:", "--require-hashes", "--target", str(to), "-r", file.name)
        return _run([sys.executable, *_PIP, *options], to)


def _with_npm(engine: Engine, to: Path) -> str:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path(__file__).with_name(engine.module) / name, to)
    return _run(list(_NPM), to)


def _run(command: Sequence[str], folder: Path) -> str:
    """The last line of what went wrong, nothing where all went well."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_LIMIT, check=False)
    said = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    errors = [line for line in said if "error" in line.lower()] or said
    return (errors[-1] if errors else f"exit code {done.returncode}")[:200] if done.returncode else ""
