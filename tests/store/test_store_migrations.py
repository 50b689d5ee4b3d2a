"""Versions: a fresh database, an older one, a newer one, and several starters at once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.domain.installation import Installation
from bot.errors import LockHeld, MigrationNeeded, StoreAway
from bot.store import Upgrade, hold_lock, migrate, migrating, open_store
from bot.store.engines import VERSION_TABLE, writing_engine
from bot.store.migrating import HEAD
from bot.store.place import place_of
from bot.store.rows import row_of
from bot.store.tables import metadata
from bot.store.textual import fts_text
from tests.postgres import run_sql
from tests.store.making import NOON, HandClock, make_brief, put, slugs

DOCUMENT = '{"title":"A title","web_url":"https://news.example/a","slug":"a"}'
"""As the first release kept it."""
AFTER = f"{int(HEAD) + 1:04}"
NEXT = f"""
from alembic import op
revision, down_revision = "{AFTER}", "{HEAD}"
def upgrade():
    op.execute("CREATE TABLE extra (id INTEGER)")
    {{more}}
"""


def release_next(monkeypatch: pytest.MonkeyPatch, folder: Path, more: str = "pass") -> None:
    """Make this the next release, with one more migration."""
    shutil.copytree(Path(migrating.__file__).parent / "migrations", folder)
    (folder / "versions" / f"{AFTER}_next.py").write_text(NEXT.format(more=more))
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    monkeypatch.setattr(migrating, "HEAD", AFTER)
    monkeypatch.setattr("bot.store.store.HEAD", AFTER)


def release_first(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Make this the first release, which knew briefs and installations alone."""
    shutil.copytree(Path(migrating.__file__).parent / "migrations", folder)
    for path in (folder / "versions").glob("*.py"):
        if not path.name.startswith("0001_"):
            path.unlink()
    monkeypatch.setattr(migrating, "_FOLDER", folder)
    monkeypatch.setattr(migrating, "HEAD", "0001")
    monkeypatch.setattr("bot.store.store.HEAD", "0001")


def copies(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*.before-*")]


async def sql(url: str, statement: str) -> None:
    if place_of(url).is_postgres:
        await run_sql(url, statement)
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)
        connection.commit()


def test_head_is_the_last_migration() -> None:
    names = sorted((Path(migrating.__file__).parent / "migrations" / "versions").glob("*.py"))
    assert names[-1].name.startswith(f"{HEAD}_")
    assert f'revision = "{HEAD}"' in names[-1].read_text()


async def test_the_migrations_make_the_tables_that_the_code_uses(empty_url: str) -> None:
    await migrate(empty_url, clock=HandClock())
    place = place_of(empty_url)
    engine = writing_engine(place, place.path)

    def compare(connection: Connection) -> list[object]:
        ours = {table.name for table in metadata.sorted_tables}
        options = {
            "compare_type": True,
            # Expressions with NULLS LAST are not reflected alike; `brief_heat` is written out in SQL.
            "include_object": lambda _thing, name, kind, _reflected, _other: (
                name in ours if kind == "table" else name != "brief_heat"
            ),
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()


async def test_migrating_says_what_it_did_and_does_it_once(empty_url: str) -> None:
    assert f"now has version {HEAD}" in await migrate(empty_url, clock=HandClock())
    assert f"has version {HEAD} already" in await migrate(empty_url, clock=HandClock())


async def test_several_starters_at_once_are_all_fine(empty_url: str) -> None:
    starts = (open_store(empty_url, clock=HandClock(), upgrade=Upgrade.ALWAYS) for _ in range(4))
    stores = await asyncio.gather(*starts)
    await put(stores[0], make_brief("a"))
    for store in stores:
        assert await slugs(store) == ["a"]
        await store.close()


async def test_an_older_sqlite_file_is_copied_aside_and_migrated(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        await put(store, make_brief("a"))
        # The store stays open, so that the brief lies in the write-ahead log alone.
        release_next(monkeypatch, tmp_path / "migrations")
        said = await migrate(sqlite_url, clock=HandClock())
    copy = tmp_path / f"news.db.before-{HEAD}"
    assert said.endswith(f"{copy}.")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT slug FROM brief").fetchall() == [("a",)]
        assert connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [(HEAD,)]  # noqa: S608 - a constant
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        assert await slugs(store) == ["a"]
    await sql(sqlite_url, "INSERT INTO extra VALUES (1)")


async def test_an_older_postgresql_database_waits_for_newsbrief_migrate(
    new_postgres_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(MigrationNeeded, match=r"no tables of newsbrief yet.*newsbrief migrate") as fresh:
        await open_store(new_postgres_url, clock=HandClock(), upgrade=Upgrade.SQLITE)
    assert fresh.value.exit_code == 2
    await migrate(new_postgres_url, clock=HandClock())
    await (await open_store(new_postgres_url, clock=HandClock())).close()
    release_next(monkeypatch, tmp_path / "migrations")
    with pytest.raises(
        MigrationNeeded, match=rf"has version {HEAD}.*needs version {AFTER}.*newsbrief migrate"
    ):
        await open_store(new_postgres_url, clock=HandClock(), upgrade=Upgrade.SQLITE)
    await migrate(new_postgres_url, clock=HandClock())
    await (await open_store(new_postgres_url, clock=HandClock())).close()


async def test_a_newer_database_is_refused_with_both_versions(empty_url: str) -> None:
    await migrate(empty_url, clock=HandClock())
    await sql(empty_url, f"UPDATE {VERSION_TABLE} SET version_num = '0999'")  # noqa: S608 - a constant
    for attempt in (
        open_store(empty_url, clock=HandClock(), upgrade=Upgrade.ALWAYS),
        migrate(empty_url, clock=HandClock()),
    ):
        with pytest.raises(MigrationNeeded, match=rf"has version 0999.*up to {HEAD}"):
            await attempt


async def test_a_migration_that_fails_changes_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with await open_store(empty_url, clock=HandClock(), upgrade=Upgrade.ALWAYS) as store:
        await put(store, make_brief("a"))
    with monkeypatch.context() as patch:
        release_next(patch, tmp_path / "migrations", more='op.execute("SELECT nonsense FROM nowhere")')
        with pytest.raises(StoreAway, match="nowhere"):
            await migrate(empty_url, clock=HandClock())
    async with await open_store(empty_url, clock=HandClock()) as store:
        assert await slugs(store) == ["a"]
    await sql(empty_url, "CREATE TABLE extra (id INTEGER)")


@pytest.mark.parametrize("version", ["0000", "0000x", "1.4"])
async def test_a_version_of_another_release_is_refused_and_nothing_is_copied(
    empty_url: str, tmp_path: Path, version: str
) -> None:
    await migrate(empty_url, clock=HandClock())
    await sql(empty_url, f"UPDATE {VERSION_TABLE} SET version_num = '{version}'")  # noqa: S608 - constants
    for attempt in (
        open_store(empty_url, clock=HandClock(), upgrade=Upgrade.ALWAYS),
        open_store(empty_url, clock=HandClock()),
        migrate(empty_url, clock=HandClock()),
    ):
        with pytest.raises(MigrationNeeded, match=rf"has version {version}, unknown to this newsbrief"):
            await attempt
    assert copies(tmp_path) == []


async def test_a_new_sqlite_file_is_made_for_everybody(sqlite_url: str) -> None:
    async with await open_store(sqlite_url, clock=HandClock(), upgrade=Upgrade.NEVER) as store:
        assert await slugs(store) == []


async def test_an_older_sqlite_file_is_upgraded_only_where_that_is_asked_for(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await migrate(sqlite_url, clock=HandClock())
    release_next(monkeypatch, tmp_path / "migrations")
    with pytest.raises(MigrationNeeded, match=rf"has version {HEAD}.*Run: newsbrief migrate") as refused:
        await open_store(sqlite_url, clock=HandClock())
    assert refused.value.exit_code == 2
    assert copies(tmp_path) == []
    with hold_lock(sqlite_url, verb="serve"):
        await (await open_store(sqlite_url, clock=HandClock(), upgrade=Upgrade.SQLITE)).close()
    assert copies(tmp_path) == [f"news.db.before-{HEAD}"]
    await (await open_store(sqlite_url, clock=HandClock())).close()


async def test_a_bot_that_runs_on_an_older_sqlite_file_is_not_migrated_under(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await migrate(sqlite_url, clock=HandClock())
    with hold_lock(sqlite_url, verb="serve"):
        assert "already" in await migrate(sqlite_url, clock=HandClock())
        release_next(monkeypatch, tmp_path / "migrations")
        with pytest.raises(LockHeld, match="in use by newsbrief serve"):
            await migrate(sqlite_url, clock=HandClock())
    assert f"now has version {AFTER}" in await migrate(sqlite_url, clock=HandClock())


def upgraded_to(version: str, connection: Connection) -> None:
    """Bring a database without tables to an older version."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


async def test_an_upgrade_from_the_first_version_keeps_briefs_and_hands_them_to_the_ledger(
    empty_url: str,
) -> None:
    place = place_of(empty_url)
    engine = writing_engine(place, place.path)
    row = row_of(make_brief("a", "A title"), "/briefs/a.md", 0, fts_text)
    columns = "id, slug, path, hidden, withdrawn, is_video, published_at, heat, provider_key, provider_name"
    brief = (
        f"INSERT INTO brief ({columns}, title, meta, body) VALUES ({row.id}, 'a', '/briefs/a.md', FALSE, "  # noqa: S608 - constants
        f"FALSE, FALSE, {row.published_at}, 50, '', '', 'a title', '', '')"
    )
    async with engine.begin() as connection:
        await connection.run_sync(lambda plain: upgraded_to("0001", plain))
        await connection.execute(text(brief))
        document = text("INSERT INTO brief_document VALUES (:id, :document)")
        await connection.execute(document, {"id": row.id, "document": DOCUMENT})
    await engine.dispose()
    await migrate(empty_url, clock=HandClock())
    async with await open_store(empty_url, clock=HandClock()) as store:
        assert await slugs(store) == ["a"]
        assert await store.ledger.note(NOON) == 1
        noted = await store.ledger.noted_slug("a")
        assert noted is not None
        assert (noted.title, noted.visible_at) == ("A title", NOON)


async def test_what_the_first_release_kept_is_kept(
    empty_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installation = Installation(
        team_id="T1", enterprise_id="", bot_token="xoxb-1", scopes=("commands",), installed_at=NOON
    )
    keys = ("a passphrase",)
    with monkeypatch.context() as patch:
        release_first(patch, tmp_path / "migrations")
        await migrate(empty_url, clock=HandClock())
        async with await open_store(empty_url, clock=HandClock(), encryption_keys=keys) as store:
            await store.installations.save(installation)
        values = "7, 'a', '/a.md', FALSE, FALSE, FALSE, 1, 50, NULL, '', '', 't', '', ''"
        await sql(empty_url, f"INSERT INTO brief VALUES ({values})")  # noqa: S608 - constants
        await sql(empty_url, "UPDATE index_state SET version = 41")
    assert f"now has version {HEAD}" in await migrate(empty_url, clock=HandClock())
    async with await open_store(empty_url, clock=HandClock(), encryption_keys=keys) as store:
        assert list(await store.installations.all()) == [installation]
        assert await store.index.read(lambda reader: reader.version()) == 41
        assert await slugs(store) == ["a"]
        assert await store.outbox.find() == []
