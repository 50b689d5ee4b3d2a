"""What `deploy/` repeats of the code says the same as the code."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from bot.config import SETTINGS, read_settings
from tests.tools.write_deploy_files import deploy_files

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.mark.parametrize("name", [".env.example", "manifest.yaml", "manifest-socket-mode.yaml"])
def test_file_is_what_the_code_says_now(name: str) -> None:
    stored = (DEPLOY / name).read_text(encoding="utf-8")
    assert stored == deploy_files()[name], (
        f"deploy/{name} is behind: python -m tests.tools.write_deploy_files"
    )


def test_every_setting_has_a_line_with_its_help_and_default() -> None:
    text = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"# {setting.help}\n" in text
        assert f"{setting.name}={setting.default}\n" in text


def test_the_example_as_it_is_changes_nothing() -> None:
    values = {name: value or "" for name, value in dotenv_values(DEPLOY / ".env.example").items()}
    assert set(values.values()) == {""}
    assert read_settings(environment=values).sources == read_settings(environment={}).sources


def test_every_line_of_the_example_is_valid_once_its_mark_is_taken_away(tmp_path: Path) -> None:
    text = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    path = tmp_path / "env"
    path.write_text(
        text.replace("\n#SLACK", "\nSLACK").replace("\n#NEWSBRIEF", "\nNEWSBRIEF"), encoding="utf-8"
    )
    values = {name: value or "" for name, value in dotenv_values(path).items()}
    assert set(values) == {setting.name for setting in SETTINGS}
    read = read_settings(environment=values)
    plain = read_settings(environment={})
    assert [getattr(read, name) for name in read.__slots__ if name != "sources"] == [
        getattr(plain, name) for name in plain.__slots__ if name != "sources"
    ]


def test_socket_mode_needs_no_address_and_http_names_one() -> None:
    http = (DEPLOY / "manifest.yaml").read_text(encoding="utf-8")
    socket = (DEPLOY / "manifest-socket-mode.yaml").read_text(encoding="utf-8")
    assert "https://" in http
    assert "https://" not in socket
    assert yaml.safe_load(socket)["settings"]["socket_mode_enabled"] is True
    assert yaml.safe_load(http)["settings"]["socket_mode_enabled"] is False
