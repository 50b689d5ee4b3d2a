from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.address import canonical_address

SEED = "thenextweb.com/neural/2021/02/04/canada"


@pytest.mark.parametrize(
    "url",
    [
        "https://thenextweb.com/neural/2021/02/04/canada/",
        "http://www.thenextweb.com/neural/2021/02/04/canada",
        "https://THENEXTWEB.com:443/neural/2021/02/04/canada/?utm_source=x&fbclid=1#comments",
        "https://thenextweb.com/neural/2021/02/04/canada/amp/",
        "https://amp.thenextweb.com/neural/2021/02/04/canada",
        "https://thenextweb-com.cdn.ampproject.org/c/s/thenextweb.com/neural/2021/02/04/canada/amp/",
        "https://www.google.com/amp/s/thenextweb.com/neural/2021/02/04/canada/",
        "https://thenextweb.com/neural/2021/02/04/canada?amp=1",
    ],
)
def test_forms_of_one_article_fold_into_one(url: str) -> None:
    assert canonical_address(url) == SEED


def test_parameters_that_say_what_is_read_are_kept() -> None:
    assert canonical_address("https://a.example/watch?v=2&utm_campaign=x&t=9") == "a.example/watch?v=2&t=9"


def test_other_paths_and_ports_stay_different() -> None:
    addresses = ["https://a.example/ample", "https://a.example/amp-it-up", "https://a.example:8080/ample"]
    assert len({canonical_address(address) for address in addresses}) == 3


@pytest.mark.parametrize(
    "url", ["", "mailto:a@b.c", "javascript:alert(1)", "//a.example/x", "http://[::1", "x"]
)
def test_what_is_not_a_web_address_has_no_form(url: str) -> None:
    assert canonical_address(url) == ""


PIECES = """
http:// https:// www. amp. m. a . b.com google.com cdn.ampproject.org / /amp /amp/ .html .amp AMP c/s/ - _ Z ~
"""


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES.split()), max_size=8).map("".join))
def test_the_short_way_for_plain_addresses_comes_to_the_same(url: str) -> None:
    assert canonical_address(url) == canonical_address(f" {url}")  # the space leads it the long way


@given(st.text(max_size=200))
@example("\x0c?")  # white space that stands at the end once the empty query is gone
def test_any_text_is_answered_and_a_form_is_its_own(text: str) -> None:
    once = canonical_address("https://a.example/" + text)
    assert canonical_address(text) is not None
    assert canonical_address("https://" + once) == once
