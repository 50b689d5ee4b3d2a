"""Draws the sample providers' logos: plain monograms of our own, nobody's trademark.

`python -m tests.tools.draw_monograms` writes one PNG for each row of MARKS. 96 pixels are twice the size
at which a logo is shown, so that it stays sharp on dense screens.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PIXELS = 96
_SCALE = 4
_RADIUS = 0.22
_LETTER_HEIGHT = {1: 0.62, 2: 0.5}
_LETTERS_WIDTH = 0.68

Colour = tuple[int, int, int]

MARKS: dict[str, tuple[str, str]] = {
    "androidauthority.com": ("AA", "#00796b"),
    "businessinsider.com": ("BI", "#165c7d"),
    "cloud.google.com": ("GC", "#3367d6"),
    "cnbc.com": ("C", "#5b3f99"),
    "cnet.com": ("CN", "#b3261e"),
    "electronicdesign.com": ("ED", "#8a5a00"),
    "engadget.com": ("E", "#6a1b9a"),
    "fool.com": ("MF", "#a8337c"),
    "forbes.com": ("F", "#37474f"),
    "geekwire.com": ("GW", "#c2410c"),
    "github.com": ("GH", "#4b5563"),
    "gulf-times.com": ("GT", "#7a1f3d"),
    "infoworld.com": ("IW", "#8c2f39"),
    "itpro.co.uk": ("IT", "#2e5e4e"),
    "microsoft.com": ("M", "#0f6cbd"),
    "reuters.com": ("R", "#b45309"),
    "slashgear.com": ("SG", "#4d7c0f"),
    "techcrunch.com": ("TC", "#15803d"),
    "techradar.com": ("TR", "#1e40af"),
    "techrepublic.com": ("Re", "#0e7490"),
    "thenextweb.com": ("NW", "#d1343b"),
    "thestreet.com": ("TS", "#1d6f42"),
    "theverge.com": ("V", "#9d174d"),
    "threatpost.com": ("TP", "#9a3412"),
    "tvtechnology.com": ("TV", "#334e9e"),
    "venturebeat.com": ("VB", "#be123c"),
    "wired.com": ("W", "#52525b"),
    "wsj.com": ("WS", "#5c4a32"),
    "yourstory.com": ("YS", "#c026a3"),
    "zawya.com": ("Z", "#0f766e"),
    "zdnet.com": ("ZD", "#5e7d00"),
}
"""A provider's letters and the colour behind them; white text on each has a contrast of at least 4.5."""


def draw_monogram(letters: str, colour: str) -> Image.Image:
    """White letters on a rounded square, a little lighter at the top; the corners are transparent."""
    size = PIXELS * _SCALE
    tile = _shade(size, _parse(colour))
    tile.putalpha(_rounded_square(size))
    _write(tile, letters)
    return tile.resize((PIXELS, PIXELS), Image.Resampling.LANCZOS)


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    red, green, blue = (_linear(channel / 255) for channel in _parse(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _parse(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _shade(size: int, colour: Colour) -> Image.Image:
    column = Image.new("RGB", (1, size))
    for y in range(size):
        light = 1.0 + 0.10 * (1 - 2 * y / size)
        red, green, blue = (min(255, round(channel * light)) for channel in colour)
        column.putpixel((0, y), (red, green, blue))
    return column.resize((size, size)).convert("RGBA")


def _rounded_square(size: int) -> Image.Image:
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size - 1, size - 1), radius=int(size * _RADIUS), fill=255)
    return mask


def _write(tile: Image.Image, letters: str) -> None:
    """Pillow's own font, so that every machine draws the same; a stroke makes it bold."""
    size = tile.width
    height = size * _LETTER_HEIGHT[len(letters)]
    width = ImageFont.load_default(height).getlength(letters)
    font = ImageFont.load_default(height * min(1, _LETTERS_WIDTH * size / width))
    ImageDraw.Draw(tile).text(
        (size / 2, size / 2), letters, fill="white", font=font, anchor="mm", stroke_width=size // 60
    )


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for domain, (letters, colour) in MARKS.items():
        draw_monogram(letters, colour).save(folder / f"{domain}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("briefs/providers/images"))
