"""Files of a lakehouse in OneLake, by Microsoft's clients for Azure Storage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from azure.core import MatchConditions
from azure.storage.blob import BlobClient, BlobServiceClient, ContentSettings
from azure.storage.filedatalake import DataLakeServiceClient

from ..settings import Settings
from .ask import ask
from .credentials import SignIn
from .errors import RequestError
from .find import Item
from .hosts import FABRIC_HOSTS, require_host
from .transport import GuardedTransport, only_to

T = TypeVar("T")
# A file up to this size is sent in one request, a larger one in blocks of this size; the same for reading.
BLOCK_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """A file or folder below a folder of OneLake."""

    # Relative to the folder that was listed.
    path: str
    is_folder: bool
    size: int
    # Of the content, if whoever wrote the file gave it. A Spark job gives none.
    md5: str | None


class LakehouseFiles:
    """The files of one lakehouse. Paths begin with ``Files/``.

    The blob side of OneLake lists with MD5 digests and writes a small file in one request, which that of Data Lake Storage
    cannot; the latter deletes whole folders.
    """

    def __init__(self, settings: Settings, sign_in: SignIn, lakehouse: Item) -> None:
        require_host(settings.onelake_url, FABRIC_HOSTS, settings.allowed_hosts, "FABRIC_TEST_ONELAKE_URL")
        self.url = settings.onelake_url
        self.lakehouse = lakehouse
        # https://learn.microsoft.com/fabric/onelake/onelake-access-api
        blob_url = self.url.replace(".dfs.", ".blob.")
        options: dict[str, Any] = {
            "credential": sign_in,
            # The SDK's own retries do not know status 430, and undercut Retry-After.
            "retry_total": 0,
            # Every answer of Azure Storage has this header; the SDK would read an empty list in a sign-in page.
            "transport": GuardedTransport(only_to([self.url, blob_url]), answer_header="x-ms-request-id"),
            "user_agent": "pytest-fabric-spark",
        }
        lake = DataLakeServiceClient(self.url, **options)
        self._lake = lake.get_file_system_client(lakehouse.workspace_id)
        blobs = BlobServiceClient(blob_url, max_single_get_size=BLOCK_BYTES, max_single_put_size=BLOCK_BYTES, **options)
        self._blobs = blobs.get_container_client(lakehouse.workspace_id)

    def abfss(self, path: str) -> str:
        """The address by which Spark finds a file."""
        host = self.url.partition("://")[2]
        return f"abfss://{self.lakehouse.workspace_id}@{host}/{self.lakehouse.id}/{path}"

    def https(self, path: str) -> str:
        return f"{self.url}/{self.lakehouse.workspace_id}/{self.lakehouse.id}/{path}"

    def blob(self, path: str) -> BlobClient:
        return self._blobs.get_blob_client(f"{self.lakehouse.id}/{path}")

    def write(self, path: str, content: bytes, **conditions: Any) -> str:
        """Writes a file in one request, and returns its ETag. The service refuses what arrives with another digest."""
        settings = ContentSettings(content_md5=bytearray(hashlib.md5(content, usedforsecurity=False).digest()))
        options = {"overwrite": True, **conditions}
        answer = ask(
            f"write {path} to OneLake",
            lambda: self.blob(path).upload_blob(content, length=len(content), content_settings=settings, **options),
        )
        return str(answer["etag"])

    def create(self, path: str, content: bytes) -> str | None:
        """Creates a file that does not exist, and returns its ETag; None if it exists. A lost answer makes it exist, too."""
        return self._if(("conflict",), lambda: self.write(path, content, overwrite=False))

    def replace(self, path: str, content: bytes, etag: str) -> str | None:
        """Replaces one version of a file; None if it has changed or is gone."""
        conditions = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        return self._if(("conflict", "notFound"), lambda: self.write(path, content, **conditions))

    def remove(self, path: str, etag: str) -> None:
        """Deletes one version of a file; nothing happens if it has changed or is gone."""
        conditions: dict[str, Any] = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        attempted = f"delete {path} from OneLake"
        self._if(("conflict", "notFound"), lambda: ask(attempted, lambda: self.blob(path).delete_blob(**conditions)))

    def read(self, path: str, offset: int = 0) -> bytes | None:
        """What a file, which may be growing, has from an offset on; None if there is no such file."""
        parts: list[bytes] = []
        while True:
            part = self._read_block(path, offset)
            if part is None:
                return b"".join(parts) if parts else None
            parts.append(part)
            offset += len(part)
            if len(part) < BLOCK_BYTES:
                return b"".join(parts)

    def _read_block(self, path: str, offset: int) -> bytes | None:
        blob = self.blob(path)
        try:
            # In one request: the SDK makes the next ones depend on that the file has not changed.
            return ask(f"read {path} from OneLake", lambda: blob.download_blob(offset=offset, length=BLOCK_BYTES).readall())
        except RequestError as error:
            if error.status == 416:
                return b""
            if error.kind == "notFound":
                return None
            raise

    def properties(self, path: str, **options: Any) -> Any | None:
        """Of a file or folder; None if there is none."""
        return self._if(
            ("notFound",), lambda: ask(f"look for {path} in OneLake", lambda: self.blob(path).get_blob_properties(**options))
        )

    def list(self, folder: str) -> list[Entry]:
        """Everything below a folder; empty if there is no such folder."""
        prefix = f"{self.lakehouse.id}/{folder}/"
        attempted = f"list {folder} in OneLake"
        return self._if(("notFound",), lambda: ask(attempted, lambda: list(self._entries(prefix, attempted)))) or []

    def _entries(self, prefix: str, attempted: str) -> Iterator[Entry]:
        # Azure Storage marks a folder by its metadata.
        for blob in self._blobs.list_blobs(name_starts_with=prefix, include=["metadata"]):
            # The id of an item may come back in another case.
            if blob.name[: len(prefix)].lower() != prefix.lower():
                raise RequestError("badAnswer", attempted, "the list has a file that is not below the folder")
            path = blob.name[len(prefix) :].rstrip("/")
            if path:
                is_folder = str((blob.metadata or {}).get("hdi_isfolder", "")).lower() == "true" or blob.name.endswith("/")
                md5 = blob.content_settings.content_md5
                yield Entry(path, is_folder, blob.size or 0, bytes(md5).hex() if md5 else None)

    def make_folder(self, path: str) -> None:
        name = f"{self.lakehouse.id}/{path}"
        ask(f"create {path} in OneLake", lambda: self._lake.get_directory_client(name).create_directory())

    def delete(self, path: str) -> None:
        """Deletes a file, or a folder with all that is below it. Nothing there is fine."""
        name = f"{self.lakehouse.id}/{path}"
        attempted = f"delete {path} from OneLake"
        # The request for a folder deletes a file, too.
        self._if(("notFound",), lambda: ask(attempted, lambda: self._lake.get_directory_client(name).delete_directory()))

    @staticmethod
    def _if(kinds: tuple[str, ...], call: Callable[[], T]) -> T | None:
        """What ``call`` returns, or None if it fails in one of these ways."""
        try:
            return call()
        except RequestError as error:
            if error.kind in kinds:
                return None
            raise
