"""compose.yaml: what it starts, what it may do, and that it fits the image."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import SETTINGS
from tests.deploy.dockerfile import parse_dockerfile, stages, values

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
BOT: dict[str, Any] = COMPOSE["services"]["newsbrief"]
IMAGE = stages(parse_dockerfile((DEPLOY / "Dockerfile").read_text(encoding="utf-8")))[-1]
KNOWN = {
    "build", "cap_drop", "environment",
    "env_file", "healthcheck", "image", "init", "logging", "mem_limit", "pids_limit",
    "ports", "read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip
"""Keys of a service in the Compose specification that are used here; another one may be a slip."""


def test_only_known_keys_are_used() -> None:
    assert set(COMPOSE) == {"name", "services", "volumes"}
    assert set(BOT) <= KNOWN


def test_the_image_is_built_from_the_checkout_with_our_dockerfile() -> None:
    context = DEPLOY / BOT["build"]["context"]
    assert (context / BOT["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")


def _mounts() -> dict[str, tuple[str, str]]:
    parts = [str(volume).split(":") for volume in BOT["volumes"]]
    return {part[1]: (part[0], part[2] if len(part) > 2 else "rw") for part in parts}


def test_briefs_are_read_only_and_the_database_outlives_the_container() -> None:
    mounts = _mounts()
    assert mounts["/briefs"][1] == "ro"
    assert (DEPLOY / mounts["/briefs"][0]).is_dir()
    assert mounts["/data"] == ("data", "rw")
    assert set(COMPOSE["volumes"]) == {"data"}
    assert values(IMAGE, "VOLUME") == ["/data"]


def test_the_container_may_do_nothing_that_the_bot_does_not_need() -> None:
    assert BOT["read_only"] is True
    assert BOT["cap_drop"] == ["ALL"]
    assert BOT["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in BOT
    assert BOT["init"] is True
    assert all("noexec" in mount for mount in BOT["tmpfs"])


def test_the_port_is_open_to_this_machine_alone() -> None:
    assert BOT["ports"] == [f"127.0.0.1:{port}:{port}" for port in values(IMAGE, "EXPOSE")]


def test_health_is_asked_as_in_the_image() -> None:
    assert BOT["healthcheck"]["test"] == ["CMD", "newsbrief", "health"]
    image = values(IMAGE, "HEALTHCHECK")[0]
    for option in ("interval", "timeout", "start_period", "retries"):
        assert f"--{option.replace('_', '-')}={BOT['healthcheck'][option]}" in image


def test_there_is_time_to_finish_before_the_container_is_killed() -> None:
    stopping = next(setting.default for setting in SETTINGS if setting.name == "NEWSBRIEF_STOP_SECONDS")
    grace = re.fullmatch(r"(\d+)s", BOT["stop_grace_period"])
    assert grace is not None
    assert int(grace[1]) >= float(stopping) + 5


def test_settings_come_from_a_file_that_is_not_committed() -> None:
    assert BOT["env_file"] == ".env"
    ignored = (DEPLOY.parent / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in ignored
    assert (DEPLOY / ".env.example").is_file()


def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if (
        not docker
        or subprocess.run([docker, "compose", "version"], check=False, capture_output=True).returncode
    ):
        pytest.skip("docker compose is not installed here: compose.yaml was checked by structure alone")
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    shutil.copy(DEPLOY / ".env.example", tmp_path / "deploy" / ".env")
    command = [docker, "compose", "--file", str(tmp_path / "deploy" / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_places_inside_the_container_win_over_those_of_env_file() -> None:
    # env_file would put a NEWSBRIEF_BRIEFS of the host over the image's own.
    assert BOT["environment"]["NEWSBRIEF_BRIEFS"] == "/briefs"
    assert any(volume.split("#")[0].strip().endswith(":/briefs:ro") for volume in BOT["volumes"])
