"""The canonical form of an article's address, by which two files are seen to be about one article."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

TRACKING_PARAMETERS = frozenset(
    {
        "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "igshid", "yclid", "ttclid",
        "li_fat_id", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "hsctatracking", "oly_anon_id",
        "oly_enc_id", "vero_id", "vero_conv", "wickedid", "s_cid", "cmpid", "ncid", "ocid", "icid", "ref_src",
        "ref_url", "guccounter", "guce_referrer", "guce_referrer_sig", "spm", "xtor", "at_medium",
        "at_campaign", "__twitter_impression", "amp_js_v", "amp_gsa", "usqp", "outputtype",
    }
)  # fmt: skip
"""Query parameters that say how a reader came, not what is read; names beginning `utm_` count as well."""

_PLAIN = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[A-Za-z0-9/._~-]*)?")
"""Most addresses, which need not be taken apart: a third of the time."""

_HOSTS_OF_CACHES = ("ampproject.org", "google.com")
_AMP_ENDINGS = ("/amp", "/amp.html", ".amp", ".amp.html")
_CDN_AMP = re.compile(r"^/[a-z]+/(?:s/)?(.+)$")
_GOOGLE_AMP = re.compile(r"^/amp/(?:s/)?(.+)$")


def canonical_address(url: str) -> str:
    """One form for web, original, AMP and CDN-AMP addresses; empty for what is not http or https.

    Scheme, `www.`/`amp.`/`m.` hosts, AMP path endings, tracking parameters, the fragment, white space and a
    trailing slash fall away; other parameters keep their order.
    """
    if (plain := _PLAIN.fullmatch(url)) and not plain[1].endswith(_HOSTS_OF_CACHES):
        return _plain_host(plain[1]) + _plain_path(plain[2] or "")
    try:
        parts = urlsplit("".join(url.split()))
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    if inner := _inside_amp_cache(host, parts.path, parts.query):
        return canonical_address(inner)
    host = _plain_host(host) + (f":{port}" if port and port not in (80, 443) else "")
    query = _kept_query(parts.query)
    return f"{host}{_plain_path(parts.path)}" + (f"?{query}" if query else "")


def _inside_amp_cache(host: str, path: str, query: str) -> str:
    pattern = None
    if host.endswith(".cdn.ampproject.org") or host == "cdn.ampproject.org":
        pattern = _CDN_AMP
    elif host in ("www.google.com", "google.com"):
        pattern = _GOOGLE_AMP
    found = pattern.match(path) if pattern else None
    return f"https://{found.group(1)}" + (f"?{query}" if query else "") if found else ""


def _plain_host(host: str) -> str:
    for prefix in ("www.", "amp.", "m."):
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest:
            host = rest
    return host


def _plain_path(path: str) -> str:
    plain = path.rstrip("/")
    lower = plain.lower()
    if lower.endswith(_AMP_ENDINGS):
        plain = plain[: -len(next(ending for ending in _AMP_ENDINGS if lower.endswith(ending)))]
    return (plain.removeprefix("/amp") if plain.startswith("/amp/") else plain).rstrip("/")


def _kept_query(query: str) -> str:
    kept = [part for part in query.split("&") if part and not _is_tracking(part)]
    return "&".join(kept)


def _is_tracking(parameter: str) -> bool:
    name = unquote(parameter.partition("=")[0]).lower()
    return name.startswith("utm_") or name in TRACKING_PARAMETERS or name == "amp"
