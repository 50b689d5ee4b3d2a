"""Briefs, providers and topics as files: parsing them, and keeping the index equal to the folder."""

from __future__ import annotations

from collections.abc import Sequence

from bot.content.directories import load_directory
from bot.content.files import ParsedFile, parse_file, parse_text
from bot.content.ingest import check, scan, sync, watch
from bot.domain.problem import Problem

__all__ = [
    "ParsedFile",
    "check",
    "directory_problems",
    "load_directory",
    "parse_file",
    "parse_text",
    "scan",
    "sync",
    "watch",
]


def directory_problems(provider_folders: Sequence[str], topic_folders: Sequence[str]) -> tuple[Problem, ...]:
    """Every problem in the providers and topics folders."""
    return load_directory(provider_folders, topic_folders)[1]
