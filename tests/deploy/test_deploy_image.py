"""The container image as far as it can be judged without an engine."""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.config import read_settings
from tests.deploy.dockerfile import parse_dockerfile, stages, values

ROOT = Path(__file__).resolve().parents[2]
BUILD, FINAL = stages(parse_dockerfile((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")))
PIP = re.compile(r"pip (?:--\S+ )*install (?P<what>.+)")


def _environment() -> dict[str, str]:
    pairs = [pair for line in values(FINAL, "ENV") for pair in line.split()]
    return dict(pair.split("=", 1) for pair in pairs)


def test_both_stages_stand_on_one_exactly_pinned_slim_python() -> None:
    images = {values(stage, "FROM")[0].split()[0] for stage in (BUILD, FINAL)}
    assert len(images) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", images.pop())


def test_the_base_is_a_python_that_the_project_supports() -> None:
    minor = int(values(FINAL, "FROM")[0].split(".")[1])
    required = re.search(
        r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )
    assert required is not None
    assert minor >= int(required.group(1))


def test_packages_are_installed_as_the_makefile_does_but_not_editable() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    setup = re.search(r"\.venv/\.installed: .*?(?=\n\n)", makefile, re.DOTALL)
    assert setup is not None
    theirs = [
        line.split(" install ", 1)[1].replace("--editable ", "")
        for line in setup[0].splitlines()
        if " install " in line
    ]
    ours = [found["what"] for line in values(BUILD, "RUN") if (found := PIP.search(line))]
    assert ours == theirs
    assert "--require-hashes -r requirements.txt" in ours


def test_no_registry_is_named_anywhere_in_deploy() -> None:
    for path in (path for path in (ROOT / "deploy").iterdir() if path.suffix != ".png"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"pypi|docker\.io|ghcr|quay|index-url|trusted-host", text), path.name


def test_the_bot_runs_as_a_numbered_user_that_is_not_root() -> None:
    users = values(FINAL, "USER")
    assert users
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", users[-1])
    after = FINAL[[instruction.name for instruction in FINAL].index("USER") + 1 :]
    assert not any(instruction.name in ("RUN", "COPY", "ADD") for instruction in after)


def test_health_signal_command_and_port_are_those_of_the_bot() -> None:
    health = values(FINAL, "HEALTHCHECK")[0]
    assert json.loads(health.split("CMD ", 1)[1]) == ["newsbrief", "health"]
    assert values(FINAL, "STOPSIGNAL") == ["SIGTERM"]
    assert json.loads(values(FINAL, "ENTRYPOINT")[0]) == ["newsbrief"]
    assert json.loads(values(FINAL, "CMD")[0]) == ["serve"]
    assert values(FINAL, "EXPOSE") == [str(read_settings(environment=_environment()).port)]


def test_settings_of_the_image_are_known_and_valid() -> None:
    settings = read_settings(environment=_environment())
    ours = {name: value for name, value in _environment().items() if name.startswith("NEWSBRIEF_")}
    for name in ours:
        assert settings.sources[name].origin == "environment"
    assert settings.briefs == ("/briefs",)
    assert settings.database_url == "sqlite:////data/newsbrief.db"
    assert settings.host == "0.0.0.0"


def test_only_the_data_folder_is_written_to() -> None:
    assert values(FINAL, "VOLUME") == ["/data"]
    assert values(FINAL, "WORKDIR") == ["/data"]
    assert "--owner=newsbrief --group=newsbrief --mode=0700 /data" in values(FINAL, "RUN")[0]


def test_there_is_a_home_for_any_user_id() -> None:
    """slack_sdk asks for the home folder when it is imported; an id without an entry has none."""
    assert _environment()["HOME"] == "/data"


def test_no_secret_is_baked_in() -> None:
    assert not [name for name in _environment() if "TOKEN" in name or "SECRET" in name or "KEY" in name]
    assert not values(BUILD, "ARG") + values(FINAL, "ARG")


def _ignored(path: str) -> bool:
    """Docker's rule: the last pattern that matches the path or one of its parents decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        keep, pattern = pattern.startswith("!"), pattern.removeprefix("!")
        if _matches(path, pattern):
            ignored = not keep
    return ignored


def _matches(path: str, pattern: str) -> bool:
    parts = path.split("/")
    parents = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    if pattern.startswith("**/"):
        return any(fnmatch.fnmatch(part, pattern[3:]) for part in parts)
    return any(
        fnmatch.fnmatch(parent, pattern) and parent.count("/") == pattern.count("/") for parent in parents
    )


def test_what_is_copied_exists_and_reaches_the_build() -> None:
    sources = [source for line in values(BUILD, "COPY") for source in line.split()[:-1]]
    assert {"bot", "requirements.txt", "pyproject.toml"} <= {source.strip("./") for source in sources}
    for source in sources:
        assert (ROOT / source).exists(), source
        assert not _ignored(source.removeprefix("./")), source


@pytest.mark.parametrize(
    "path",
    [".env", ".git/config", ".venv/bin/python", "newsbrief.db", "bot/newsbrief.db-wal", "bot/.env",
     "deploy/.env", "bot/domain/__pycache__/brief.cpython-311.pyc", "briefs/README.md", "tests/conftest.py"],
)  # fmt: skip
def test_secrets_databases_and_leftovers_never_reach_the_build(path: str) -> None:
    assert _ignored(path)


def test_the_built_package_holds_every_file_of_the_bot(tmp_path: Path) -> None:
    """An editable install hides a template that was left out of the package; an image would miss it."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("bot/")}
    kept = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert kept - packed == set()
    assert [name for name in packed if name.endswith(".j2")]
