from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import SETTINGS, Settings, hide_password, read_settings, shown_value, unknown_settings
from bot.errors import SettingError


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_defaults_are_those_of_the_contract() -> None:
    settings = read_settings(environment={})
    assert settings.briefs == ("briefs",)
    assert settings.provider_folders() == ("briefs/providers",)
    assert settings.topic_folders() == ("briefs/topics",)
    assert settings.database_url == "sqlite:///newsbrief.db"
    assert (settings.host, settings.port, settings.command) == ("127.0.0.1", 3000, "/news")
    assert settings.slack_api_url == "https://slack.com/api/"
    assert str(settings.timezone) == "UTC"


def test_every_setting_has_a_field_a_default_that_reads_and_a_help_line() -> None:
    fields = set(Settings.__dataclass_fields__) - {"sources", "unknown"}
    assert fields == {setting.name.removeprefix("NEWSBRIEF_").lower() for setting in SETTINGS}
    for setting in SETTINGS:
        setting.read(setting.default)
        assert setting.help


def test_command_line_beats_environment_beats_dotenv() -> None:
    Path(".env").write_text("NEWSBRIEF_PORT=4001\nNEWSBRIEF_HOST=0.0.0.0\nNEWSBRIEF_BRIEFS=dot\n")
    settings = read_settings(
        {"NEWSBRIEF_BRIEFS": "a:b"}, {"NEWSBRIEF_PORT": "4002", "NEWSBRIEF_BRIEFS": "env"}
    )
    assert (settings.port, settings.host, settings.briefs) == (4002, "0.0.0.0", ("a", "b"))
    origins = {name: settings.sources[f"NEWSBRIEF_{name}"].origin for name in ("PORT", "HOST", "BRIEFS")}
    assert origins == {"PORT": "environment", "HOST": ".env", "BRIEFS": "command line"}


def test_secret_may_stand_in_a_file() -> None:
    Path("token").write_text("xoxb-from-file\n")
    settings = read_settings(environment={"SLACK_BOT_TOKEN_FILE": "token"})
    assert settings.slack_bot_token == "xoxb-from-file"
    assert settings.sources["SLACK_BOT_TOKEN"].origin == "file token (environment)"


def test_unreadable_secret_file_is_named() -> None:
    with pytest.raises(
        SettingError, match="SLACK_BOT_TOKEN: the file 'nowhere' cannot be read: No such file"
    ):
        read_settings(environment={"SLACK_BOT_TOKEN_FILE": "nowhere"})


def test_all_mistakes_are_told_at_once() -> None:
    environment = {
        "NEWSBRIEF_PORT": "eighty",
        "NEWSBRIEF_TIMEZONE": "Mars/Olympus",
        "NEWSBRIEF_COMMAND": "news",
        "NEWSBRIEF_DATABASE_URL": "mysql://me:hunter2@host/db",
        "NEWSBRIEF_LOG_LEVEL": "loud",
        "SLACK_API_URL": "https://slack.example",
        "NEWSBRIEF_TEMPLATES": "no-such-folder",
    }
    with pytest.raises(SettingError) as caught:
        read_settings(environment=environment)
    told = str(caught.value)
    assert all(f"{name}: " in told for name in environment)
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:s3cret@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me@host/db?password=s3cret&x=1", "postgresql://me@host/db?password=***&x=1"),
        ("postgresql://u:sE@cr3t@h/x", "postgresql://u:***@h/x"),
        ("postgresql://u:sE/cr3t@h/x", "postgresql://u:***@h/x"),
        ("postgresql+asyncpg://u:s%40@h:5432/x?ssl=on", "postgresql+asyncpg://u:***@h:5432/x?ssl=on"),
        ("postgresql://u:@/x?host=/run", "postgresql://u:***@/x?host=/run"),
        ("https://token@h/api/", "https://***@h/api/"),
        ("https://user:token@h/api/", "https://***@h/api/"),
        ("sqlite:///newsbrief.db", "sqlite:///newsbrief.db"),
    ],
)
def test_passwords_inside_addresses_are_hidden(address: str, shown: str) -> None:
    assert hide_password(address) == shown


def test_no_secret_is_ever_shown() -> None:
    environment = {setting.name: "hush-hush" for setting in SETTINGS if setting.secret}
    environment["NEWSBRIEF_DATABASE_URL"] = "postgresql://me:hush-hush@host/db"
    settings = read_settings(environment=environment)
    for setting in SETTINGS:
        assert "hush" not in shown_value(setting, settings.sources[setting.name])


@pytest.mark.parametrize("text", ["", ":", " : "])
def test_a_list_of_no_folders_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="NEWSBRIEF_BRIEFS: it names no folder"):
        read_settings({"NEWSBRIEF_BRIEFS": text}, {})


@pytest.mark.parametrize("name", ["NEWSBRIEF_PROVIDERS", "NEWSBRIEF_TOPICS"])
def test_a_folder_named_on_purpose_has_to_be_there(name: str) -> None:
    with pytest.raises(SettingError, match=f"{name}: there is no folder 'nowhere'"):
        read_settings(environment={name: "nowhere"})


def test_unreadable_dotenv_is_a_sentence() -> None:
    Path(".env").write_bytes(b"NEWSBRIEF_HOST=\xff\n")
    with pytest.raises(SettingError, match=r"The file \.env cannot be read: it is not UTF-8 text"):
        read_settings(environment={})


def test_a_pipe_for_dotenv_is_not_waited_for() -> None:
    os.mkfifo(".env")
    assert read_settings(environment={}).port == 3000


@pytest.mark.parametrize(("text", "port"), [(" 3001 ", 3001), ("0", 0)])
def test_ports_may_have_spaces_around_them(text: str, port: int) -> None:
    assert read_settings(environment={"NEWSBRIEF_PORT": text}).port == port


def test_a_misspelled_setting_is_named_with_the_nearest() -> None:
    Path(".env").write_text("NEWSBRIEF_BREIFS=x\nOTHER=1\n")
    settings = read_settings(environment={"SLACK_BOT_TOKEN_FILE": "", "NEWSBRIEF_ENCRYPTION_KEY_FILE": ""})
    assert unknown_settings(settings) == [
        "NEWSBRIEF_BREIFS is no setting and changes nothing. Did you mean NEWSBRIEF_BRIEFS?"
    ]
