"""The manifest asks for what the contract names and declares what the bot serves."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.slack import manifest


def read(**settings: Any) -> dict[str, Any]:
    document = yaml.safe_load(manifest(**settings))
    assert isinstance(document, dict)
    return document


def test_scopes_are_the_contracts() -> None:
    scopes = read()["oauth_config"]["scopes"]
    assert scopes["bot"][:2] == ["commands", "chat:write"]
    assert scopes["bot"][2:] == scopes["bot_optional"]
    assert scopes["bot_optional"] == [
        "users:read",
        "im:write",
        "im:history",
        "channels:history",
        "groups:history",
        "app_mentions:read",
        "links:read",
        "links:write",
    ]


def test_every_address_leads_to_the_bot() -> None:
    document = read(url="https://news.example.org/")
    command = document["features"]["slash_commands"][0]
    assert command["url"] == "https://news.example.org/slack/events"
    assert document["settings"]["interactivity"]["request_url"] == command["url"]
    assert document["settings"]["event_subscriptions"]["request_url"] == command["url"]
    assert document["oauth_config"]["redirect_urls"] == ["https://news.example.org/slack/oauth_redirect"]
    assert document["settings"]["socket_mode_enabled"] is False


def test_socket_mode_needs_no_address() -> None:
    text = manifest(url="https://news.example.org", socket_mode=True)
    assert "http" not in text
    assert yaml.safe_load(text)["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize("socket_mode", [False, True])
def test_the_command_comes_raw_and_the_messages_tab_is_writable(socket_mode: bool) -> None:
    features = read(command="/briefs", socket_mode=socket_mode)["features"]
    assert features["slash_commands"][0]["command"] == "/briefs"
    assert features["slash_commands"][0]["should_escape"] is False
    assert features["app_home"]["messages_tab_enabled"] is True
    assert features["app_home"]["messages_tab_read_only_enabled"] is False


def test_nothing_is_declared_that_the_bot_does_not_serve() -> None:
    document = read()
    assert set(document["features"]) == {"app_home", "bot_user", "slash_commands"}
    assert document["features"]["app_home"]["home_tab_enabled"] is False
    assert document["settings"]["event_subscriptions"]["bot_events"] == [
        "app_uninstalled", "tokens_revoked", "message.im", "app_mention",
    ]  # fmt: skip


def test_slacks_limits_are_kept() -> None:
    document = read(command="/" + "n" * 31)
    assert len(document["display_information"]["name"]) <= 35
    assert len(document["display_information"]["description"]) <= 140
    assert len(document["features"]["slash_commands"][0]["command"]) <= 32
