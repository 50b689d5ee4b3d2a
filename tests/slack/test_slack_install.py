"""Installing into workspaces by Slack's OAuth flow, and leaving them again."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.domain.installation import Installation
from bot.errors import StoreAway
from tests.slack.house import House, open_house

TEAM = "T0MORNING1"
OLD = Installation(
    team_id=TEAM, bot_token="xoxb-old", installed_at=datetime(2021, 1, 1, tzinfo=UTC), refresh_token="xoxe-1"
)


@pytest.fixture
async def hotel() -> AsyncIterator[House]:
    async with open_house(
        SLACK_BOT_TOKEN="",
        SLACK_CLIENT_ID="11.22",
        SLACK_CLIENT_SECRET="a-client-secret",
        NEWSBRIEF_ENCRYPTION_KEY="a long random text",
    ) as house:
        yield house


async def begin(hotel: House) -> tuple[str, str]:
    """The install page: the address that its button leads to, and the browser's cookie."""
    async with hotel.http.get(f"{hotel.bot.address}/slack/install") as response:
        assert response.status == 200
        cookie = response.headers["Set-Cookie"]
        found = re.search(r'href="([^"]+)"><img', await response.text())
    assert found
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    return unescape(found.group(1)), cookie.partition(";")[0]


async def come_back(hotel: House, url: str, cookie: str) -> tuple[int, str]:
    async with hotel.http.get(url, headers={"Cookie": cookie}, allow_redirects=False) as response:
        return response.status, await response.text()


async def consent(hotel: House, url: str, answer: str = "allow") -> str:
    """Where Slack's consent page sends the browser."""
    target = url.replace("/oauth/v2/authorize", f"/oauth/v2/authorize/{answer}")
    target += f"&redirect_uri={hotel.bot.address}/slack/oauth_redirect"
    async with hotel.http.get(target, allow_redirects=False) as response:
        return response.headers["Location"]


async def install(hotel: House) -> tuple[int, str]:
    url, cookie = await begin(hotel)
    return await come_back(hotel, await consent(hotel, url), cookie)


async def test_installing_keeps_the_workspaces_token(hotel: House) -> None:
    assert (await install(hotel))[0] == 200
    kept = hotel.guests.kept[TEAM, ""]
    assert kept.bot_token.startswith("xoxb-")
    assert "chat:write" in kept.scopes
    assert kept.expires_at is None


async def test_the_button_asks_for_the_contracts_scopes(hotel: House) -> None:
    query = parse_qs(urlsplit((await begin(hotel))[0]).query)
    assert set(query["scope"][0].split(",")) == {
        "commands", "chat:write", "users:read", "im:write", "im:history", "channels:history",
        "groups:history", "app_mentions:read", "links:read", "links:write",
    }  # fmt: skip
    assert query["client_id"] == ["11.22"]


async def test_the_kept_token_is_used_from_then_on(hotel: House) -> None:
    await hotel.ask("since:2021-01-01")
    assert hotel.workspace.calls.of("users.info") == []
    await install(hotel)
    hotel.bot._running.zones._kept.clear()  # type: ignore[union-attr]
    await hotel.ask("since:2021-01-01")
    assert len(hotel.workspace.calls.of("users.info")) == 1


async def test_another_browser_cannot_finish_an_installation(hotel: House) -> None:
    url, _ = await begin(hotel)
    status, text = await come_back(hotel, await consent(hotel, url), "slack-app-oauth-state=forged")
    assert status == 400
    assert hotel.guests.kept == {}
    assert "Traceback" not in text


async def test_a_forged_state_or_code_is_refused(hotel: House) -> None:
    url, cookie = await begin(hotel)
    back = await consent(hotel, url)
    forged = re.sub(r"code=\w+", "code=forged", back)
    assert (await come_back(hotel, forged, cookie))[0] == 401
    stateless = f"{hotel.bot.address}/slack/oauth_redirect?code=x&state=y"
    assert (await come_back(hotel, stateless, "slack-app-oauth-state=y"))[0] == 401
    assert hotel.guests.kept == {}


async def test_somebody_who_says_no_gets_a_page(hotel: House) -> None:
    url, cookie = await begin(hotel)
    status, text = await come_back(hotel, await consent(hotel, url, "cancel"), cookie)
    assert (status, "access_denied" in text) == (400, True)


async def test_what_the_address_says_is_shown_as_text(hotel: House) -> None:
    status, text = await hotel.get("/slack/oauth_redirect?error=%3Cscript%3Ea%26b" + "c" * 5000)
    assert status == 400
    assert "<script>" not in text
    assert "“&lt;script&gt;a&amp;bccc" in text
    assert len(text) < 1000
    assert text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=y", "?error=", "?error=a&error=b", "?error=%00%ff"]
)
async def test_a_way_back_from_nowhere_gets_our_page(hotel: House, query: str) -> None:
    status, text = await hotel.get(f"/slack/oauth_redirect{query}")
    assert (status, "Not installed" in text, "/slack/install" in text) == (400, True, True)


@pytest.mark.parametrize("kind", ["500_before", "drop_before"])
async def test_a_slack_that_is_away_gets_a_plain_page(hotel: House, kind: str) -> None:
    hotel.workspace.faults.add(kind, "oauth.v2.access")
    status, text = await install(hotel)
    assert status in (401, 502)
    assert "Traceback" not in text


async def test_a_store_that_is_away_gets_a_plain_page(hotel: House) -> None:
    hotel.guests.error = StoreAway("the database at secret-host is away")
    status, text = await install(hotel)
    assert status == 502
    assert "secret-host" not in text


@pytest.mark.parametrize(
    ("event", "leaves"),
    [
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}, False),
        ({"type": "tokens_revoked", "tokens": "odd"}, False),
    ],
)
async def test_leaving_deletes_the_installation(hotel: House, event: dict[str, object], leaves: bool) -> None:
    await install(hotel)
    await hotel.workspace.event(event)
    await hotel.bot.stop()
    assert (hotel.guests.kept == {}) is leaves


async def test_a_token_that_ends_soon_is_traded_once_for_a_new_pair(
    hotel: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=30)
    await hotel.guests.save(replace(OLD, expires_at=soon))
    tokens = hotel.bot._running.zones._tokens  # type: ignore[union-attr]
    asked: list[dict[str, str]] = []

    async def traded(method: str, token: str, fields: dict[str, str]) -> object:
        asked.append({"method": method, "token": token} | fields)
        answer = {"ok": True, "access_token": "xoxb-new", "refresh_token": "xoxe-2", "expires_in": 43200}
        return type("Reply", (), {"fields": answer})

    monkeypatch.setattr(tokens._transport, "ask", traded)
    assert [await tokens.token_for(TEAM, "") for _ in range(3)] == ["xoxb-new"] * 3
    assert [ask["refresh_token"] for ask in asked] == ["xoxe-1"]
    assert hotel.guests.kept[TEAM, ""].refresh_token == "xoxe-2"


async def test_a_refused_trade_leaves_the_old_token(hotel: House) -> None:
    await hotel.guests.save(replace(OLD, expires_at=datetime.now(UTC)))
    tokens = hotel.bot._running.zones._tokens  # type: ignore[union-attr]
    assert await tokens.token_for(TEAM, "") == "xoxb-old"


async def test_an_organization_that_leaves_is_forgotten_as_a_whole(hotel: House) -> None:
    await hotel.guests.save(replace(OLD, team_id="", enterprise_id="E1", is_enterprise=True))
    event = {
        "type": "event_callback",
        "team_id": TEAM,
        "enterprise_id": "E1",
        "authorizations": [{"is_enterprise_install": True, "user_id": "U9"}],
        "event": {"type": "app_uninstalled"},
    }
    assert (await hotel.events(json.dumps(event).encode()))[0] == 200
    await hotel.bot.stop()
    assert hotel.guests.kept == {}


async def test_status_names_what_this_workspace_did_not_allow(hotel: House) -> None:
    await hotel.guests.save(replace(OLD, scopes=("commands", "chat:write", "users:read")))
    told = json.dumps(await hotel.ask("status"))
    assert "im:history" in told
    assert "users:read" not in told
