"""Reads a Dockerfile into instructions, as far as ours uses the language."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with its words in upper case and its arguments as one line."""

    name: str
    arguments: str


def parse_dockerfile(text: str) -> list[Instruction]:
    """Instructions in order; comments fall away, continued lines are joined."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\s*\\\n\s*", " ", kept)
    found = []
    for line in filter(str.strip, joined.splitlines()):
        name, _, arguments = line.strip().partition(" ")
        found.append(Instruction(name.upper(), arguments.strip()))
    return found


def stages(instructions: list[Instruction]) -> list[list[Instruction]]:
    """The instructions of each stage, `FROM` first."""
    found: list[list[Instruction]] = []
    for instruction in instructions:
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def values(stage: list[Instruction], name: str) -> list[str]:
    """The arguments of every instruction of that name."""
    return [instruction.arguments for instruction in stage if instruction.name == name]
