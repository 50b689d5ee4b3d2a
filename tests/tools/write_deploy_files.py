"""Writes what `deploy/` repeats of the code: the settings as `.env.example` and both Slack manifests.

`python -m tests.tools.write_deploy_files`, after a setting or the manifest changed; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.config import SETTINGS, Setting
from bot.slack.manifest import manifest

_OPENING = """\
# Every setting of newsbrief. Copy this file to .env and fill in what you need; what stays behind a #
# has the value shown. A secret may also stand in a file of its own: NAME_FILE=/path/to/it.
# Needed are the bot token, and either the app token (Socket Mode, no public address) or, over HTTP,
# the signing secret.
"""
_NEEDED = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN")


def env_example() -> str:
    """Every setting with its help line and default, in the order of the settings table."""
    return _OPENING + "".join(_entry(setting) for setting in SETTINGS)


def _entry(setting: Setting) -> str:
    mark = "" if setting.name in _NEEDED else "#"
    return f"\n# {setting.help}\n{mark}{setting.name}={setting.default}\n"


def deploy_files() -> dict[str, str]:
    """File names in `deploy/` and what they have to hold."""
    return {
        ".env.example": env_example(),
        "manifest.yaml": manifest(),
        "manifest-socket-mode.yaml": manifest(socket_mode=True),
    }


def main(folder: Path) -> None:
    for name, text in deploy_files().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("deploy"))
