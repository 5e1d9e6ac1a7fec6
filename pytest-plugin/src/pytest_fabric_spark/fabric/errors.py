"""What went wrong with a request, as one sentence and as a kind by which callers decide."""

from __future__ import annotations

from typing import Any, Literal

from azure.core.exceptions import (
    AzureError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
)

from ..platform import RemoteError
from ..sentences import could_not, one_line

Kind = Literal[
    "throttled",
    "unavailable",
    "unreachable",
    "interrupted",
    "badAnswer",
    "unauthorized",
    "forbidden",
    "notFound",
    "conflict",
    "invalid",
]


class RequestError(RemoteError):
    """A request that failed. ``ambiguous``: it may have taken effect, or may still do so."""

    def __init__(
        self,
        kind: Kind,
        attempted: str,
        came_back: str,
        advice: str = "",
        *,
        status: int = 0,
        code: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(could_not(attempted, came_back, advice))
        self.kind = kind
        self.came_back = came_back
        self.advice = advice
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def ambiguous(self) -> bool:
        return self.kind in ("unavailable", "interrupted", "badAnswer")

    def during(self, attempted: str) -> RequestError:
        """The same with what was attempted."""
        details: dict[str, Any] = {"status": self.status, "code": self.code, "retry_after": self.retry_after}
        return RequestError(self.kind, attempted, self.came_back, self.advice, **details)


# Codes whose status does not tell what happened: https://learn.microsoft.com/rest/api/fabric/core/items/create-item and the other
# pages of this reference, https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
_KINDS_BY_CODE: dict[str, Kind] = {
    "WorkspaceNotFound": "notFound",
    "ItemNotFound": "notFound",
    "EntityNotFound": "notFound",
    "ItemDisplayNameAlreadyInUse": "conflict",
    "ItemDisplayNameNotAvailableYet": "throttled",
    "InsufficientPrivileges": "forbidden",
    "InsufficientWorkspaceRole": "forbidden",
    "InsufficientScopes": "forbidden",
    "PrincipalTypeNotSupported": "forbidden",
    "TokenExpired": "unauthorized",
    "InvalidToken": "unauthorized",
    "RequestBlocked": "throttled",
    "TooManyRequestsForJobs": "throttled",
    "TooManyRequestsForCapacity": "throttled",
    "ServerBusy": "throttled",
}
_KINDS_BY_STATUS: dict[int, Kind] = {
    401: "unauthorized",
    403: "forbidden",
    404: "notFound",
    408: "unavailable",
    409: "conflict",
    410: "notFound",
    412: "conflict",
    429: "throttled",
    # The capacity has no room: https://learn.microsoft.com/fabric/data-engineering/spark-job-concurrency-and-queueing
    430: "throttled",
    501: "invalid",
    505: "invalid",
}
NETWORK_ADVICE = "check the network, the proxy and the certificates of this machine"
_ADVICE: dict[Kind, str] = {
    "unauthorized": "check that you are signed in to the tenant of the workspace",
    "forbidden": "ask for the role Contributor in the workspace; a service principal also needs the tenant setting "
    '"Service principals can call Fabric public APIs", and OneLake the setting '
    '"Users can access data stored in OneLake with apps external to Fabric"',
    "unreachable": NETWORK_ADVICE,
}


def request_error(attempted: str, cause: Exception) -> RemoteError:
    """Makes one sentence of what an Azure SDK raised."""
    if isinstance(cause, RequestError):
        return cause.during(attempted)
    if isinstance(cause, RemoteError):
        return cause
    if isinstance(cause, (DecodeError, IncompleteReadError)):
        return RequestError("badAnswer", attempted, "the answer cannot be read")
    if isinstance(cause, HttpResponseError) and cause.status_code:
        return _answer_error(attempted, cause)
    if isinstance(cause, ServiceRequestError):
        return RequestError("unreachable", attempted, _reason(cause), NETWORK_ADVICE)
    if isinstance(cause, ServiceResponseError):
        return RequestError("interrupted", attempted, "the connection was cut before the answer")
    if isinstance(cause, AzureError):
        return RequestError("badAnswer", attempted, _reason(cause))
    return RequestError("badAnswer", attempted, "the answer has another form than expected")


def network_problem(text: str) -> str | None:
    """What the text of an exception says of the network: those of requests and urllib3 contain each other's texts."""
    problems = {
        "[SSL:": "the certificate of the host is not trusted",
        "NameResolutionError": "the name of the host is unknown",
        "Connection refused": "the host refuses connections",
        "ProxyError": "the proxy refuses connections",
    }
    return next((problem for mark, problem in problems.items() if mark in text), None)


def _reason(cause: AzureError) -> str:
    text = str(cause.inner_exception or cause)
    otherwise = "the host cannot be reached" if isinstance(cause, ServiceRequestError) else one_line(text, 200)
    return network_problem(text) or otherwise


def _answer_error(attempted: str, cause: HttpResponseError) -> RequestError:
    status = cause.status_code or 0
    headers = getattr(cause.response, "headers", None) or {}
    code, message, retriable = _content(cause)
    code = headers.get("x-ms-error-code") or code
    kind = _KINDS_BY_CODE.get(code) or _KINDS_BY_STATUS.get(status) or ("unavailable" if status >= 500 else "invalid")
    # A refusal that passes by itself: nothing took effect.
    if kind == "invalid" and retriable and status < 500:
        kind = "throttled"
    parts = [f"the answer is {status}", f" {one_line(code, 80)}" if code else "", f": {one_line(message)}" if message else ""]
    request = headers.get("x-ms-request-id") or headers.get("requestid")
    came_back = "".join(parts).rstrip(". ") + (f" (request {one_line(request, 60)})" if request else "")
    is_paused = "Capacity" in code and any(word in code for word in ("NotActive", "Paused", "Suspended", "Inactive"))
    advice = (
        "resume the capacity of the workspace, or assign the workspace to another one" if is_paused else _ADVICE.get(kind, "")
    )
    if is_paused:
        kind = "invalid"
    return RequestError(kind, attempted, came_back, advice, status=status, code=code, retry_after=retry_after(headers))


def _content(cause: HttpResponseError) -> tuple[str, str, bool]:
    """Code, message and whether the service says that it is worth another attempt."""
    try:
        body: Any = cause.response.json()  # type: ignore[union-attr]
        fields = body.get("error", body) if isinstance(body.get("error"), dict) else body
        details = [each.get("message") for each in fields.get("moreDetails") or []]
        texts = [text for text in dict.fromkeys([fields.get("message"), *details]) if isinstance(text, str)]
        # Azure Storage adds lines with the request's id and time to its message.
        texts = [text.partition("\nRequestId:")[0] for text in texts]
        return str(fields.get("errorCode") or fields.get("code") or ""), " ".join(texts), fields.get("isRetriable") is True
    except (AttributeError, TypeError, ValueError, AzureError):
        return str(getattr(cause, "error_code", None) or ""), "", False


def retry_after(headers: Any) -> float | None:
    """How long the service asks to wait, in seconds; None if it does not. Fabric gives whole seconds."""
    text = str(headers.get("retry-after") or headers.get("Retry-After") or "").strip()
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return _until(text)


def _until(text: str) -> float | None:
    from email.utils import parsedate_to_datetime
    from time import time

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except ValueError:
        return None
