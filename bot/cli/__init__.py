"""The command line: one verb for each chore, one plain sentence for each mistake.

Exit codes (contract section 2): 0 done, 1 found problems, 2 wrong usage, setting or slug, 3 could not run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.cli.arguments import build_parser, keep_exclusions, overrides_from
from bot.cli.output import complain, detach_stdout
from bot.config import read_settings
from bot.errors import NewsbriefError

INTERRUPTED = 130
"""What shells expect of a command that Ctrl-C ended; `serve` and `preview` end with 0 instead."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one verb and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one verb; every error that is ours becomes a sentence on stderr and an exit code."""
    parsed = build_parser().parse_args(keep_exclusions(arguments))
    try:
        settings = read_settings(overrides_from(parsed))
        code: int = parsed.verb(settings, parsed)
        sys.stdout.flush()
    except NewsbriefError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        detach_stdout()
        return 0
    return code
