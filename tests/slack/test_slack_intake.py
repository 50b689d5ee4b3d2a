"""Requests are judged before anything else sees them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.slack.intake import Refused, Stamp, check_signature, kind_of, read_payload, repeat_key

SECRET = "a-secret-of-the-tests"
NOW = 1_700_000_000.0
FORM = "application/x-www-form-urlencoded"


def stamp(body: bytes, at: str = str(int(NOW)), secret: str = SECRET) -> Stamp:
    signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
    return Stamp(timestamp=at, signature=signature or "")


def refusal(made: Stamp, body: bytes = b"x=1") -> int:
    with pytest.raises(Refused) as caught:
        check_signature(made, body, secret=SECRET, now=NOW)
    return caught.value.status


def unreadable(body: bytes, content_type: str = FORM) -> int:
    with pytest.raises(Refused) as caught:
        read_payload(body, content_type)
    return caught.value.status


@given(st.text(max_size=200))
def test_slacks_own_signature_is_accepted(text: str) -> None:
    body = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
    check_signature(stamp(body), body, secret=SECRET, now=NOW)


@pytest.mark.parametrize("age", [-299, 0, 299])
def test_five_minutes_either_way_are_allowed(age: int) -> None:
    check_signature(stamp(b"x", at=str(int(NOW) - age)), b"x", secret=SECRET, now=NOW)


@pytest.mark.parametrize("age", [-301, 301, int(NOW)])
def test_an_old_or_future_signature_is_refused(age: int) -> None:
    assert refusal(stamp(b"x=1", at=str(int(NOW) - age))) == 401


def test_a_signature_of_another_body_or_secret_is_refused() -> None:
    assert refusal(stamp(b"x=2")) == 401
    assert refusal(stamp(b"x=1", secret="another")) == 401


@pytest.mark.parametrize("signature", ["", "v0=", "v0=\udcff", "x" * 10_000, "v1=abc"])
def test_a_missing_or_strange_signature_is_refused(signature: str) -> None:
    assert refusal(Stamp(timestamp=str(int(NOW)), signature=signature)) == 401


@pytest.mark.parametrize("timestamp", ["abc", "1e9", "-5", "١٢٣", "9" * 5000, "1 ", "0x10", "nan"])
def test_a_timestamp_that_is_no_number_is_a_bad_request(timestamp: str) -> None:
    assert refusal(Stamp(timestamp=timestamp, signature="v0=abc")) == 400


def test_a_missing_timestamp_counts_as_a_missing_signature() -> None:
    assert refusal(Stamp(timestamp="", signature="v0=abc")) == 401


def test_a_command_an_interaction_and_an_event_are_read() -> None:
    assert read_payload(b"command=%2Fnews&text=a+b", FORM) == {"command": "/news", "text": "a b"}
    press = {"type": "block_actions", "actions": []}
    assert read_payload(urlencode({"payload": json.dumps(press)}).encode(), FORM) == press
    event = {"type": "event_callback", "event": {"type": "message"}}
    assert read_payload(json.dumps(event).encode(), "application/json") == event


def test_a_command_about_payloads_is_still_a_command() -> None:
    assert read_payload(b"command=%2Fnews&text=payload", FORM)["text"] == "payload"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"command=/news&text=\xff\xfe", FORM),
        (b"command=/news&text=%ff%fe", FORM),
        (b'{"type": ', "application/json"),
        (b'{"type": ', FORM),
        (b"", "application/json"),
        (b"", FORM),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'"text"', "application/json"),
        (b"12", "application/json"),
        (b"1" * 5000, "application/json"),
        (b"[" * 200_000, "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b"payload=%7Bbad", FORM),
        (b"payload=[]", FORM),
        (b"payload=", FORM),
        (b"hello", "text/plain"),
        (b"a=1&b=2", FORM),
        (b"&".join(b"a=%d" % number for number in range(5000)), FORM),
        (b"--x\r\ncontent\r\n--x--", "multipart/form-data"),
        (b"\0\0\0", "application/octet-stream"),
    ],
)
def test_what_slack_never_sends_is_a_bad_request(body: bytes, content_type: str) -> None:
    assert unreadable(body, content_type) == 400


@given(st.binary(max_size=400), st.sampled_from([FORM, "application/json", "text/plain", ""]))
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    status = 200
    try:
        read_payload(body, content_type)
    except Refused as error:
        status = error.status
    assert status in (200, 400)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"command": "/news"}, "command"),
        ({"type": "block_actions"}, "action"),
        ({"type": "event_callback"}, "event"),
        ({"type": "view_submission"}, "dialog"),
        ({"type": "view_closed"}, "other"),
        ({"type": ["list"]}, "other"),
        ({}, "other"),
    ],
)
def test_a_payloads_kind_is_one_of_our_words(payload: dict[str, Any], kind: str) -> None:
    assert kind_of(payload) == kind


def test_a_repeat_is_known_by_its_events_or_triggers_id() -> None:
    assert repeat_key({"event_id": "Ev1"}) == repeat_key({"event_id": "Ev1", "x": 1})
    assert repeat_key({"event_id": "1"}) != repeat_key({"trigger_id": "1"})
    assert repeat_key({"trigger_id": {"odd": 1}}) is None
    assert repeat_key({}) is None
