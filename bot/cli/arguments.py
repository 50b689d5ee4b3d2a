"""The grammar of the command line and its help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime

from bot import __version__
from bot.cli import owing, reading, running, upkeep
from bot.domain.delivery import State

Add = Callable[..., argparse.ArgumentParser]

EXIT_CODES = "Exit codes: 0 done, 1 found problems, 2 wrong usage, setting or slug, 3 could not run."


def build_parser() -> argparse.ArgumentParser:
    """Every verb with its options; each ends in `verb=`, the function that carries it out."""
    parser = argparse.ArgumentParser(
        prog="newsbrief",
        description="A Slack bot that answers from a folder of news briefs, however the question is spelled.",
        epilog=f"Try it without a Slack account: newsbrief preview. {EXIT_CODES}",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"newsbrief {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    def add(
        name: str, help_text: str, verb: Callable[..., int], description: str = ""
    ) -> argparse.ArgumentParser:
        child = verbs.add_parser(
            name, help=help_text, description=description or help_text, epilog=EXIT_CODES, allow_abbrev=False
        )
        child.add_argument(
            "--briefs", metavar="FOLDER[:FOLDER…]", help="folders of briefs, instead of NEWSBRIEF_BRIEFS"
        )
        child.set_defaults(verb=verb)
        return child

    _add_running(add)
    _add_reading(add)
    _add_owing(add)
    _add_upkeep(add)
    return parser


def _add_running(add: Add) -> None:
    add(
        "serve",
        "run the bot against Slack",
        running.serve,
        "Run the bot against Slack: Socket Mode where SLACK_APP_TOKEN is set, otherwise HTTP.",
    )
    preview = add(
        "preview",
        "run the bot against a local workspace page, no Slack account needed",
        running.preview,
    )
    preview.add_argument(
        "--port", type=_port, default=8300, help="the page's port (8300, or the next free one)"
    )
    preview.add_argument("--no-browser", action="store_true", help="do not open the page")
    preview.add_argument(
        "--now",
        type=_moment,
        metavar="TIME",
        help="start the calendar there and let it run: 2021-02-05T08:58Z",
    )
    add("health", "exit 0 where a running bot is ready, 1 where it is not", upkeep.health)


def _add_reading(add: Add) -> None:
    check = add(
        "check", "every problem of every file at once; exit 1 where a file would be left out", reading.check
    )
    check.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the briefs)")
    check.add_argument(
        "--format", choices=("text", "json"), default="text", help="text, or one JSON object a line"
    )
    search = add("search", "search the briefs as /news does", reading.search)
    search.add_argument("query", nargs="*", metavar="QUERY", help="words and filters, as in Slack")
    search.add_argument("--limit", type=_count, default=10, help="how many hits (10)")
    search.add_argument("--json", action="store_true", help="one JSON object")
    search.add_argument("--explain", action="store_true", help="how the query was read and each hit scored")
    search.add_argument("--stdin", action="store_true", help='one query a line: plain text or {"id","query"}')
    render = add("render", "the exact message as JSON", reading.render)
    render.add_argument("kind", choices=("brief", "alert", "digest"), help="what to render")
    render.add_argument(
        "what",
        nargs="*",
        metavar="SLUG|PATH.md|FILTERS",
        help="a brief of the index or a file; for an alert a slug, for a digest filters",
    )


def _add_owing(add: Add) -> None:
    deliveries = add("deliveries", "what is owed, held, sent and given up, newest first", owing.deliveries)
    deliveries.add_argument(
        "--state", choices=[state.value for state in State], help="only those in this state"
    )
    deliveries.add_argument("--json", action="store_true", help="one JSON object a line")
    deliveries.add_argument("--limit", type=_count, default=100, help="how many (100)")
    deliveries.add_argument("--send", metavar="ID", help="send a held one (again)")
    deliveries.add_argument("--drop", metavar="ID", help="do not send a held one")
    why = add("why", "why a brief was or was not sent to a channel or a person", owing.why)
    why.add_argument("slug", metavar="SLUG", help="a brief of the index")
    place = why.add_mutually_exclusive_group(required=True)
    place.add_argument("--channel", type=_channel, metavar="C…", help="a channel's id")
    place.add_argument("--user", type=_user, metavar="U…", help="a person's id")
    why.add_argument(
        "--team", metavar="T…", default="", help="the workspace's id, where several know that one"
    )
    why.add_argument("--json", action="store_true", help="one JSON object")
    why.add_argument(
        "--now",
        type=_moment,
        metavar="TIME",
        help="as things stand then: the calendar of a `preview --now`",
    )


def _add_upkeep(add: Add) -> None:
    sync = add("sync", "make the index equal to the folder", upkeep.sync)
    sync.add_argument("--strict", action="store_true", help="exit 1 where a file was left out")
    manifest = add("manifest", "the Slack app manifest (YAML)", upkeep.manifest)
    manifest.add_argument("--url", default="", metavar="URL", help="the public https address of `serve`")
    manifest.add_argument(
        "--socket-mode", action="store_true", help="for Socket Mode, which needs no address"
    )
    add("config", "every setting, its value and where it came from", upkeep.config)
    add("migrate", "bring the database to this version", upkeep.migrate)


def overrides_from(parsed: argparse.Namespace) -> dict[str, str]:
    """The settings that the command line sets, by the environment's names."""
    return {} if parsed.briefs is None else {"NEWSBRIEF_BRIEFS": parsed.briefs}


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; use a whole number from 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _channel(text: str) -> str:
    if text.startswith("D"):
        raise argparse.ArgumentTypeError(f"{text!r} is a direct message; name its person with --user U…")
    return _id(text, "a channel's id; it begins with C, as in C024BE91L")


def _user(text: str) -> str:
    return _id(text, "a person's id; it begins with U, as in U024BE7LH")


def _id(text: str, wanted: str) -> str:
    """An id, not a name: Slack's ids are capitals and digits, those of other servers may be longer."""
    if not text.isascii() or not text.replace("_", "").replace("-", "").isalnum():
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time; write it as 2021-02-05T08:58Z") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)
