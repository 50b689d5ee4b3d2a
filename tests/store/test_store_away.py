"""A database that cannot be used is one plain sentence, never a traceback."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
import traceback
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.domain.index import IndexChanges
from bot.errors import SettingError, StoreAway
from bot.store import Upgrade, open_store
from bot.store.failures import plain_failures, store_away
from bot.store.place import place_of
from tests.store.making import HandClock, as_file, make_brief, put, slugs


async def refusal(url: str) -> str:
    with pytest.raises(StoreAway) as away:
        await open_store(url, clock=HandClock(), upgrade=Upgrade.ALWAYS)
    assert away.value.exit_code == 3
    assert "Traceback" not in str(away.value)
    return str(away.value)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    said = await refusal(f"sqlite:///{tmp_path}/none/news.db")
    assert f"there is no folder {tmp_path}/none" in said


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    path.write_text("# Not a database, but somebody's notes\n" * 100)
    assert "is not a SQLite database" in await refusal(f"sqlite:///{path}")
    assert path.read_text().startswith("# Not a database")


async def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE brief (id INTEGER)")
    assert "tables of another program" in await refusal(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("brief",)]


async def test_a_folder_in_the_files_place_is_said_plainly(tmp_path: Path) -> None:
    assert "cannot be opened" in await refusal(f"sqlite:///{tmp_path}")


async def test_links_that_lead_in_a_circle_are_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "news.db").symlink_to("news.db")
    assert "cannot be opened" in await refusal(f"sqlite:///{tmp_path}/news.db")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("database or disk is full", "the disk is full"),
        ("attempt to write a readonly database", "is read-only here"),
        ("database disk image is malformed", "is damaged"),
        ("database is locked", "kept busy by another program"),
        ("disk I/O error", "the disk reports an error"),
        ("something new", "cannot be used: something new."),
    ],
)
def test_sqlites_own_words_become_sentences(text: str, said: str) -> None:
    inner = sqlite3.OperationalError(text)
    place = place_of("sqlite:///news.db")
    assert said in str(store_away(place, inner))
    assert said in str(store_away(place, OperationalError("INSERT …", {}, inner)))


async def test_nothing_listening_is_said_without_the_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        said = await refusal(f"postgresql://user:s3cret@127.0.0.1:{port}/name")
    assert "cannot be reached" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "password", ["sE/cr3t", "sE#cr3t", "sE?cr3t", "sE[cr3t", "sE%00cr3t@x%00", "sE@..cr3t"]
)
async def test_an_address_that_cannot_be_read_is_said_without_the_password(password: str) -> None:
    with pytest.raises((SettingError, StoreAway)) as refused:
        await open_store(f"postgresql://user:{password}@127.0.0.1:1/name", clock=HandClock())
    said = "".join(traceback.format_exception(refused.value.with_traceback(None)))
    assert "sE" not in said
    assert "cr3t" not in said
    assert "NEWSBRIEF_DATABASE_URL" in said


async def test_a_server_that_is_no_postgresql_is_said_plainly() -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert "cannot be" in await refusal(f"postgresql://user:s3cret@127.0.0.1:{port}/name")


async def test_a_missing_postgresql_database_is_said_plainly(postgres_server: str) -> None:
    said = await refusal(postgres_server.replace("/postgres?", "/nowhere?"))
    assert "has no database of that name" in said


async def test_without_asyncpg_its_installation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    assert "pip install newsbrief[postgres]" in await refusal("postgresql://host/name")


async def test_a_database_that_breaks_while_open_is_said_plainly(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE name_count")
        with pytest.raises(StoreAway, match="name_count"):
            await put(store, make_brief("a", topics=("AI",)))
        assert await slugs(store) == []


async def test_a_batch_that_fails_leaves_nothing_behind(sqlite_url: str, tmp_path: Path) -> None:
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        await put(store, make_brief("a"))
        with closing(sqlite3.connect(tmp_path / "news.db")) as connection:
            connection.execute(
                "CREATE TRIGGER full BEFORE INSERT ON heat_count "
                "BEGIN SELECT raise(ABORT, 'disk is full'); END"
            )
        with pytest.raises(StoreAway, match="the disk is full"):
            await store.index.apply(IndexChanges(files=(as_file(make_brief("b", "Second")),)))
        assert await slugs(store) == ["a"]
        assert set(await store.index.known_files()) == {"/briefs/a.md"}


def test_a_mistake_of_our_own_stays_a_mistake() -> None:
    with pytest.raises(KeyError), plain_failures(place_of("sqlite://")):
        raise KeyError("ours")


async def test_a_database_without_a_file_lives_as_long_as_it_is_open() -> None:
    async with await open_store("sqlite://", clock=HandClock()) as store:
        await put(store, make_brief("a"))
        assert await slugs(store) == ["a"]
    async with await open_store("sqlite://", clock=HandClock()) as store:
        assert await slugs(store) == []
