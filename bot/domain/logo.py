"""Which picture stands for a provider, and which pictures Slack can show at all."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from bot.domain.brief import Image, Provider
from bot.domain.directory import Directory

LOGO_PIXELS = 48
"""The size a logo is shown at beside a provider's name; the nearest image is chosen."""

IMAGE_FORMATS = frozenset({"png", "jpg", "jpeg", "gif"})
"""What Slack shows (contract section 6); an address without an extension is tried as well."""

_ABSOLUTE = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")
_AFTER_PATH = re.compile(r"[?#].*", re.DOTALL)
_STEP = re.compile(r"[/\\]")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*)$")


def image_format(url: str) -> str:
    """The extension of an image's address in lower case, empty where it has none.

    `…/photo.JPG?w=5` and `…/photo.jpg%3Fw=5` give `jpg`; `…/social` and `…/release-1.5` give nothing.
    """
    path = _AFTER_PATH.sub("", unquote(_AFTER_PATH.sub("", _HOST.sub("", url, count=1))))
    found = _EXTENSION.search(path.rpartition("/")[2])
    return found.group(1).lower() if found else ""


def is_shown(url: str) -> bool:
    """True where the address names a format that Slack shows, or none."""
    found = image_format(url)
    return not found or found in IMAGE_FORMATS


def resolve_image(image: Image, assets_url: str) -> Image | None:
    """The image with an address of its own, or None where it cannot be shown.

    A relative address is joined to `assets_url`, or left out where that is empty or where its `..` lead
    out of it. Left out as well is whatever is not http or https, or of a format other than png, jpg, jpeg
    and gif.
    """
    url = _resolve(image.url.strip(), assets_url)
    if not url or not is_shown(url):
        return None
    return image if url == image.url else replace(image, url=url)


def choose_logo(provider: Provider, directory: Directory, assets_url: str) -> Image | None:
    """The provider's own image nearest to 48 pixels, else that of the providers folder, else None.

    Only images that can be shown take part (`resolve_image`). Of two equally near ones the larger wins;
    an image of unknown size comes last.
    """
    entry = directory.entry_of(provider)
    for images in (provider.images, entry.images if entry else ()):
        shown = [found for image in images if (found := resolve_image(image, assets_url))]
        if shown:
            return min(shown, key=_distance)
    return None


def _distance(image: Image) -> tuple[float, int]:
    pixels = max(image.width or 0, image.height or 0)
    return (abs(pixels - LOGO_PIXELS), -pixels) if pixels > 0 else (float("inf"), 0)


def _resolve(url: str, assets_url: str) -> str:
    scheme = _ABSOLUTE.match(url)
    if scheme:
        known = scheme.group(1).lower() in ("http", "https") and url[scheme.end() :].startswith("//")
        return url if known else ""
    if url.startswith("//"):
        return f"https:{url}"
    if not url or not assets_url or _leaves_base(url):
        return ""
    return f"{assets_url.rstrip('/')}/{url.lstrip('/')}"


def _leaves_base(url: str) -> bool:
    """True where the `..` of a relative address climb out of what it is joined to, however written."""
    depth = 0
    for step in _STEP.split(unquote(_AFTER_PATH.sub("", url))):
        depth += -1 if step == ".." else step not in ("", ".")
        if depth < 0:
            return True
    return False
