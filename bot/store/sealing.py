"""Encrypting what must not lie open in the database."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingError

_NAME = "NEWSBRIEF_ENCRYPTION_KEY"


class Seal:
    """Encrypts with the first key and opens with any, so that keys can be changed without a gap."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([_fernet(key) for key in keys]) if keys else None

    def close(self, data: bytes) -> bytes:
        """Encrypt; raises SettingError without a key."""
        if self._fernet is None:
            raise SettingError(
                f"Workspace tokens are kept encrypted only, and {_NAME} is not set.",
                hint="Set it to a long random text, for example from: openssl rand -base64 32",
            )
        return self._fernet.encrypt(data)

    def open(self, sealed: bytes) -> bytes:
        """Decrypt; raises SettingError where no key fits."""
        if self._fernet is None:
            raise SettingError(
                f"Workspace tokens are encrypted and {_NAME} is not set.", hint="Set it again."
            )
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise SettingError(
                f"No key of {_NAME} opens the stored workspace tokens.",
                hint="Add the key that was used before to the list, behind the new one.",
            ) from error


def _fernet(key: str) -> Fernet:
    """A Fernet key as it is; of any other text the SHA-256 as a key."""
    try:
        if len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32:
            return Fernet(key)
    except (binascii.Error, ValueError):
        pass  # not a Fernet key, so a passphrase
    return Fernet(base64.urlsafe_b64encode(sha256(key.encode()).digest()))
