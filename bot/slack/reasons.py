"""Why Slack could not be asked, in words for the log: our own, as an exception's may quote what was sent."""

from __future__ import annotations

import aiohttp

from bot.errors import SendError
from bot.telemetry import log_id


def reason_of(error: Exception) -> str:
    """A few words on a failed request or connection, without a full stop."""
    match error:
        case SendError():
            return f"{error.message.rstrip('.')} ({log_id(error.code)})"
        case aiohttp.WSServerHandshakeError():
            return f"the socket's server answered with HTTP {error.status}"
        case TimeoutError():
            return "there was no answer in time"
        case aiohttp.InvalidURL() | ValueError():
            return "Slack gave an address that cannot be used"
        case aiohttp.ClientConnectorDNSError():
            return "the name of the socket's server cannot be looked up"
        case aiohttp.ClientConnectorError():
            return "the socket's server could not be reached"
    return f"the connection broke ({type(error).__name__})"
