"""Sends files to OneLake: what is hashed is what is sent."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from azure.storage.blob import BlobBlock, ContentSettings

from ..platform import RemoteError
from ..sentences import could_not, one_line
from .ask import ask
from .storage import BLOCK_BYTES, Entry, LakehouseFiles

T = TypeVar("T")
# https://learn.microsoft.com/rest/api/storageservices/put-block-list
_MOST_BLOCKS = 50_000
# Of the 1,024 characters of a name, which contains the lakehouse and the folder, too.
_LONGEST_PATH = 800


class _FileChanged(Exception):
    """A file was written to while it was read, so that what was read may never have been its content."""


@dataclass(frozen=True)
class Sent:
    """A file as OneLake has it now."""

    # In hexadecimal.
    md5: str
    # Whether it had to be sent.
    is_new: bool


def send_file(files: LakehouseFiles, source: Path, target: str, remote: Entry | None) -> Sent | None:
    """Sends a file unless OneLake has it with the same size and digest; None if there is no such file any more.

    :param remote: what OneLake has in its place
    """
    for is_last in (False, True):
        try:
            return _read_stable(source, lambda file, size: _send(files, file, size, target, remote))
        except _FileChanged:
            if is_last:
                advice = "run the tests when nothing writes to the file, or exclude it from Git"
                raise RemoteError(could_not(f"copy {source} to OneLake", "it changed twice while it was read", advice)) from None
    return None


def _read_stable(source: Path, read: Callable[[BinaryIO, int], T]) -> T | None:
    # A link that has taken the file's place since the project was listed is not followed (Windows has no such flag).
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(source, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RemoteError(could_not(f"read {source}", error.strerror or str(error))) from None
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise RemoteError(could_not(f"read {source}", "it is not a file any more"))
        try:
            result = read(file, before.st_size)
        except OSError as error:
            raise RemoteError(could_not(f"read {source}", error.strerror or str(error))) from None
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise _FileChanged
        return result


def _send(files: LakehouseFiles, file: BinaryIO, size: int, target: str, remote: Entry | None) -> Sent:
    if size > BLOCK_BYTES:
        return _send_large(files, file, size, target, remote)
    content = file.read(size + 1)
    if len(content) != size:
        raise _FileChanged
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if _is_same(remote, size, md5):
        return Sent(md5, False)
    files.write(target, content)
    return Sent(md5, True)


def _send_large(files: LakehouseFiles, file: BinaryIO, size: int, target: str, remote: Entry | None) -> Sent:
    block_bytes = max(BLOCK_BYTES, -(-size // _MOST_BLOCKS))
    if remote is not None and remote.size == size and remote.md5:
        md5 = _digest(file, size, block_bytes, lambda _block: None)
        if _is_same(remote, size, md5):
            return Sent(md5, False)
        file.seek(0)
    blob, attempted = files.blob(target), f"write {target} to OneLake"
    # The ids of a file's blocks have the same length, and differ from those of another upload of the file at the same time.
    upload = uuid.uuid4().hex
    blocks: list[BlobBlock] = []

    def stage(block: bytes) -> None:
        block_id = base64.b64encode(f"{upload}{len(blocks):06}".encode()).decode()
        blocks.append(BlobBlock(block_id))
        ask(attempted, lambda: blob.stage_block(block_id, block, length=len(block), validate_content=True))

    md5 = _digest(file, size, block_bytes, stage)
    settings = ContentSettings(content_md5=bytearray.fromhex(md5))
    ask(attempted, lambda: blob.commit_block_list(blocks, content_settings=settings))
    return Sent(md5, True)


def _digest(file: BinaryIO, size: int, block_bytes: int, work: Callable[[bytes], None]) -> str:
    """The MD5 digest of exactly the blocks that ``work`` was called with."""
    digest, rest = hashlib.md5(usedforsecurity=False), size
    while rest:
        block = file.read(min(block_bytes, rest))
        if not block:
            raise _FileChanged
        digest.update(block)
        work(block)
        rest -= len(block)
    return digest.hexdigest()


def _is_same(remote: Entry | None, size: int, md5: str) -> bool:
    return remote is not None and not remote.is_folder and remote.size == size and remote.md5 == md5


def source_of(project: Path, path: str) -> Path:
    """The file that a path of the project names, which may be a link to another file of the project."""
    attempted = f'copy "{one_line(path, 200)}" from {project} to OneLake'
    problem = _path_problem(path)
    if problem is not None:
        raise RemoteError(could_not(attempted, f"the path {problem}", "rename the file or exclude it from Git"))
    source = (project / path).resolve()
    if not source.is_relative_to(project.resolve()):
        raise RemoteError(could_not(attempted, "it is a link to a file outside the project", "exclude it from Git"))
    return source


def _path_problem(path: str) -> str | None:
    """Why OneLake cannot have a file of this path, or not keep its name, as the rest of a sentence that begins with the path.

    https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#blob-names
    """
    if len(path) > _LONGEST_PATH:
        return f"is longer than {_LONGEST_PATH} characters"
    if any(unicodedata.category(each) == "Cc" for each in path):
        return "has a control character"
    if "\\" in path:
        return "has a backslash, which OneLake takes for a slash"
    if any(each == "\ufffd" or unicodedata.category(each) == "Cs" for each in path):
        return "is not UTF-8"
    if any(part.endswith(".") or not part for part in path.split("/")):
        return "has a part that is empty or ends with a dot"
    return None
