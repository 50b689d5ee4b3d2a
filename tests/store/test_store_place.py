"""Every way in which people write a database's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.store.place import place_of


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///news.db", "news.db"),
        ("sqlite:///data/news.db", "data/news.db"),
        ("sqlite:////var/lib/news.db", "/var/lib/news.db"),
        ("sqlite+aiosqlite:////var/lib/news.db", "/var/lib/news.db"),
        ("sqlite+pysqlite:///news.db?timeout=5", "news.db"),
        ("sqlite:////var/a%20b/n%3Fs.db", "/var/a b/n?s.db"),
        ("  sqlite:///news.db ", "news.db"),
    ],
)
def test_a_sqlite_address_names_a_file(url: str, path: str) -> None:
    place = place_of(url)
    assert place.path == Path.cwd().resolve() / path
    assert not place.is_postgres


def test_every_name_of_a_file_is_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "link.db").symlink_to("folder/news.db")  # not there yet
    monkeypatch.chdir(tmp_path)
    names = ("real/news.db", "folder/news.db", "link.db", "real/../link.db", f"/{tmp_path}/link.db")
    assert {place_of(f"sqlite:///{name}").path for name in names} == {tmp_path.resolve() / "real" / "news.db"}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_sqlite_address_without_a_file_is_a_database_for_now(url: str) -> None:
    assert place_of(url).path is None


@pytest.mark.parametrize(
    ("url", "dsn"),
    [
        ("postgresql://host/name", "postgresql://host/name"),
        ("postgres://u:p@host:5433/name?sslmode=require", "postgresql://u:p@host:5433/name?sslmode=require"),
        ("postgresql+psycopg2://host/name", "postgresql://host/name"),
        ("postgresql+asyncpg://u@/name?host=/run/postgresql", "postgresql://u@/name?host=/run/postgresql"),
    ],
)
def test_a_postgresql_address_loses_its_driver(url: str, dsn: str) -> None:
    assert place_of(url).dsn == dsn
    assert place_of(url).is_postgres


def test_no_password_reaches_people() -> None:
    assert "s3cret" not in place_of("postgres://u:s3cret@host/name").for_people
    assert "s3cret" not in place_of("postgres://host/name?user=u&password=s3cret").for_people


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "news.db", "", "sqlite:/news.db", "sqlite://news.db", "sqlite:///a%00b"]
)
def test_anything_else_is_refused_with_the_right_form(url: str) -> None:
    with pytest.raises(SettingError, match=r"address|names no file"):
        place_of(url)
