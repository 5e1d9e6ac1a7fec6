"""Decides which hosts get a token, and sends no request anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter

from ..platform import RemoteError
from ..sentences import could_not, one_line
from .errors import RequestError

# The hosts of the public cloud and of OneLake's regions. Fabric is in no other cloud:
# https://learn.microsoft.com/fabric/onelake/onelake-access-api
FABRIC_HOSTS = (".fabric.microsoft.com",)
# https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
LOGIN_HOSTS = (
    *("login.microsoftonline.com", "login.windows.net", "login.microsoftonline.us"),
    *("login.partner.microsoftonline.cn", "login.chinacloudapi.cn"),
)
_MOST_CONNECTIONS = 32
_CONNECT_SECONDS, _READ_SECONDS = 20, 100


def require_host(address: str, suffixes: Iterable[str], allowed: Iterable[str], variable: str) -> None:
    """Fails unless credentials may go to an address: of one of the platform's hosts, or one that the developer has listed."""
    problem = _problem(urlsplit(address), tuple(suffixes), tuple(allowed))
    if problem:
        advice = f"correct {variable}, or add the host to FABRIC_TEST_ALLOWED_HOSTS if you trust it"
        raise RemoteError(could_not(f"use {one_line(address)} ({variable})", problem, advice))


def is_listed(address: str, allowed: Iterable[str]) -> bool:
    """Whether the developer has listed the host, or the host with its port."""
    url = urlsplit(address)
    return bool(url.hostname) and any(entry in (url.hostname, f"{url.hostname}:{url.port or 443}") for entry in allowed)


def _problem(url: SplitResult, suffixes: tuple[str, ...], allowed: tuple[str, ...]) -> str | None:
    host = url.hostname or ""
    if url.scheme != "https":
        return "it is not an https address, so it gets no token"
    if url.username is not None:
        return "it contains a user name"
    if is_listed(url.geturl(), allowed):
        return None
    if url.port is not None or not re.fullmatch(r"[a-z0-9.-]+", host):
        return "it is not an address of the platform"
    if not any(host.endswith(suffix) if suffix.startswith(".") else host == suffix for suffix in suffixes):
        return "it is not a host of the platform, so it gets no token"
    return None


class GuardedTransport(RequestsTransport):
    """Sends the requests of an Azure SDK to known origins only, whatever a redirect or a list's next page names.

    The SDKs follow these addresses with the token: microsoft-fabric-api does so with continuationUri and Location.
    """

    def __init__(self, addresses: Iterable[str], answer_header: str | None = None) -> None:
        """:param answer_header: a header that all answers of the service have, by which those of a proxy are told"""
        session = requests.Session()
        session.mount("https://", HTTPAdapter(pool_maxsize=_MOST_CONNECTIONS))
        super().__init__(session=session, session_owner=True, connection_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS)
        self._origins = {_origin_of(address) for address in addresses}
        self._answer_header = answer_header

    def send(self, request: Any, **options: Any) -> Any:
        attempted = f"ask {urlsplit(request.url).hostname}"
        if _origin_of(request.url) not in self._origins:
            raise RequestError(
                "badAnswer", attempted, f"an answer names {one_line(_origin_of(request.url))}, which gets no token"
            )
        response = super().send(request, **options)
        problem = _answer_problem(response.status_code, response.headers, self._answer_header)
        if problem:
            response.internal_response.close()
            raise RequestError("badAnswer", attempted, problem, status=response.status_code)
        return response


def _origin_of(address: str) -> str:
    url = urlsplit(address)
    return f"{url.scheme}://{(url.hostname or '').lower()}:{url.port or 443}"


def _answer_problem(status: int, headers: Any, answer_header: str | None) -> str | None:
    if 300 <= status < 400 and status != 304:
        target = urlsplit(headers.get("location", "")).netloc or "an unknown address"
        return f"it answered {status} and redirects to {one_line(target)}, which gets no token"
    if answer_header is not None:
        is_foreign = status < 300 and answer_header not in headers
        return f"it answered {status}, but not as the service does (no {answer_header})" if is_foreign else None
    if status < 300 and "html" in headers.get("content-type", "").lower():
        return f"it answered {status} with an HTML page, most likely a sign-in page"
    return None
