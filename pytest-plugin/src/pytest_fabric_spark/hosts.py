"""Decides which hosts get a token."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit


def is_listed(address: str, allowed: Iterable[str]) -> bool:
    """Whether the developer has listed the host, or the host with its port."""
    url = urlsplit(address)
    return bool(url.hostname) and any(entry in (url.hostname, f"{url.hostname}:{url.port or 443}") for entry in allowed)


def host_problem(address: str, suffixes: Iterable[str], allowed: Iterable[str]) -> str | None:
    """Why an address gets no credentials; None if it may get them."""
    url = urlsplit(address)
    host = url.hostname or ""
    if url.scheme != "https":
        return "it is not an https address, so it gets no token"
    if url.username is not None:
        return "it contains a user name"
    if is_listed(address, allowed):
        return None
    if url.port is not None or not re.fullmatch(r"[a-z0-9.-]+", host):
        return "it is not an address of the platform"
    if not any(host.endswith(suffix) if suffix.startswith(".") else host == suffix for suffix in suffixes):
        return "it is not a host of the platform, so it gets no token"
    return None
