"""Where the workspaces that installed the bot are kept, encrypted as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.installation import Installation
from bot.store import tables
from bot.store.failures import plain_failures
from bot.store.place import Place
from bot.store.reading import Reading
from bot.store.rows import microseconds
from bot.store.sealing import Seal

_TABLE = tables.installation


class Installations:
    """Installations by workspace or organization; raises SettingError where no key opens one."""

    def __init__(self, *, engine: AsyncEngine, reading: Reading, place: Place, seal: Seal) -> None:
        self._engine = engine
        self._reading = reading
        self._place = place
        self._seal = seal

    async def save(self, installation: Installation) -> None:
        """Keep it, in place of an earlier one of the same workspace or organization."""
        team_id = "" if installation.is_enterprise else installation.team_id
        row = {
            "team_id": team_id,
            "enterprise_id": installation.enterprise_id,
            "sealed": self._seal.close(_to_json(installation)),
            "installed_at": microseconds(installation.installed_at),
        }
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                await connection.execute(delete(_TABLE).where(_is(team_id, installation.enterprise_id)))
                await connection.execute(insert(_TABLE).values(row))

    async def find(self, team_id: str, enterprise_id: str) -> Installation | None:
        """The workspace's own installation, else that of its whole organization."""
        sql = (
            "SELECT sealed FROM installation WHERE team_id = :team_id AND team_id <> '' "
            "OR team_id = '' AND enterprise_id = :enterprise_id ORDER BY team_id DESC LIMIT 1"
        )
        found = await self._select(sql, {"team_id": team_id, "enterprise_id": enterprise_id})
        return found[0] if found else None

    async def delete(self, team_id: str, enterprise_id: str) -> None:
        """Forget the workspace's installation, or without a workspace that of the organization."""
        with plain_failures(self._place):
            async with self._engine.begin() as connection:
                await connection.execute(delete(_TABLE).where(_is(team_id, enterprise_id)))

    async def all(self) -> Sequence[Installation]:
        """Every installation, the oldest first."""
        return await self._select("SELECT sealed FROM installation ORDER BY installed_at, team_id", {})

    async def _select(self, sql: str, values: Mapping[str, object]) -> list[Installation]:
        with plain_failures(self._place):
            rows = await self._reading.read(lambda reader: reader.rows(sql, values))
        return [_from_json(self._seal.open(row[0])) for row in rows]


def _is(team_id: str, enterprise_id: str) -> ColumnElement[bool]:
    """A workspace by its own id, which stays when it joins an organization; else the organization."""
    if team_id:
        return _TABLE.c.team_id == team_id
    return and_(_TABLE.c.team_id == "", _TABLE.c.enterprise_id == enterprise_id)


def _to_json(installation: Installation) -> bytes:
    return json.dumps(asdict(installation), default=datetime.isoformat).encode()


def _from_json(data: bytes) -> Installation:
    found: dict[str, Any] = json.loads(data)
    for name in ("installed_at", "expires_at"):
        if found[name] is not None:
            found[name] = datetime.fromisoformat(found[name])
    return Installation(**{**found, "scopes": tuple(found["scopes"])})
