"""Signs in to Microsoft Entra ID, never interactively."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.identity import (
    AzureCliCredential,
    CredentialUnavailableError,
    DefaultAzureCredential,
    EnvironmentCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from ..hosts import host_problem, is_listed
from ..platform import RemoteError
from ..sentences import could_not, one_line
from ..settings import Settings
from .errors import NETWORK_ADVICE, network_problem
from .hosts import LOGIN_HOSTS, require_host
from .transport import GuardedTransport

_RENEW_SECONDS_BEFORE = 300
_ENVIRONMENT = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
# https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
_METADATA_HOSTS = ("169.254.169.254",)
_ENDPOINTS = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "IMDS_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST")


class SignIn:
    """A credential of azure-identity whose failures are one sentence, and which gets one token for all threads."""

    def __init__(self, settings: Settings) -> None:
        self._kind = settings.authentication
        self._credential = _credential(settings)
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, ...], AccessToken] = {}

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token for the scopes; not for the options (claims, another tenant), which ask for a token of another kind."""
        options = {name: value for name, value in options.items() if value}
        with self._lock:
            token = self._tokens.get(scopes)
            if token is None or options or token.expires_on - time.time() < _RENEW_SECONDS_BEFORE:
                token = self._new_token(scopes, options)
                self._tokens[scopes] = token
            return token

    def _new_token(self, scopes: tuple[str, ...], options: dict[str, Any]) -> AccessToken:
        try:
            return self._credential.get_token(*scopes, **options)
        except (AzureError, ValueError) as error:
            ways = {"cli": "by the Azure CLI", "environment": "by the environment", "workload": "by workload identity"}
            problem = network_problem(str(error))
            if problem is not None:
                raise RemoteError(could_not("sign in to Fabric", problem, NETWORK_ADVICE)) from None
            how = {**ways, "managed": "by managed identity"}.get(self._kind, "")
            raise RemoteError(could_not(f"sign in to Fabric {how}", _reason(self._kind, error), _advice(self._kind))) from None


def _credential(settings: Settings) -> TokenCredential:
    def permits(url: str) -> bool:
        # A managed identity asks this machine, or the address of its metadata service.
        is_local = urlsplit(url).hostname in {
            *_METADATA_HOSTS,
            *(urlsplit(os.environ.get(name, "")).hostname for name in _ENDPOINTS),
        }
        return is_local or host_problem(url, LOGIN_HOSTS, settings.allowed_hosts) is None

    # The addresses to which a secret goes come from the authority's answers.
    options: dict[str, Any] = {"transport": GuardedTransport(permits)}
    authority = os.environ.get("AZURE_AUTHORITY_HOST")
    if authority:
        address = authority if "://" in authority else f"https://{authority}"
        require_host(address, LOGIN_HOSTS, settings.allowed_hosts, "AZURE_AUTHORITY_HOST")
        # Microsoft's directory of authorities does not know one that the developer has listed.
        options["disable_instance_discovery"] = is_listed(address, settings.allowed_hosts)
    client_id = settings.client_id or os.environ.get("AZURE_CLIENT_ID")
    workload = {
        name: value
        for name, value in (
            ("tenant_id", settings.tenant_id),
            ("client_id", settings.client_id),
            ("token_file_path", settings.token_file),
        )
        if value
    }
    kinds: dict[str, Callable[[], TokenCredential]] = {
        "auto": lambda: DefaultAzureCredential(exclude_interactive_browser_credential=True, **options),
        "cli": lambda: AzureCliCredential(tenant_id=settings.tenant_id or ""),
        "environment": lambda: EnvironmentCredential(**options),
        "workload": lambda: WorkloadIdentityCredential(**workload, **options),
        "managed": lambda: ManagedIdentityCredential(client_id=client_id, **options),
    }
    try:
        return kinds[settings.authentication]()
    except ValueError as error:
        reason = _reason(settings.authentication, error)
        raise RemoteError(could_not("sign in to Fabric", reason, _advice(settings.authentication))) from None


def _reason(kind: str, error: Exception) -> str:
    """What the SDK says on several lines, in one clause."""
    text = str(error)
    refusal = re.search(r"(AADSTS\d+): ([^\r\n]*?)(?: Trace ID| Correlation ID|\.\s|[\r\n]|$)", text)
    if refusal:
        return f"Microsoft Entra ID refused it: {refusal[1]} ({one_line(refusal[2], 200)})"
    if kind == "auto" and isinstance(error, ClientAuthenticationError):
        return "there is no signed-in Azure CLI, service principal, workload identity or managed identity"
    if kind == "environment" and isinstance(error, CredentialUnavailableError):
        missing = [name for name in _ENVIRONMENT if not os.environ.get(name)]
        return f"{', '.join(missing) or 'a variable'} is not set" if len(missing) < 2 else f"{', '.join(missing)} are not set"
    if kind == "cli" and "not found" in text:
        return "there is no Azure CLI on the PATH"
    if kind == "cli" and isinstance(error, CredentialUnavailableError):
        return "nobody is signed in to it"
    return one_line(text.strip().partition("\n")[0], 200)


def _advice(kind: str) -> str:
    return {
        "cli": "run az login",
        "environment": f"set {', '.join(_ENVIRONMENT)} to those of a service principal",
        "workload": "set FABRIC_TEST_TENANT_ID, FABRIC_TEST_CLIENT_ID and FABRIC_TEST_FEDERATED_TOKEN_FILE, or those of AZURE_",
        "managed": "run the tests on a machine in Azure that has an identity",
    }.get(kind, f"run az login, or set {', '.join(_ENVIRONMENT)}")
