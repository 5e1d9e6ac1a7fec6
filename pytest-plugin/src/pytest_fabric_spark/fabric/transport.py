"""Sends the requests of the Azure SDKs, and none to an address that must not get them."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from ..sentences import one_line
from .errors import RequestError

_MOST_CONNECTIONS = 32
_CONNECT_SECONDS, _READ_SECONDS = 20, 100


def only_to(addresses: Iterable[str]) -> Callable[[str], bool]:
    """Permits requests to the hosts of some addresses."""
    origins = {_origin_of(address) for address in addresses}
    return lambda url: _origin_of(url) in origins


def _origin_of(address: str) -> str:
    url = urlsplit(address)
    return f"{url.scheme}://{(url.hostname or '').lower()}:{url.port or 443}"


class GuardedTransport(RequestsTransport):  # type: ignore[misc]
    """Sends requests to permitted addresses only, whatever a redirect or an answer names.

    The SDKs follow these addresses with the token: microsoft-fabric-api does so with continuationUri and Location.
    """

    def __init__(self, permits: Callable[[str], bool], answer_header: str | None = None) -> None:
        """:param answer_header: a header that all answers of the service have, by which those of a proxy are told"""
        session = requests.Session()
        session.mount("https://", _Adapter(pool_maxsize=_MOST_CONNECTIONS))
        super().__init__(session=session, session_owner=True, connection_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS)
        self._permits = permits
        self._answer_header = answer_header

    def send(self, request: Any, **options: Any) -> Any:
        attempted = f"ask {urlsplit(request.url).hostname}"
        if not self._permits(request.url):
            raise RequestError(
                "badAnswer", attempted, f"an answer names {one_line(_origin_of(request.url))}, which gets no token"
            )
        response = super().send(request, **options)
        problem = _answer_problem(response.status_code, response.headers, self._answer_header)
        if problem:
            response.internal_response.close()
            raise RequestError("badAnswer", attempted, problem, status=response.status_code)
        return response


def _answer_problem(status: int, headers: Any, answer_header: str | None) -> str | None:
    if 300 <= status < 400 and status != 304:
        target = urlsplit(headers.get("location", "")).netloc or "an unknown address"
        return f"it answered {status} and redirects to {one_line(target)}, which gets no token"
    if answer_header is not None:
        is_foreign = status < 300 and not headers.get(answer_header)
        return f"it answered {status}, but not as the service does (no {answer_header})" if is_foreign else None
    if status < 300 and "html" in headers.get("content-type", "").lower():
        return f"it answered {status} with an HTML page, most likely a sign-in page"
    return None


class _Adapter(HTTPAdapter):
    """Reads the certificates of the authorities once. requests does so for each connection, longer than a small file takes."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if verify:
            pool.pop("ca_certs", None)
            pool.pop("ca_cert_dir", None)
            pool["ssl_context"] = _ssl_context(verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)
        if verify:
            conn.ca_certs = conn.ca_cert_dir = None


@lru_cache
def _ssl_context(bundle: str) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(*((None, bundle) if os.path.isdir(bundle) else (bundle,)))
    return context
