"""Logos: the nearest to 48 pixels, from the brief, else from the providers folder, else none."""

from __future__ import annotations

import pytest

from bot.domain.brief import Image, Provider
from bot.domain.directory import EMPTY_DIRECTORY, Directory, ProviderEntry
from bot.domain.logo import choose_logo, image_format, resolve_image

ASSETS = "https://cdn.example/base/"


def image(url: str, pixels: int | None = None) -> Image:
    return Image(url=url, width=pixels, height=pixels)


def directory(*images: Image) -> Directory:
    entry = ProviderEntry(domain="wsj.com", name="Wall Street Journal", images=images)
    return Directory(providers={"wsj.com": entry})


def test_own_image_nearest_to_48_pixels_is_chosen() -> None:
    images = (image("https://a.example/400.png", 400), image("https://a.example/50.png", 50))
    chosen = choose_logo(Provider(domain="wsj.com", images=images), directory(image("/x.png", 48)), ASSETS)
    assert chosen == images[1]


def test_of_two_equally_near_images_the_larger_is_chosen() -> None:
    small, large = image("https://a.example/46.png", 46), image("https://a.example/50.png", 50)
    assert choose_logo(Provider(name="A", images=(small, large)), EMPTY_DIRECTORY, "") == large


def test_an_image_of_known_size_goes_before_one_of_unknown_size() -> None:
    unknown, known = image("https://a.example/u.png"), image("https://a.example/k.png", 4000)
    assert choose_logo(Provider(name="A", images=(unknown, known)), EMPTY_DIRECTORY, "") == known
    assert choose_logo(Provider(name="A", images=(unknown,)), EMPTY_DIRECTORY, "") == unknown


@pytest.mark.parametrize("domain", ["wsj.com", "www.WSJ.com", "blogs.wsj.com"])
def test_provider_without_a_logo_gets_it_from_the_folder_by_domain(domain: str) -> None:
    chosen = choose_logo(Provider(domain=domain), directory(image("/logos/wsj.png", 50)), ASSETS)
    assert chosen == image("https://cdn.example/base/logos/wsj.png", 50)


def test_own_images_that_cannot_be_shown_leave_the_choice_to_the_folder() -> None:
    own = (image("https://a.example/48.svg", 48), image("/relative-elsewhere.webp", 48))
    fallback = image("https://b.example/400.png", 400)
    assert choose_logo(Provider(domain="wsj.com", images=own), directory(fallback), "") == fallback


@pytest.mark.parametrize(
    "url",
    [
        "../../etc/passwd.png",
        "/../x.png",
        "logos/../../x.png",
        "./../x.png",
        "a//../../x.png",
        "%2e%2e/x.png",
        "..%2Fx.png",
        "..\\x.png",
        "..",
    ],
)
def test_an_address_that_climbs_out_of_its_base_is_left_out(url: str) -> None:
    assert resolve_image(image(url), ASSETS) is None
    assert choose_logo(Provider(domain="wsj.com", images=(image(url, 48),)), EMPTY_DIRECTORY, ASSETS) is None


@pytest.mark.parametrize("url", ["a/../x.png", "a..b.png", "x.png?from=../../y", "logos/x..png"])
def test_dots_that_stay_inside_the_base_do_no_harm(url: str) -> None:
    assert resolve_image(image(url), ASSETS) == image(f"{ASSETS}{url}")


def test_no_logo_anywhere_is_none() -> None:
    assert choose_logo(Provider(domain="other.com"), directory(image("/x.png", 50)), ASSETS) is None
    assert choose_logo(Provider(domain="wsj.com"), directory(image("/x.png", 50)), "") is None


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("https://a.example/x.PNG?w=3", "https://a.example/x.PNG?w=3"),
        ("HTTPS://a.example/x.jpeg", "HTTPS://a.example/x.jpeg"),
        ("https://a.example/social", "https://a.example/social"),
        ("https://a.example", "https://a.example"),
        ("https://a.example/x.jpg%3Fcrop=1", "https://a.example/x.jpg%3Fcrop=1"),
        ("https://a.example/v1.5", "https://a.example/v1.5"),
        ("/logos/x.gif", "https://cdn.example/base/logos/x.gif"),
        ("logos/x.gif", "https://cdn.example/base/logos/x.gif"),
        ("//cdn.example/x.png", "https://cdn.example/x.png"),
        ("https://a.example/x.webp", None),
        ("https://a.example/x.svg#png", None),
        ("https://a.example/x.php?f=x.png", None),
        ("ftp://a.example/x.png", None),
        ("data:image/png;base64,AAAA", None),
        ("javascript:alert(1)", None),
        ("https:x.png", None),
        ("", None),
    ],
)
def test_only_addresses_that_slack_can_show_are_resolved(url: str, resolved: str | None) -> None:
    found = resolve_image(image(url), ASSETS)
    assert (found.url if found else None) == resolved


def test_relative_addresses_are_left_out_without_a_base() -> None:
    assert resolve_image(image("/logos/x.gif"), "") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/b.tar.GIF", "gif"),
        ("/a.b/c", ""),
        ("//cdn.example", ""),
        ("x", ""),
        ("a.b%2Fc", ""),
    ],
)
def test_format_is_the_last_extension_of_the_path(url: str, expected: str) -> None:
    assert image_format(url) == expected
