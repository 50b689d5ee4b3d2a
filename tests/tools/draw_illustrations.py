"""Draws the sample briefs' pictures: abstract, of our own, no photograph and no trademark.

`python -m tests.tools.draw_illustrations` writes one PNG for each name of PICTURES into `briefs/images`.
A picture is drawn at twice its size and scaled down, which smooths every edge.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 418
_SCALE = 2

Box = tuple[float, float, float, float]
Point = tuple[float, float]


class Canvas:
    """A picture in the making; coordinates are pixels of the finished one, colours `#rrggbb[aa]`."""

    def __init__(self, top: str, bottom: str) -> None:
        mask = Image.linear_gradient("L").resize((WIDTH * _SCALE, HEIGHT * _SCALE))
        size = mask.size
        self._image = Image.composite(Image.new("RGBA", size, bottom), Image.new("RGBA", size, top), mask)

    def finish(self) -> Image.Image:
        return self._image.convert("RGB").reduce(_SCALE)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        with self._layer() as pen:
            pen.ellipse(_scaled((x - radius, y - radius, x + radius, y + radius)), fill=colour)

    def ring(self, x: float, y: float, radius: float, colour: str, width: float) -> None:
        box = _scaled((x - radius, y - radius, x + radius, y + radius))
        with self._layer() as pen:
            pen.ellipse(box, outline=colour, width=round(width * _SCALE))

    def tile(self, box: Box, colour: str, radius: float = 10) -> None:
        with self._layer() as pen:
            pen.rounded_rectangle(_scaled(box), radius=radius * _SCALE, fill=colour)

    def frame(self, box: Box, colour: str, width: float = 4, radius: float = 14) -> None:
        with self._layer() as pen:
            pen.rounded_rectangle(
                _scaled(box), radius=radius * _SCALE, outline=colour, width=round(width * _SCALE)
            )

    def shape(self, points: list[Point], colour: str) -> None:
        with self._layer() as pen:
            pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=colour)

    def line(self, points: list[Point], colour: str, width: float) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        radius = width * _SCALE / 2
        with self._layer() as pen:
            pen.line(scaled, fill=colour, width=round(width * _SCALE))
            for x, y in scaled:  # round joints and ends
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    @contextmanager
    def _layer(self) -> Iterator[ImageDraw.ImageDraw]:
        layer = Image.new("RGBA", self._image.size)
        yield ImageDraw.Draw(layer)
        self._image.alpha_composite(layer)


def _scaled(box: Box) -> Box:
    left, top, right, bottom = box
    return left * _SCALE, top * _SCALE, right * _SCALE, bottom * _SCALE


def _wave(base: float, height: float, turns: float, shift: float = 0) -> list[Point]:
    return [
        (x, base + height * math.sin(turns * 2 * math.pi * x / WIDTH + shift)) for x in range(0, WIDTH + 8, 8)
    ]


def _hill(canvas: Canvas, points: list[Point], colour: str) -> None:
    canvas.shape([*points, (WIDTH + 8, HEIGHT), (0, HEIGHT)], colour)


def _clearview() -> Canvas:
    canvas = Canvas("#1b2a4a", "#3d2b56")
    for row in range(2):
        for column in range(5):
            _face(canvas, 80 + column * 160, 105 + row * 200, "#8fa3d833")
    _face(canvas, 400, 105, "#ffb4a2")
    canvas.frame((320, 25, 480, 205), "#ff6b6b", width=5)
    for y in range(45, 200, 20):
        canvas.line([(335, y), (465, y)], "#ff6b6b66", 2)
    return canvas


def _face(canvas: Canvas, x: float, y: float, colour: str) -> None:
    canvas.disc(x, y - 20, 34, colour)
    canvas.tile((x - 52, y + 26, x + 52, y + 74), colour, radius=24)


def _governance() -> Canvas:
    canvas = Canvas("#0b3a5b", "#14746f")
    colours = ("#ffd166", "#06d6a0", "#8ecae6", "#f4a6b8")
    for row in range(4):
        for column in range(7):
            left, top = 134 + column * 78, 62 + row * 76
            canvas.tile((left, top, left + 62, top + 60), colours[(row * 2 + column) % 4] + "cc")
    canvas.frame((104, 34, 696, 384), "#ffffffcc", width=5, radius=26)
    return canvas


def _portals() -> Canvas:
    canvas = Canvas("#2d1e57", "#7b3f8c")
    for step, colour in enumerate(("#ffffff18", "#ffffff28", "#ffffff3c", "#ffe9a8aa", "#fff6d8")):
        half, top = 260 - step * 50, 40 + step * 56
        canvas.tile((400 - half, top, 400 + half, HEIGHT + 200), colour, radius=half)
    return canvas


def _italy() -> Canvas:
    canvas = Canvas("#f7ede2", "#f6bd60")
    canvas.disc(610, 120, 62, "#fff7e6")
    _hill(canvas, _wave(250, 34, 1.2), "#84a98c")
    for number in range(5):
        _server(canvas, 190 + number * 96, 172 + 14 * (number % 2))
    _hill(canvas, _wave(318, 26, 1.0, 2.2), "#52796f")
    _hill(canvas, _wave(372, 16, 1.5, 4.0), "#b5473c")
    return canvas


def _server(canvas: Canvas, left: float, top: float) -> None:
    canvas.tile((left, top, left + 58, 330), "#2f3e46", radius=8)
    for light in range(4):
        canvas.tile((left + 12, top + 18 + light * 26, left + 46, top + 24 + light * 26), "#cad2c5", radius=3)


def _tracing() -> Canvas:
    canvas = Canvas("#03373b", "#0a7c73")
    people = [(120, 130), (255, 265), (390, 140), (520, 280), (655, 150), (700, 320), (110, 330), (395, 345)]
    for first, second in ((0, 1), (1, 2), (2, 3), (3, 4), (1, 7), (3, 5)):
        canvas.line([people[first], people[second]], "#d8f3dc88", 5)
    for number, (x, y) in enumerate(people):
        canvas.ring(x, y, 56, "#d8f3dc55", 3)
        canvas.disc(x, y, 25, "#ffd166" if number == 1 else "#d8f3dc")
    return canvas


def _gahaku() -> Canvas:
    canvas = Canvas("#fff8ef", "#f3dcc4")
    colours = ("#264653", "#2a9d8f", "#e9c46a", "#f4a261", "#e76f51")
    for number, colour in enumerate(colours):
        line = [(x, y - 130 + number * 62) for x, y in _wave(215, 26, 0.9, number * 0.5) if x <= 440]
        canvas.line(line[6:], colour, 46)
    for column in range(7):
        for row in range(7 - column // 2):
            left, top = 470 + column * 44, 60 + row * 44 + 11 * (column // 2)
            canvas.tile((left, top, left + 36, top + 36), colours[(row * 5 // 7 + column) % 5], radius=4)
    return canvas


def _vegas() -> Canvas:
    canvas = Canvas("#14213d", "#e07a5f")
    canvas.disc(400, 300, 120, "#ffd6a5")
    _hill(canvas, _wave(300, 26, 1.4, 1.0), "#9d4b4b")
    for number in range(13):
        height = 40 + 70 * abs(math.sin(number * 1.7))
        canvas.tile((98 + number * 47, 340 - height, 132 + number * 47, 345), "#3d2c4e", radius=5)
        for floor in range(int(height // 22)):
            top = 350 - height + floor * 22
            canvas.tile((107 + number * 47, top, 123 + number * 47, top + 7), "#ffe066", radius=2)
    _hill(canvas, _wave(352, 8, 2.0), "#2b1e3b")
    return canvas


def _meet() -> Canvas:
    canvas = Canvas("#e8f0fe", "#c7d8f5")
    for column, row, colour in ((0, 0, "#4c7cf0"), (1, 0, "#2fa36b"), (0, 1, "#f2b134"), (1, 1, "#e2604d")):
        left, top = 150 + column * 262, 44 + row * 172
        canvas.tile((left, top, left + 238, top + 154), colour, radius=24)
        canvas.disc(left + 119, top + 62, 30, "#ffffffdd")
        canvas.tile((left + 65, top + 104, left + 173, top + 154), "#ffffffdd", radius=26)
    canvas.disc(400, 208, 62, "#ffffff")
    canvas.tile((364, 186, 414, 230), "#34495e", radius=9)
    canvas.shape([(418, 204), (440, 188), (440, 228), (418, 212)], "#34495e")
    return canvas


def _earnings() -> Canvas:
    canvas = Canvas("#10222e", "#1d4e5a")
    heights = (250, 232, 236, 205, 188, 160, 140, 112)
    for number, height in enumerate(heights):
        canvas.tile((96 + number * 78, 370 - height, 150 + number * 78, 370), "#7fa99b66", radius=8)
    rise: list[Point] = [(123 + number * 78, 330 - 6 * number - 4.2 * number**2) for number in range(8)]
    canvas.line(rise, "#ffd166", 8)
    for x, y in rise:
        canvas.disc(x, y, 11, "#fff3d0")
    canvas.line([(70, 374), (730, 374)], "#ffffff88", 3)
    return canvas


def _stadia() -> Canvas:
    canvas = Canvas("#2b1055", "#d53a6d")
    for number in range(7):
        canvas.line(_wave(60 + number * 52, 22, 1.5, number * 0.6), f"#ffffff{18 + number * 4:02x}", 6)
    canvas.tile((205, 140, 595, 300), "#fff5f7", radius=80)
    canvas.disc(250, 280, 72, "#fff5f7")
    canvas.disc(550, 280, 72, "#fff5f7")
    canvas.tile((262, 204, 336, 226), "#2b1055", radius=6)
    canvas.tile((288, 178, 310, 252), "#2b1055", radius=6)
    for x, y, colour in (
        (500, 182, "#f2b134"),
        (532, 214, "#d53a6d"),
        (468, 214, "#3da5d9"),
        (500, 246, "#3aa76d"),
    ):
        canvas.disc(x, y, 16, colour)
    canvas.disc(352, 268, 26, "#5b3f8c")
    canvas.disc(448, 268, 26, "#5b3f8c")
    return canvas


def _openshift() -> Canvas:
    canvas = Canvas("#3b0d11", "#8c1c2a")
    for x, y, edge in ((400, 215, 170), (185, 255, 92), (615, 255, 92), (640, 105, 52), (160, 115, 52)):
        _cube(canvas, x, y, edge, ("#ffd9d0", "#f08a7e", "#c8483f"))
    _cube(canvas, 400, 215, 76, ("#ffffff", "#ffd9d0", "#f0a89e"))
    return canvas


def _cube(canvas: Canvas, x: float, y: float, edge: float, colours: tuple[str, str, str]) -> None:
    width, half = edge * 0.87, edge / 2
    canvas.shape([(x, y - edge), (x + width, y - half), (x, y), (x - width, y - half)], colours[0])
    canvas.shape([(x - width, y - half), (x, y), (x, y + edge), (x - width, y + half)], colours[1])
    canvas.shape([(x + width, y - half), (x, y), (x, y + edge), (x + width, y + half)], colours[2])


def _anthos() -> Canvas:
    canvas = Canvas("#d7ecff", "#8fbfe8")
    canvas.line(_wave(262, 46, 1.5, 0.4), "#1d5fa8", 20)
    canvas.line(_wave(262, 46, 1.5, 0.4), "#7fc4ff", 6)
    for x, y, size in ((165, 205, 1.0), (400, 150, 1.25), (640, 215, 1.0)):
        _cloud(canvas, x, y, size)
    return canvas


def _cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    for left, up, radius in ((-50, 0, 38), (0, -26, 52), (52, 0, 40)):
        canvas.disc(x + left * size, y + up * size, radius * size, "#ffffff")
    canvas.tile((x - 84 * size, y - 6 * size, x + 88 * size, y + 40 * size), "#ffffff", radius=22 * size)


PICTURES: dict[str, Callable[[], Canvas]] = {
    "anthos": _anthos,
    "clearview": _clearview,
    "earnings": _earnings,
    "gahaku": _gahaku,
    "governance": _governance,
    "italy": _italy,
    "meet": _meet,
    "openshift": _openshift,
    "portals": _portals,
    "stadia": _stadia,
    "tracing": _tracing,
    "vegas": _vegas,
}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        draw().finish().save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("briefs/images"))
