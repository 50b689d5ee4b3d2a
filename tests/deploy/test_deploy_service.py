"""The systemd unit: accepted by systemd, hardened, and in step with the bot's settings and exit codes."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.config import SETTINGS, read_settings
from bot.errors import CannotRun, UsageError

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNIT = (DEPLOY / "newsbrief.service").read_text(encoding="utf-8")
WORST_EXPOSURE = 1.3
"""Of systemd's scale from 0 (locked up) to 10; a unit without any hardening has 9.6."""


def _values(key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", UNIT, re.MULTILINE)


def _environment() -> dict[str, str]:
    places = {"%S": "/var/lib", "%d": "/run/credentials/newsbrief.service"}
    pairs = dict(line.split("=", 1) for line in _values("Environment"))
    for mark, place in places.items():
        pairs = {name: value.replace(mark, place) for name, value in pairs.items()}
    return pairs


def _analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not installed here: the unit was checked by its text alone")
    return subprocess.run([program, *arguments], check=False, capture_output=True, text=True)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists on this machine, so that systemd judges all the rest."""
    path = tmp_path / "newsbrief.service"
    path.write_text(
        re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", UNIT, flags=re.MULTILINE), encoding="utf-8"
    )
    return path


def test_systemd_accepts_the_unit(unit: Path) -> None:
    done = _analyze("verify", "--man=no", str(unit))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_would_object_to_a_slip(unit: Path) -> None:
    unit.write_text(
        unit.read_text(encoding="utf-8").replace("ProtectHome=yes", "ProtectHomes=yes"), encoding="utf-8"
    )
    assert "ProtectHomes" in _analyze("verify", "--man=no", str(unit)).stderr


def test_the_service_is_exposed_no_more_than_it_must(unit: Path) -> None:
    done = _analyze("security", "--offline=true", str(unit))
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level is not None, done.stdout + done.stderr
    assert float(level[1]) <= WORST_EXPOSURE


def test_it_runs_serve_as_a_user_of_its_own() -> None:
    assert _values("ExecStart") == ["/opt/newsbrief/.venv/bin/newsbrief serve"]
    assert _values("DynamicUser") == ["yes"]
    assert _values("ProtectSystem") == ["strict"]
    assert _values("CapabilityBoundingSet") == [""]


@pytest.mark.parametrize(
    "lock",
    [
        "MemoryDenyWriteExecute", "NoNewPrivileges", "PrivateDevices", "PrivateTmp", "PrivateUsers",
        "ProtectControlGroups", "ProtectHome", "ProtectKernelModules", "ProtectKernelTunables",
        "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
    ],
)  # fmt: skip
def test_lock_is_on(lock: str) -> None:
    assert _values(lock) == ["yes"]


def test_only_the_calls_and_sockets_of_a_service_are_open() -> None:
    assert _values("SystemCallFilter") == ["@system-service", "~@privileged @resources"]
    assert _values("RestrictAddressFamilies") == ["AF_INET AF_INET6 AF_UNIX"]


def test_the_database_lives_in_the_state_folder_the_only_one_it_may_write() -> None:
    url = _environment()["NEWSBRIEF_DATABASE_URL"]
    assert url == f"sqlite:////var/lib/{_values('StateDirectory')[0]}/newsbrief.db"
    settings = read_settings(environment={"NEWSBRIEF_DATABASE_URL": url})
    assert settings.database_url == url
    assert not _values("ReadWritePaths")
    assert _environment()["HOME"] == "/var/lib/newsbrief"


def test_each_secret_is_a_credential_that_the_settings_know() -> None:
    secrets = {setting.name for setting in SETTINGS if setting.secret}
    credentials = [line.split(":")[0] for line in _values("#?LoadCredential")]
    assert credentials == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]
    assert set(credentials) <= secrets
    files = [line for line in _values("#?Environment") if "_FILE=" in line]
    assert files == [f"{name}_FILE=%d/{name}" for name in credentials]


def test_no_secret_stands_in_the_unit() -> None:
    assert not re.search(r"xox[abp]-|xapp-|SLACK_\w+(?<!_FILE)=\S", UNIT)


def test_what_cannot_get_better_is_not_restarted() -> None:
    assert _values("Restart") == ["on-failure"]
    assert _values("RestartPreventExitStatus") == [str(UsageError.exit_code)]
    assert str(CannotRun.exit_code) not in _values("RestartPreventExitStatus")


def test_there_is_time_to_finish_before_it_is_killed() -> None:
    stopping = next(setting.default for setting in SETTINGS if setting.name == "NEWSBRIEF_STOP_SECONDS")
    assert int(_values("TimeoutStopSec")[0]) >= float(stopping) + 5
