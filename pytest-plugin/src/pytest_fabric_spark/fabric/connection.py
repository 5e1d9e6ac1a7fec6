"""The clients of Microsoft's SDK for Fabric, without retries of their own."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from azure.core.rest import HttpRequest
from microsoft_fabric_api.extensions.core import FabricCoreClient
from microsoft_fabric_api.extensions.sparkjobdefinition import FabricSparkJobDefinitionClient

from ..settings import Settings
from .credentials import SignIn
from .hosts import FABRIC_HOSTS, require_host
from .transport import GuardedTransport, only_to


class Connection:
    """Fabric's REST API as one identity sees it."""

    def __init__(self, settings: Settings, sign_in: SignIn) -> None:
        require_host(settings.api_url, FABRIC_HOSTS, settings.allowed_hosts, "FABRIC_TEST_BASE_API_URI")
        self._url = settings.api_url
        # The SDK's own retries repeat a POST that may have taken effect.
        self._options: dict[str, Any] = {
            "retry_total": 0,
            "permit_redirects": False,
            "transport": GuardedTransport(only_to([settings.api_url])),
            "user_agent": "pytest-fabric-spark",
        }
        self._sign_in = sign_in

    # The client of all areas of Fabric takes seconds to make.
    @cached_property
    def core(self) -> FabricCoreClient:
        return FabricCoreClient(self._sign_in, f"{self._url}/", **self._options)

    @cached_property
    def spark_jobs(self) -> FabricSparkJobDefinitionClient:
        return FabricSparkJobDefinitionClient(self._sign_in, f"{self._url}/", **self._options)

    def send(self, method: str, path: str, *, stream: bool = False, **content: Any) -> Any:
        """Sends a request that the SDK has no method for, or whose headers its method hides.

        :param path: below ``/v1/``
        """
        response = self.core.send_request(HttpRequest(method, f"{self._url}/v1/{path}", **content), stream=stream)
        response.raise_for_status()
        return response


def with_headers(response: Any, model: Any, _headers: Any) -> tuple[Any, Any]:
    """For the option ``cls`` of the SDK's methods: adds the headers of the answer, which they keep to themselves otherwise."""
    return model, response.http_response.headers
