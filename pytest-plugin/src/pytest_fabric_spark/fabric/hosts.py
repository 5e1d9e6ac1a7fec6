"""The hosts that get a token for Fabric."""

from __future__ import annotations

from collections.abc import Iterable

from ..hosts import host_problem
from ..platform import RemoteError
from ..sentences import could_not, one_line

# The hosts of the public cloud and of OneLake's regions. Fabric is in no other cloud:
# https://learn.microsoft.com/fabric/onelake/onelake-access-api
FABRIC_HOSTS = (".fabric.microsoft.com",)
# https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
LOGIN_HOSTS = (
    *("login.microsoftonline.com", "login.windows.net", "login.microsoftonline.us"),
    *("login.partner.microsoftonline.cn", "login.chinacloudapi.cn"),
)


def require_host(address: str, suffixes: Iterable[str], allowed: Iterable[str], variable: str) -> None:
    """Fails unless credentials may go to an address: of one of the platform's hosts, or one that the developer has listed."""
    problem = host_problem(address, tuple(suffixes), tuple(allowed))
    if problem:
        advice = f"correct {variable}, or add the host to FABRIC_TEST_ALLOWED_HOSTS if you trust it"
        raise RemoteError(could_not(f"use {one_line(address)} ({variable})", problem, advice))
