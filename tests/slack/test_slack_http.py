"""The server's answers: the contract's statuses, and a plain sentence whatever is sent."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.slack.house import House, open_house

FORM = "application/x-www-form-urlencoded"
EVENT = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "team_join"}}


def command_body(**fields: str) -> bytes:
    return urlencode({"command": "/news", "text": "help", "team_id": "T1", "user_id": "U1"} | fields).encode()


async def unsigned(house: House, body: bytes, **headers: str) -> tuple[int, str]:
    url = f"{house.bot.address}/slack/events"
    async with house.http.post(url, data=body, headers=headers) as response:
        return response.status, await response.text()


def is_plain(text: str) -> bool:
    return "Traceback" not in text and "File " not in text and "Error" not in text


async def test_a_request_without_a_signature_is_not_taken(house: House) -> None:
    status, text = await unsigned(house, command_body())
    assert (status, is_plain(text)) == (401, True)


async def test_an_old_signature_is_not_taken(house: House) -> None:
    body = command_body()
    headers = house.workspace.signed_headers(body, at=1_600_000_000)
    assert (await unsigned(house, body, **headers))[0] == 401


async def test_a_signature_of_another_body_is_not_taken(house: House) -> None:
    headers = house.workspace.signed_headers(command_body())
    assert (await unsigned(house, command_body(text="x"), **headers))[0] == 401


async def test_a_wrong_signing_secret_is_told_in_the_log_once_a_minute(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        await unsigned(house, command_body(), **house.workspace.signed_headers(b"another"))
    told = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert told == ["refused with 401: The request's signature is not Slack's for this bot."]


async def test_a_timestamp_that_is_no_number_is_a_bad_request(house: House) -> None:
    headers = {"X-Slack-Request-Timestamp": "abc", "X-Slack-Signature": "v0=00"}
    assert (await unsigned(house, command_body(), **headers))[0] == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", FORM),
        (b"text=\xc3\x28&command=x", FORM),
        (b'{"type": ', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"null", "application/json"),
        (b"", "application/json"),
        (b"hello", "text/plain"),
        (b"payload=%7B", FORM),
        (b"\0" * 1000, "application/octet-stream"),
    ],
)
async def test_a_signed_body_that_cannot_be_read_is_a_bad_request(
    house: House, body: bytes, content_type: str
) -> None:
    status, text = await house.events(body, content_type)
    assert (status, is_plain(text)) == (400, True)


async def test_a_body_that_is_too_large_is_refused_as_such(house: House) -> None:
    body = command_body(text="x" * (1 << 20))
    assert (await house.events(body, FORM))[0] == 413


async def test_reading_the_events_address_is_not_allowed(house: House) -> None:
    for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
        async with house.http.request(method, f"{house.bot.address}/slack/events") as response:
            assert response.status == 405
            assert response.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "payload",
    [
        EVENT,
        {"type": "event_callback", "event": {"type": "an_event_of_next_year"}},
        {"type": "event_callback", "event": "text"},
        {"type": "event_callback", "event": None, "team_id": 5},
        {"type": "event_callback"},
        {"type": "event_callback", "event": {"type": ["a"]}, "authorizations": [5]},
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im", "text": {"a": 1}}},
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1},
        {"type": "view_submission", "view": {"callback_id": "x"}},
        {"type": "shortcut", "callback_id": "x", "team": 3, "user": []},
        {"type": "block_actions", "actions": "x"},
        {"type": "something else"},
        {"type": 12, "team": {"id": {"id": 1}}},
        {},
    ],
)
async def test_every_signed_message_of_slacks_is_acknowledged(house: House, payload: dict[str, Any]) -> None:
    status, text = await house.events(json.dumps(payload).encode())
    assert (status, is_plain(text)) == (200, True)


async def test_slack_can_verify_the_address(house: House) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    status, text = await house.events(body)
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})
    assert (await house.events(b"ssl_check=1&token=x", FORM))[0] == 200


async def test_duplicate_parameters_are_no_way_to_break_in(house: House) -> None:
    body = command_body() + b"&command=/other&text=a&text=b&response_url=ftp://x"
    assert await house.events(body, FORM) == (200, "")


async def test_another_command_name_is_answered_too(house: House) -> None:
    assert await house.events(command_body(command="/briefs"), FORM) == (200, "")


@pytest.mark.parametrize("url", ["", "ftp://x/y", "http://", "http://[", "https://127.0.0.1:1/", "nonsense"])
async def test_an_unusable_response_url_harms_nobody(house: House, url: str) -> None:
    assert await house.events(command_body(response_url=url, trigger_id=url), FORM) == (200, "")
    assert (await house.ask("help"))["text"]


async def test_the_same_trigger_is_answered_once(house: House) -> None:
    asked = await house.workspace.command("help")
    await asked.answer()
    form = {key: str(value) for key, value in asked.hook.sent.items()}
    assert await house.events(urlencode(form).encode(), FORM) == (200, "")
    await house.ask("help")
    assert len(asked.hook.answers) == 1


async def test_a_replayed_request_is_acknowledged_and_not_done_again(house: House) -> None:
    asked = await house.workspace.command("clearview")
    await asked.answer()
    body = urlencode({key: str(value) for key, value in asked.hook.sent.items()}).encode()
    headers = house.workspace.signed_headers(body) | {"Content-Type": FORM}
    for _ in range(3):
        assert await unsigned(house, body, **headers) == (200, "")
    assert [call[0] for call in house.shelf.asked] == ["clearview"]


async def test_the_same_event_is_handled_once(house: House) -> None:
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": "clearview"}
    body = json.dumps(EVENT | {"event": event}).encode()
    for _ in range(3):
        assert (await house.events(body))[0] == 200
    await house.workspace.wait_for(lambda: house.shelf.asked)
    assert [call[0] for call in house.shelf.asked] == ["clearview"]


async def test_health_metrics_and_pages_are_served(house: House) -> None:
    assert (await house.get("/healthz"))[0] == 200
    assert await house.get("/readyz") == (200, "ready\n")
    assert "newsbrief" in (await house.get("/"))[1]
    assert (await house.get("/slack/install"))[0] == 404
    assert "SLACK_CLIENT_ID" in (await house.get("/slack/oauth_redirect?code=x"))[1]
    assert (await house.get("/nowhere"))[0] == 404


async def test_metrics_count_without_naming(house: House) -> None:
    await house.ask("clearview")
    status, text = await house.get("/metrics")
    assert status == 200
    assert 'newsbrief_answers_total{outcome="ok",verb="search"} 1.0' in text
    assert 'newsbrief_requests_total{kind="command",status="200"} 1.0' in text
    assert "clearview" not in text


async def whole_answer(house: House, raw: bytes) -> str:
    """Send bytes as they are; the head of what comes back."""
    host, port = house.bot.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(raw)
        return (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode()
    finally:
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def test_a_body_that_never_comes_does_not_hold_the_server(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.server.BODY_SECONDS", 0.1)
    request = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
    assert " 408 " in await whole_answer(house, request)


_STRANGE_STAMP = (
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Slack-Signature: \xff\xfe\r\n"
    b"X-Slack-Request-Timestamp: \xff\r\nContent-Length: 2\r\n\r\n{}"
)


_BROKEN = [
    b"\x00\x01\x02\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: zebra\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nX-Zebra: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nExpect: zebra\r\n\r\n",
    b"GET / HTTP/1.1\r\n: zebra\r\n\r\n",
    _STRANGE_STAMP,
    b"POST /slack/events HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /slack/events HTTP/1.1\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\n{}\0\0",
]


@pytest.mark.parametrize("raw", _BROKEN[:-1])
async def test_broken_http_gets_a_client_error(house: House, raw: bytes) -> None:
    answer = await whole_answer(house, raw)
    assert answer.startswith(("HTTP/1.1 4", "HTTP/1.0 4"))
    assert "aiohttp" not in answer
    assert "Server: newsbrief" in answer


async def test_an_encoded_body_is_not_even_read(house: House) -> None:
    for encoding in ("gzip", "deflate", "br", "zstd", "GZIP, identity", "zebra"):
        status, text = await unsigned(house, b"junk", **{"Content-Encoding": encoding})
        assert (status, is_plain(text)) == (415, True)
    assert (await house.events(command_body(), FORM, **{"Content-Encoding": "identity"}))[0] == 200


async def test_nobody_can_fill_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        for raw in _BROKEN:
            await whole_answer(house, raw)
        await unsigned(house, b"junk", **{"Content-Encoding": "gzip"})
    await house.bot.stop()
    lines = [record.getMessage() for record in caplog.records if record.levelname != "INFO"]
    assert len(lines) == len(set(lines))
    assert len(lines) <= 6
    assert not any(record.exc_info for record in caplog.records)
    assert "zebra" not in caplog.text


async def test_no_answer_tells_a_version(house: House) -> None:
    for path in ("/", "/healthz", "/readyz", "/metrics", "/nowhere", "/slack/install", "/slack/events"):
        async with house.http.get(house.bot.address + path) as response:
            assert response.headers["Server"] == "newsbrief"
    body = command_body()
    async with house.http.post(
        f"{house.bot.address}/slack/events", data=body, headers=house.workspace.signed_headers(body)
    ) as response:
        assert (response.status, response.headers["Server"]) == (200, "newsbrief")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = [
    "type",
    "event",
    "actions",
    "team",
    "user",
    "channel",
    "command",
    "text",
    "payload",
    "response_url",
    "trigger_id",
    "event_id",
    "view",
    "authorizations",
    "enterprise",
    "message",
    "container",
    "is_enterprise_install",
    "api_app_id",
    "challenge",
]
_TYPES = ("event_callback", "block_actions", "url_verification", "view_submission", "shortcut", "message")


@given(st.lists(st.dictionaries(st.sampled_from(_KEYS), _JSON | st.sampled_from(_TYPES)), max_size=60))
@settings(max_examples=12, deadline=None)
def test_no_shape_of_a_signed_message_is_too_odd(payloads: list[dict[str, Any]]) -> None:
    async def send_all() -> None:
        async with open_house() as house:
            for payload in payloads:
                status, text = await house.events(json.dumps(payload).encode())
                assert (status, is_plain(text)) == (200, True)
            assert (await house.ask("help"))["text"]

    asyncio.run(send_all())
