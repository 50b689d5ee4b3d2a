"""Every setting, where it came from, and the only code that reads the environment.

A value comes from the command line, else the environment, else (for a secret) the file that `NAME_FILE`
names, else `.env` in the working folder, else the default.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from bot.config import readers
from bot.config.readers import hide_password as hide_password
from bot.errors import SettingError

SLACK_API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the settings table: its name, default as text, meaning, and how a value is read."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any]
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A setting's text and where it was found, for `newsbrief config`."""

    text: str
    origin: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="SLACK_BOT_TOKEN",
        default="",
        read=readers.text,
        secret=True,
        help="the bot's token, xoxb-…",
    ),
    Setting(
        name="SLACK_SIGNING_SECRET",
        default="",
        read=readers.text,
        secret=True,
        help="proves that a request comes from Slack; needed over HTTP",
    ),
    Setting(
        name="SLACK_APP_TOKEN",
        default="",
        read=readers.text,
        secret=True,
        help="xapp-…; where it is set, `serve` uses Socket Mode and needs no public address",
    ),
    Setting(
        name="SLACK_CLIENT_ID",
        default="",
        read=readers.text,
        help="for installing into several workspaces",
    ),
    Setting(
        name="SLACK_CLIENT_SECRET",
        default="",
        read=readers.text,
        secret=True,
        help="for installing into several workspaces",
    ),
    Setting(
        name="SLACK_API_URL",
        default=SLACK_API,
        read=readers.api_url,
        help="any Slack-compatible base address ending in `/api/`",
    ),
    Setting(
        name="NEWSBRIEF_BRIEFS",
        default="briefs",
        read=readers.folders,
        help="folders of briefs, separated by `:`",
    ),
    Setting(
        name="NEWSBRIEF_PROVIDERS",
        default="",
        read=readers.optional_folders,
        help="folders of providers; unset: `providers/` inside each folder of briefs",
    ),
    Setting(
        name="NEWSBRIEF_TOPICS",
        default="",
        read=readers.optional_folders,
        help="folders of topics; unset: `topics/` inside each folder of briefs",
    ),
    Setting(
        name="NEWSBRIEF_DATABASE_URL",
        default="sqlite:///newsbrief.db",
        read=readers.database_url,
        secret=True,
        help="`sqlite:///relative`, `sqlite:////absolute` or `postgresql://…`; "
        "`preview` uses `newsbrief-preview.db`",
    ),
    Setting(
        name="NEWSBRIEF_HOST",
        default="127.0.0.1",
        read=readers.text,
        help="the address `serve` listens on",
    ),
    Setting(name="NEWSBRIEF_PORT", default="3000", read=readers.port, help="the port `serve` listens on"),
    Setting(name="NEWSBRIEF_COMMAND", default="/news", read=readers.command, help="the slash command"),
    Setting(
        name="NEWSBRIEF_TEMPLATES",
        default="",
        read=readers.optional_folder,
        help="a folder of message templates that replace or extend the built-in ones",
    ),
    Setting(
        name="NEWSBRIEF_ASSETS_URL",
        default="",
        read=readers.web_url,
        help="where relative image addresses begin; unset: images with relative addresses are left out",
    ),
    Setting(
        name="NEWSBRIEF_TIMEZONE",
        default="UTC",
        read=readers.zone,
        help="the zone of dates where the asker's is unknown",
    ),
    Setting(
        name="NEWSBRIEF_ADMINS",
        default="",
        read=readers.names,
        help="Slack user ids who see the rejected files in `/news status`; unset: everyone does",
    ),
    Setting(
        name="NEWSBRIEF_LOG_LEVEL",
        default="info",
        read=readers.choice("debug", "info", "warning", "error"),
        help="debug, info, warning or error",
    ),
    Setting(
        name="NEWSBRIEF_LOG_FORMAT", default="text", read=readers.choice("text", "json"), help="text or json"
    ),
    Setting(
        name="NEWSBRIEF_ENCRYPTION_KEY",
        default="",
        read=readers.names,
        secret=True,
        help="keys for workspace tokens at rest, separated by commas; the first encrypts, all decrypt",
    ),
    Setting(
        name="NEWSBRIEF_STOP_SECONDS",
        default="8",
        read=readers.seconds,
        help="how long a stopping bot waits for answers under way",
    ),
    Setting(
        name="NEWSBRIEF_LEASE_SECONDS",
        default="60",
        read=readers.seconds,
        help="how long a message being sent is nobody else's; more than the next two together",
    ),
    Setting(
        name="NEWSBRIEF_HTTP_SECONDS",
        default="15",
        read=readers.seconds,
        help="how long one request to Slack may take",
    ),
    Setting(
        name="NEWSBRIEF_SETTLE_SECONDS",
        default="20",
        read=readers.seconds,
        help="how long after a broken request its message may still appear; only then it is looked for",
    ),
    Setting(
        name="NEWSBRIEF_UNREADABLE_HISTORY",
        default="",
        read=readers.policies,
        help="a message that may have arrived, where history may not be read: `hold` (a person "
        "decides) or `resend` (may double); for one workspace `T0123=resend`, several separated by commas; "
        "unset: hold alerts, resend digests",
    ),
    Setting(
        name="NEWSBRIEF_KEEP_DELIVERIES_DAYS",
        default="90",
        read=readers.days,
        help="how long settled deliveries are kept",
    ),
    Setting(
        name="NEWSBRIEF_KEEP_MEMORY_DAYS",
        default="400",
        read=readers.days,
        help="how long is remembered which brief was sent where",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, read and checked; field names are the environment's in lower case, without a prefix."""

    slack_bot_token: str
    slack_signing_secret: str
    slack_app_token: str
    slack_client_id: str
    slack_client_secret: str
    slack_api_url: str
    briefs: tuple[str, ...]
    providers: tuple[str, ...]
    topics: tuple[str, ...]
    database_url: str
    host: str
    port: int
    command: str
    templates: str | None
    assets_url: str
    timezone: ZoneInfo
    admins: tuple[str, ...]
    log_level: str
    log_format: str
    encryption_key: tuple[str, ...]
    stop_seconds: float
    lease_seconds: float
    http_seconds: float
    settle_seconds: float
    unreadable_history: Mapping[str, str]
    keep_deliveries_days: int
    keep_memory_days: int
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)
    unknown: tuple[str, ...] = ()
    """Names in the environment or `.env` that begin as ours do and are none of ours."""

    def provider_folders(self) -> tuple[str, ...]:
        """The providers folders: as set, else `providers/` inside each folder of briefs."""
        return self.providers or tuple(f"{folder.rstrip('/')}/providers" for folder in self.briefs)

    def topic_folders(self) -> tuple[str, ...]:
        """The topics folders: as set, else `topics/` inside each folder of briefs."""
        return self.topics or tuple(f"{folder.rstrip('/')}/topics" for folder in self.briefs)


def read_settings(
    overrides: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Read every setting; `overrides` are the command line's, by the environment's names.

    Raises SettingError with all mistakes in one text.
    """
    env = os.environ if environment is None else environment
    dotenv = _dotenv()
    values: dict[str, Any] = {}
    sources: dict[str, Source] = {}
    mistakes: list[str] = []
    for setting in SETTINGS:
        try:
            source = _find(setting, overrides or {}, env, dotenv)
            values[_field_name(setting.name)] = setting.read(source.text)
            sources[setting.name] = source
        except (ValueError, OSError) as error:
            mistakes.append(f"{setting.name}: {error}.")
    if not mistakes and values["lease_seconds"] <= values["http_seconds"] + values["settle_seconds"]:
        mistakes.append(
            "NEWSBRIEF_LEASE_SECONDS: it must be more than NEWSBRIEF_HTTP_SECONDS and "
            "NEWSBRIEF_SETTLE_SECONDS together, or a message could be sent twice."
        )
    if mistakes:
        raise SettingError("\n".join(mistakes))
    return Settings(**values, sources=sources, unknown=_unknown({*env, *dotenv}))


def _dotenv() -> dict[str, str]:
    """What `.env` in the working folder says; nothing where there is none."""
    path = Path(".env")
    if not path.is_file():
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"The file .env cannot be read: {_reason(error)}.") from error
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}


def _unknown(names: set[str]) -> tuple[str, ...]:
    known = {setting.name for setting in SETTINGS}
    known |= {f"{setting.name}_FILE" for setting in SETTINGS if setting.secret}
    return tuple(sorted(name for name in names - known if name.startswith("NEWSBRIEF_")))


def unknown_settings(settings: Settings) -> list[str]:
    """A sentence for each name that looks like a setting and is none, with the nearest one."""
    known = [setting.name for setting in SETTINGS]
    sentences = []
    for name in settings.unknown:
        near = get_close_matches(name, known, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        sentences.append(f"{name} is no setting and changes nothing.{hint}")
    return sentences


def _find(
    setting: Setting, overrides: Mapping[str, str], env: Mapping[str, str], dotenv: Mapping[str, str]
) -> Source:
    name = setting.name
    if name in overrides:
        return Source(text=overrides[name], origin="command line")
    for place, found in ((env, "environment"), (dotenv, ".env")):
        if place.get(name):
            return Source(text=place[name], origin=found)
        if setting.secret and (path := place.get(f"{name}_FILE")):
            return Source(text=_secret_file(path), origin=f"file {path} ({found})")
    return Source(text=setting.default, origin="default")


def _secret_file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the file {path!r} cannot be read: {_reason(error)}") from error


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return getattr(error, "strerror", None) or "it is not UTF-8 text"


def _field_name(name: str) -> str:
    return name.removeprefix("NEWSBRIEF_").lower()


def shown_value(setting: Setting, source: Source) -> str:
    """A setting's value for people: secrets as `***`, passwords inside addresses too."""
    if setting.name == "NEWSBRIEF_DATABASE_URL":
        return hide_password(source.text)
    if setting.secret and source.text:
        return "***"
    return hide_password(source.text)
