"""The manifest asks for what the contract names and declares what the bot serves."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.errors import UsageError
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


@pytest.mark.parametrize(
    "url",
    [
        "foo bar", "http://x", "http://news.example.org", "https://", "https:///x", "https://foo bar",
        "news.example.org", "https://localhost", "https://LOCALHOST:3000/", "http://localhost:3000",
        "https://127.0.0.1", "https://[::1]",
        "https://10.0.0.7", "https://192.168.1.2:8443", "https://x.localhost", "https://localhost.", "https://127.1",
        "https://user:word@news.example.org", "https://news.example.org?x=1", "https://news.example.org#x",
        "https://news.example.org:0", "https://news.example.org:99999", "https://news.example.org:port", "https://[",
        "https://-x.org", "https://x..org", "https://.", "https://news.example.org/a b", "https://news.example.org\n",
        "https://news.example.org/\x1b[31m", "ftp://news.example.org", "javascript:alert(1)", "/", " ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("socket_mode", [False, True])
def test_an_address_that_slack_cannot_reach_is_refused(url: str, socket_mode: bool) -> None:
    with pytest.raises(UsageError) as caught:
        manifest(url=url, socket_mode=socket_mode)
    assert "https://" in caught.value.hint
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example.org", "https://news.example.org/", "https://news.example.org:8443/bots/news//",
        "HTTPS://News.Example.org", "https://nachrichten.münchen.example", "https://8.8.8.8", "https://a-b.example.co.uk",
        "https://xn--mnchen-3ya.example", "https://[2606:4700::1111]/",
    ],
)  # fmt: skip
def test_a_public_address_is_taken(url: str) -> None:
    command = read(url=url)["features"]["slash_commands"][0]
    assert command["url"] == url.rstrip("/") + "/slack/events"


def test_a_placeholder_is_named_as_one() -> None:
    first, rest = manifest().split("\n", 1)
    assert first.startswith("# Replace https://newsbrief.example.com")
    assert yaml.safe_load(manifest()) == yaml.safe_load(rest)
    assert not manifest(url="https://news.example.org").startswith("#")
    assert not manifest(socket_mode=True).startswith("#")


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
