from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import SETTINGS
from bot.store import hold_lock
from tests.cli.conftest import Newsbrief, write_brief

SUMMARY = re.compile(
    r"added (\d+), updated (\d+), removed (\d+), unchanged (\d+), rejected (\d+) in \d+(\.\d+)? s"
)


def counts(line: str) -> tuple[int, ...]:
    found = SUMMARY.fullmatch(line)
    assert found, line
    return tuple(int(number) for number in found.groups()[:5])


def test_sync_says_added_then_unchanged(newsbrief: Newsbrief) -> None:
    assert counts(newsbrief("sync").lines[-1]) == (2, 0, 0, 0, 0)
    assert counts(newsbrief("sync").lines[-1]) == (0, 0, 0, 2, 0)


def test_sync_counts_each_kind_of_change(newsbrief: Newsbrief, folder: Path) -> None:
    newsbrief("sync")
    (folder / "kubernetes-costs.md").unlink()
    write_brief(folder, "clearview-in-canada", "Canada has told Clearview AI to stop")
    write_brief(folder, "third", "A third one")
    (folder / "broken.md").write_text("---\n")
    outcome = newsbrief("sync")
    assert counts(outcome.lines[-1]) == (1, 1, 1, 0, 1)
    assert outcome.lines[0].startswith("briefs/broken.md:")
    assert outcome.code == 0


def test_strict_sync_fails_where_a_file_was_left_out(newsbrief: Newsbrief, folder: Path) -> None:
    assert newsbrief("sync", "--strict").code == 0
    (folder / "broken.md").write_text("---\n")
    assert newsbrief("sync", "--strict").code == 1


def test_missing_folder_is_an_error_and_removes_nothing(newsbrief: Newsbrief, folder: Path) -> None:
    newsbrief("sync")
    folder.rename(folder.with_name("away"))
    outcome = newsbrief("sync")
    assert outcome.code in (2, 3)
    assert "briefs" in outcome.err
    folder.with_name("away").rename(folder)
    assert counts(newsbrief("sync").lines[-1]) == (0, 0, 0, 2, 0)


def test_config_shows_every_setting_and_no_secret(
    newsbrief: Newsbrief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hush")
    monkeypatch.setenv("NEWSBRIEF_DATABASE_URL", "postgresql://me:hush@host/db")
    outcome = newsbrief("config", "--briefs", "elsewhere")
    assert {line.split()[0] for line in outcome.lines} == {setting.name for setting in SETTINGS}
    assert "hush" not in outcome.out
    assert re.search(r"NEWSBRIEF_BRIEFS +elsewhere  \[command line\]", outcome.out)
    assert re.search(r"SLACK_BOT_TOKEN +\*\*\*  \[environment\]", outcome.out)


def test_wrong_setting_is_a_sentence_and_exit_code_two(
    newsbrief: Newsbrief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSBRIEF_PORT", "eighty")
    outcome = newsbrief("config")
    assert outcome.code == 2
    assert "NEWSBRIEF_PORT: 'eighty' is not a port" in outcome.err


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["check", "--format", "xml"], ["preview", "--now", "noon"]]
)
def test_wrong_usage_is_exit_code_two(newsbrief: Newsbrief, arguments: list[str]) -> None:
    outcome = newsbrief(*arguments)
    assert outcome.code == 2
    assert "usage: newsbrief" in outcome.err


def test_unreachable_database_is_exit_code_three(
    newsbrief: Newsbrief, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSBRIEF_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    outcome = newsbrief("sync")
    assert outcome.code == 3
    assert "/nowhere/at" in outcome.err


def test_migrate_says_where_the_database_stands(newsbrief: Newsbrief) -> None:
    first, second = newsbrief("migrate"), newsbrief("migrate")
    assert (first.code, second.code) == (0, 0)
    assert first.out
    assert second.out


def test_health_is_one_where_nothing_listens(newsbrief: Newsbrief, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBRIEF_PORT", "1")
    outcome = newsbrief("health")
    assert outcome.code == 1
    assert "No bot is ready at http://127.0.0.1:1/readyz" in outcome.err


def test_manifest_has_the_command_and_address(newsbrief: Newsbrief) -> None:
    out = newsbrief("manifest", "--url", "https://news.example.com").out
    assert "command: /news" in out
    assert "https://news.example.com/slack/events" in out
    assert "socket_mode_enabled: true" in newsbrief("manifest", "--socket-mode").out


def test_sync_of_other_folders_is_refused_while_a_bot_runs_on_the_index(
    newsbrief: Newsbrief, folder: Path
) -> None:
    newsbrief("sync")
    folder.with_name("other").mkdir()
    with hold_lock("sqlite:///newsbrief.db", verb="serve"):
        outcome = newsbrief("sync", "--briefs", "other")
        assert newsbrief("sync").code == 0
    assert outcome.code == 3
    assert "serve" in outcome.err
    assert counts(newsbrief("sync", "--briefs", "other").lines[-1]) == (0, 0, 2, 0, 0)


def test_config_names_a_misspelled_setting(newsbrief: Newsbrief, folder: Path) -> None:
    folder.with_name(".env").write_text("NEWSBRIEF_BREIFS=x\n")
    assert "NEWSBRIEF_BREIFS is no setting" in newsbrief("config").err


def test_no_folder_at_all_is_wrong_usage(newsbrief: Newsbrief) -> None:
    assert newsbrief("check", "--briefs", ":").code == 2
    assert newsbrief("sync", "--briefs", "").code == 2


def test_manifest_address_that_slack_refuses_is_refused_here(newsbrief: Newsbrief) -> None:
    assert newsbrief("manifest", "--url", "http://news.example.com").code == 2
    assert newsbrief("manifest", "--url", "foo bar").code == 2
