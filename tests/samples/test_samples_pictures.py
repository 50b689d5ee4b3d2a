"""Logos and pictures: there, of the declared size, small, legible, and what the drawing scripts draw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.samples.samplebook import BRIEFS, PROVIDERS, SAMPLES, articles, front_matter
from tests.tools import draw_illustrations, draw_monograms

MOST_BYTES = 60_000


def _declared() -> Iterator[tuple[Path, dict[str, Any]]]:
    for fields in BRIEFS.values():
        for article in articles(fields):
            yield from ((SAMPLES / image["url"], image) for image in article.get("images", []))
    for path in PROVIDERS:
        yield from ((SAMPLES / "providers" / image["url"], image) for image in front_matter(path)["images"])


def test_every_image_is_a_png_of_the_declared_size_inside_the_samples() -> None:
    for path, image in _declared():
        assert path.resolve().is_relative_to(SAMPLES)
        assert path.stat().st_size < MOST_BYTES
        with Image.open(path) as picture:
            assert picture.format == "PNG"
            assert picture.size == (image["width"], image["height"])


def test_every_picture_of_a_brief_says_in_words_what_it_shows() -> None:
    images = [image for fields in BRIEFS.values() for image in fields.get("images", [])]
    assert len(images) >= 10
    assert all(len(image["title"].split()) >= 4 for image in images)


def test_no_image_file_is_left_unused() -> None:
    used = {path.resolve() for path, _ in _declared()}
    assert {path.resolve() for path in SAMPLES.rglob("*.png")} == used


def test_image_names_are_used_once_because_both_folders_are_served_together() -> None:
    names = [path.name for path in SAMPLES.rglob("*.png")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("domain", draw_monograms.MARKS)
def test_logo_is_what_the_script_draws(domain: str) -> None:
    drawn = draw_monograms.draw_monogram(*draw_monograms.MARKS[domain])
    with Image.open(SAMPLES / "providers" / "images" / f"{domain}.png") as stored:
        assert stored.convert("RGBA").tobytes() == drawn.tobytes()


@pytest.mark.parametrize("name", draw_illustrations.PICTURES)
def test_picture_is_what_the_script_draws(name: str) -> None:
    drawn = draw_illustrations.PICTURES[name]().finish()
    with Image.open(SAMPLES / "images" / f"{name}.png") as stored:
        assert stored.convert("RGB").tobytes() == drawn.tobytes()


def test_every_provider_has_letters_and_a_colour_that_is_its_own() -> None:
    assert {path.stem for path in PROVIDERS} == set(draw_monograms.MARKS)
    assert len({colour for _, colour in draw_monograms.MARKS.values()}) == len(draw_monograms.MARKS)


def test_letters_stand_out_from_their_colour() -> None:
    faint = {
        domain
        for domain, (_, colour) in draw_monograms.MARKS.items()
        if draw_monograms.contrast_with_white(colour) < 4.5
    }
    assert faint == set()


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert draw_monograms.contrast_with_white("#000000") == pytest.approx(21)
    assert draw_monograms.contrast_with_white("#ffffff") == pytest.approx(1)
    assert draw_monograms.contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_corners_are_transparent_so_that_a_logo_sits_on_any_background() -> None:
    for domain, mark in draw_monograms.MARKS.items():
        tile = draw_monograms.draw_monogram(*mark)
        corner, edge = tile.getpixel((0, 0)), tile.getpixel((tile.width // 2, 2))
        assert isinstance(corner, tuple), domain
        assert isinstance(edge, tuple), domain
        assert (corner[3], edge[3]) == (0, 255), domain
