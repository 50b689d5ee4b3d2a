"""The command line: one verb for each chore, one plain sentence for each mistake.

Exit codes (contract section 2): 0 done, 1 found problems, 2 wrong usage, setting or slug, 3 could not run.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

RUNNING = ("serve", "preview")
"""Verbs that SIGTERM and Ctrl-C end with 0, also while they are still starting."""

INTERRUPTED = 130
"""What shells expect of any other command that Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] and given[0] in RUNNING:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave)
    sys.exit(run(given))


def _leave(_number: int, _frame: object) -> None:
    sys.exit(0)


def run(arguments: Sequence[str]) -> int:
    """Run one verb; every error that is ours becomes a sentence on stderr and an exit code."""
    from bot.cli.arguments import build_parser, overrides_from
    from bot.cli.exclusions import keep_exclusions
    from bot.cli.output import complain, detach_stdout, set_up_output
    from bot.config import read_settings
    from bot.errors import CannotRun, NewsbriefError

    set_up_output()
    parsed = build_parser().parse_args(keep_exclusions(arguments))
    try:
        settings = read_settings(overrides_from(parsed))
        code: int = parsed.verb(settings, parsed)
        if sys.stdout:
            sys.stdout.flush()
    except NewsbriefError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        detach_stdout()
        return 0
    except OSError as error:
        complain(f"It could not be finished: {error.strerror or error}.")
        detach_stdout()
        return CannotRun.exit_code
    return code
