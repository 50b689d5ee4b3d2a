"""Installations: kept by workspace, encrypted, openable with any of the keys."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.installation import Installation
from bot.errors import SettingError
from bot.store import Store, open_store
from tests.store.making import NOON, HandClock

OURS = Installation(
    team_id="T1",
    enterprise_id="E1",
    bot_token="xoxb-secret",
    bot_user_id="U1",
    bot_id="B1",
    scopes=("commands", "chat:write"),
    app_id="A1",
    installed_at=NOON,
    refresh_token="xoxe-secret",
    expires_at=NOON + timedelta(hours=12),
)
ORGANIZATION = Installation(
    team_id="T2", enterprise_id="E1", is_enterprise=True, bot_token="xoxb-org", installed_at=NOON
)


async def test_an_installation_comes_back_whole_and_only_for_its_workspace(store: Store) -> None:
    await store.installations.save(OURS)
    assert await store.installations.find("T1", "") == OURS
    assert await store.installations.find("T1", "E2") == OURS
    assert await store.installations.find("T9", "E1") is None
    assert await store.installations.find("", "") is None


async def test_a_workspace_without_its_own_uses_its_organizations(store: Store) -> None:
    await store.installations.save(OURS)
    await store.installations.save(ORGANIZATION)
    assert await store.installations.find("T1", "E1") == OURS
    assert await store.installations.find("T7", "E1") == ORGANIZATION
    assert await store.installations.find("T7", "E2") is None


async def test_installing_again_replaces_and_deleting_forgets(store: Store) -> None:
    again = replace(OURS, bot_token="xoxb-new", enterprise_id="", installed_at=NOON + timedelta(days=1))
    for found in (OURS, ORGANIZATION, again):
        await store.installations.save(found)
    assert list(await store.installations.all()) == [ORGANIZATION, again]
    await store.installations.delete("T1", "E1")
    await store.installations.delete("T8", "E1")
    assert list(await store.installations.all()) == [ORGANIZATION]
    await store.installations.delete("", "E1")
    assert list(await store.installations.all()) == []


async def test_no_token_lies_open_in_the_file_or_in_a_repr(sqlite_url: str) -> None:
    async with await open_store(sqlite_url, clock=HandClock(), encryption_keys=("key",)) as store:
        await store.installations.save(OURS)
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    held = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"secret" not in held
    assert "secret" not in repr(OURS)


@pytest.mark.parametrize(
    "old",
    ["a passphrase", Fernet.generate_key().decode(), "ü" * 43 + "="],
    ids=["passphrase", "key", "not quite a key"],
)
async def test_keys_are_changed_by_putting_the_new_one_first(sqlite_url: str, old: str) -> None:
    new = "another long passphrase"
    for keys in ((old,), (new, old), (new,)):
        async with await open_store(sqlite_url, clock=HandClock(), encryption_keys=keys) as store:
            if found := await store.installations.find("T1", ""):
                assert found == OURS
            await store.installations.save(OURS)


async def test_missing_and_wrong_keys_are_said_plainly(sqlite_url: str) -> None:
    async with await open_store(sqlite_url, clock=HandClock(), encryption_keys=("right",)) as store:
        await store.installations.save(OURS)
    async with await open_store(sqlite_url, clock=HandClock(), encryption_keys=("wrong",)) as store:
        with pytest.raises(SettingError, match="No key of NEWSBRIEF_ENCRYPTION_KEY opens"):
            await store.installations.find("T1", "")
    async with await open_store(sqlite_url, clock=HandClock()) as store:
        with pytest.raises(SettingError, match="NEWSBRIEF_ENCRYPTION_KEY is not set"):
            await store.installations.find("T1", "")
        with pytest.raises(SettingError, match="NEWSBRIEF_ENCRYPTION_KEY is not set"):
            await store.installations.save(OURS)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM installation").fetchone() == (1,)
