"""`newsbrief deliveries`, `why` and `render` of what would be sent: forms, exit codes, every wrong use."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.delivery import State
from bot.store import hold_lock
from bot.store.engines import VERSION_TABLE
from tests.cli.conftest import Newsbrief, Outcome, write_brief
from tests.cli.owing import made
from tests.dispatch.desk import ADA, Desk, hot
from tests.postgres import new_postgres_url, postgres_server

__all__ = ["new_postgres_url", "postgres_server"]

KEYS = [
    "id",
    "key",
    "kind",
    "state",
    "reason",
    "team",
    "channel",
    "user",
    "briefs",
    "parent",
    "created_at",
    "expires_at",
    "settled_at",
    "sent_to",
    "ts",
    "attempts",
]


async def one_of_each(desk: Desk) -> None:
    """A sent digest, a held alert and one on its way."""
    await desk.digest("daily 12:02 UTC")
    await desk.alerts("on heat:>100 gap:0")
    await desk.put(hot("a"))
    await desk.turn()
    await desk.deliver(State.HELD, "missing_scope")
    desk.later(minutes=3)
    await desk.turn()
    await desk.deliver()
    await desk.put(hot("b", 160))
    await desk.turn()


AT = ("--now", "2021-02-05T12:05Z")


@pytest.fixture(scope="module")
def made_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    made(f"sqlite:///{folder}/newsbrief.db", folder, one_of_each)
    return folder / "newsbrief.db"


@pytest.fixture
def database(made_database: Path, tmp_path: Path) -> None:
    shutil.copy(made_database, tmp_path)


def objects(outcome: Outcome) -> list[dict[str, Any]]:
    return [json.loads(line) for line in outcome.lines]


@pytest.mark.usefixtures("database")
class TestDeliveries:
    def test_lists_what_is_owed_newest_first_a_line_each(self, newsbrief: Newsbrief) -> None:
        outcome = newsbrief("deliveries")
        assert (outcome.code, outcome.err) == (0, "")
        assert [line.split()[2] for line in outcome.lines] == ["pending", "sent", "held"]
        assert "T1/UADA alert, 1 brief (missing_scope)" in outcome.lines[2]
        assert outcome.lines[1].startswith("2021-02-05 12:03 sent     T1/C1 digest, 1 brief ")

    def test_as_json_is_one_object_a_line(self, newsbrief: Newsbrief) -> None:
        waiting, sent, held = objects(newsbrief("deliveries", "--json"))
        assert list(sent) == KEYS
        assert (sent["channel"], sent["user"], sent["briefs"]) == ("C1", None, ["a"])
        assert (sent["created_at"], sent["settled_at"]) == ("2021-02-05T12:03:00Z",) * 2
        assert (held["state"], held["reason"], held["user"]) == ("held", "missing_scope", "UADA")
        assert (waiting["briefs"], waiting["sent_to"], waiting["ts"]) == (["b"], None, None)

    def test_keeps_to_a_state_and_a_number(self, newsbrief: Newsbrief) -> None:
        assert [one["state"] for one in objects(newsbrief("deliveries", "--state", "held", "--json"))] == [
            "held"
        ]
        assert len(newsbrief("deliveries", "--limit", "2").lines) == 2
        none = newsbrief("deliveries", "--state", "expired")
        assert (none.code, none.out) == (0, "")
        assert "no such deliveries" in none.err

    @pytest.mark.parametrize(("option", "state"), [("--send", "pending"), ("--drop", "dropped")])
    def test_held_one_is_decided_once(self, newsbrief: Newsbrief, option: str, state: str) -> None:
        (held,) = objects(newsbrief("deliveries", "--state", "held", "--json"))
        outcome = newsbrief("deliveries", option, held["id"])
        assert (outcome.code, outcome.err) == (0, "")
        assert held["id"] in outcome.out
        after = {one["id"]: one["state"] for one in objects(newsbrief("deliveries", "--json"))}
        assert after[held["id"]] in {state, "sending"}
        again = newsbrief("deliveries", option, held["id"])
        assert (again.code, again.out) == (2, "")
        assert "not held" in again.err

    @pytest.mark.parametrize(
        "typed",
        [
            ("--send", "nobody"),
            ("--drop", ""),
            ("--send", "x", "--drop", "y"),
            ("--state", "lost"),
            ("--limit", "0"),
            ("--limit", "many"),
            ("--limit", "٣٣٣٣٣"),
            ("extra",),
        ],
    )
    def test_wrong_use_is_exit_2_and_a_sentence(self, newsbrief: Newsbrief, typed: tuple[str, ...]) -> None:
        outcome = newsbrief("deliveries", *typed)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.strip()
        assert "State." not in outcome.err


@pytest.mark.usefixtures("database")
class TestWhy:
    def test_tells_stage_by_stage_and_the_verdict_last(self, newsbrief: Newsbrief) -> None:
        outcome = newsbrief("why", "a", "--channel", "C1", *AT)
        assert (outcome.code, outcome.err) == (0, "")
        assert outcome.lines[0].endswith("(a) → C1")
        assert outcome.lines[1:3] == [
            "+ visible: Readers may see it.",
            "+ noticed: It became visible 2021-02-05 12:00 UTC",
        ]
        assert outcome.lines[-1] == "sent: It was sent as part of a digest 2021-02-05 12:03 UTC"

    def test_is_told_beside_a_running_bot_also_while_it_writes(
        self, newsbrief: Newsbrief, tmp_path: Path
    ) -> None:
        writer = sqlite3.connect(tmp_path / "newsbrief.db", isolation_level=None)
        with hold_lock(f"sqlite:///{tmp_path}/newsbrief.db", verb="serve"):
            writer.execute("BEGIN IMMEDIATE")
            outcome = newsbrief("why", "a", "--channel", "C1", "--json", *AT)
            assert len(newsbrief("deliveries").lines) == 3
        writer.close()
        assert (outcome.code, json.loads(outcome.out)["reason"]) == (0, "sent")

    def test_place_that_nobody_knows_has_nothing_subscribed(self, newsbrief: Newsbrief) -> None:
        outcome = newsbrief("why", "a", "--user", "UNOBODY", "--team", "T9", "--json")
        assert (outcome.code, json.loads(outcome.out)["reason"]) == (0, "no-subscription")

    @pytest.mark.parametrize(
        "typed",
        [
            ("nobody", "--channel", "C1"),
            ("", "--channel", "C1"),
            ("a\x00b", "--channel", "C1"),
            ("x" * 10_000, "--user", "UADA"),
            ("a",),
            ("a", "--channel", "C1", "--user", "UADA"),
            ("a", "--channel", ""),
            ("a", "--channel", "#news"),
            ("a", "--channel", "D123"),
            ("a", "--user", "@ada"),
            ("a", "--user", "UADA", "--now", "tomorrow"),
            ("--channel", "C1"),
        ],
    )
    def test_wrong_use_is_exit_2_and_a_sentence(self, newsbrief: Newsbrief, typed: tuple[str, ...]) -> None:
        outcome = newsbrief("why", *typed)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.strip()

    def test_name_of_several_workspaces_asks_which(
        self, newsbrief: Newsbrief, folder: Path, tmp_path: Path
    ) -> None:
        async def elsewhere(desk: Desk) -> None:
            await desk.alerts("on heat:>100", replace(ADA, team="T2"))

        made(f"sqlite:///{tmp_path}/newsbrief.db", folder, elsewhere)
        outcome = newsbrief("why", "a", "--user", "UADA")
        assert outcome.code == 2
        assert "T1, T2" in outcome.err
        assert newsbrief("why", "a", "--user", "UADA", "--team", "T1").code == 0


def test_mistyped_slug_is_told_with_the_nearest(newsbrief: Newsbrief) -> None:
    newsbrief("sync")
    outcome = newsbrief("why", "clearview-in-canad", "--channel", "C1")
    assert outcome.code == 2
    assert "Did you mean clearview-in-canada?" in outcome.err


def test_folder_that_was_only_synced_was_looked_at_by_no_bot(newsbrief: Newsbrief) -> None:
    newsbrief("sync")
    verdict = json.loads(newsbrief("why", "clearview-in-canada", "--channel", "C1", "--json").out)
    assert verdict["reason"] == "no-subscription"
    assert "No running bot has looked at it" in verdict["words"]
    assert newsbrief("deliveries").code == 0


@pytest.mark.parametrize("verb", [("deliveries",), ("deliveries", "--json")])
def test_no_database_yet_is_nothing_owed(newsbrief: Newsbrief, verb: tuple[str, ...]) -> None:
    outcome = newsbrief(*verb)
    assert (outcome.code, outcome.out) == (0, "")


def test_why_without_an_index_says_how_to_get_one(newsbrief: Newsbrief) -> None:
    outcome = newsbrief("why", "clearview-in-canada", "--channel", "C1")
    assert (outcome.code, outcome.out) == (2, "")
    assert "no index" in outcome.err
    assert "newsbrief sync" in outcome.err


VERBS = [
    ("deliveries",),
    ("deliveries", "--send", "x"),
    ("why", "a", "--channel", "C1"),
    ("render", "alert", "a"),
    ("render", "digest"),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////nowhere/at/all/newsbrief.db"]
)
def test_database_that_is_away_is_exit_3(
    newsbrief: Newsbrief, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...], url: str
) -> None:
    monkeypatch.setenv("NEWSBRIEF_DATABASE_URL", url)
    outcome = newsbrief(*verb)
    assert (outcome.code, outcome.out) == (3, "")
    assert len(outcome.err.strip().splitlines()) == 1


@pytest.mark.parametrize("verb", VERBS)
def test_file_that_is_no_database_is_told_in_a_sentence(
    newsbrief: Newsbrief, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    (tmp_path / "newsbrief.db").write_bytes(b"this is no database, however long one looks at it" * 50)
    outcome = newsbrief(*verb)
    assert (outcome.code, outcome.out) == (3, "")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    ("version", "way"), [("0001", "newsbrief migrate"), ("9999", "unknown to this newsbrief")]
)
def test_database_of_another_version_names_the_way(
    newsbrief: Newsbrief, tmp_path: Path, verb: tuple[str, ...], version: str, way: str
) -> None:
    with sqlite3.connect(tmp_path / "newsbrief.db") as connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = ?", (version,))  # noqa: S608 - a constant
    connection.close()
    outcome = newsbrief(*verb)
    assert (outcome.code, outcome.out) == (2, "")
    assert way in outcome.err


def test_postgresql_is_read_as_sqlite_is(
    newsbrief: Newsbrief, folder: Path, new_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(new_postgres_url, folder, one_of_each)
    monkeypatch.setenv("NEWSBRIEF_DATABASE_URL", new_postgres_url)
    assert [one["state"] for one in objects(newsbrief("deliveries", "--json"))] == ["pending", "sent", "held"]
    assert json.loads(newsbrief("why", "a", "--channel", "C1", "--json", *AT).out)["reason"] == "sent"
    (held,) = objects(newsbrief("deliveries", "--state", "held", "--json"))
    assert newsbrief("deliveries", "--drop", held["id"]).code == 0


class TestRender:
    def test_alert_is_the_message_as_it_would_be_sent(self, newsbrief: Newsbrief) -> None:
        outcome = newsbrief("render", "alert", "clearview-in-canada")
        message = json.loads(outcome.out)
        assert outcome.code == 0
        assert "Canada tells Clearview AI to stop" in message["text"]
        assert message["blocks"]

    def test_digest_is_as_of_the_folders_newest_brief(self, newsbrief: Newsbrief) -> None:
        outcome = newsbrief("render", "digest")
        assert outcome.code == 0
        assert "2021-02-03" in outcome.err
        assert set(json.loads(outcome.out)) >= {"text", "blocks"}

    def test_digest_is_narrowed_by_filters(self, newsbrief: Newsbrief) -> None:
        whole, narrow = newsbrief("render", "digest"), newsbrief("render", "digest", "topic:Containers")
        assert "Clearview" in whole.out
        assert "Clearview" not in narrow.out
        assert "Kubernetes" in narrow.out
        without = newsbrief("render", "digest", "-topic:AI")
        assert "Clearview" not in without.out

    def test_digest_of_nothing_is_silence(self, newsbrief: Newsbrief) -> None:
        outcome = newsbrief("render", "digest", "heat:>5000")
        assert (outcome.code, outcome.out) == (0, "")
        assert "send nothing" in outcome.err

    def test_digest_too_long_for_a_message_has_a_thread(self, newsbrief: Newsbrief, folder: Path) -> None:
        for number in range(30):
            write_brief(folder, f"more-{number}", f"{'abcdefghijklmnopqrstuvwxyz'[number % 26]}{number} " * 3)
        assert json.loads(newsbrief("render", "digest").out)["thread"]

    @pytest.mark.parametrize("kind", ["alert", "brief"])
    def test_unknown_slug_is_exit_2(self, newsbrief: Newsbrief, kind: str) -> None:
        outcome = newsbrief("render", kind, "clearview-in-canad")
        assert (outcome.code, outcome.out) == (2, "")
        assert "Did you mean clearview-in-canada?" in outcome.err

    @pytest.mark.parametrize(
        "typed",
        [
            ("alert",),
            ("alert", "a", "b"),
            ("alert", "broken.md"),
            ("digest", "heat:hott"),
            ("digest", "topic:Zymurgy"),
            ("digest", "since:2021-02-30"),
            ("mail", "a"),
            (),
        ],
    )
    def test_wrong_use_is_exit_2_and_a_sentence(self, newsbrief: Newsbrief, typed: tuple[str, ...]) -> None:
        outcome = newsbrief("render", *typed)
        assert (outcome.code, outcome.out) == (2, "")
        assert outcome.err.strip()

    def test_wrong_filter_is_told_in_an_empty_folder_too(self, newsbrief: Newsbrief, folder: Path) -> None:
        for path in folder.iterdir():
            path.unlink()
        outcome = newsbrief("render", "digest", "heat:hott")
        assert outcome.code == 2
        assert "heat:hot" in outcome.err
