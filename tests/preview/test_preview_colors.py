from __future__ import annotations

import re
from pathlib import Path

import bot.preview.page

STATIC = Path(bot.preview.page.__file__).with_name("static")
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\brgba?\(|\bhsla?\(")


def test_every_colour_of_the_page_stands_in_one_file() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "colors.css":
            assert not LITERAL.findall(sheet.read_text(encoding="utf-8")), sheet.name


def test_every_variable_of_a_sheet_is_defined() -> None:
    sheets = [sheet.read_text(encoding="utf-8") for sheet in STATIC.glob("*.css")]
    defined = {name for text in sheets for name in re.findall(r"(--[\w-]+):", text)}
    asked = {name for text in sheets for name in re.findall(r"var\((--[\w-]+)", text)}
    assert asked <= defined
