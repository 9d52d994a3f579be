"""Files that hold a key or a token: read only when no other user has access to them, and written so that none ever had."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import tempfile
from typing import TYPE_CHECKING

import attrs

from fts_client.errors import (
    CredentialError,
    CredentialFormatError,
    CredentialNotFoundError,
    CredentialPermissionError,
)
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OTHERS = 0o077
_WANTED = 0o600
_SIZE_LIMIT = 1_048_576
_KEY_MARK = b"PRIVATE KEY-----"
_WRITE = "Name a file in an existing directory of your own."
# One long word is rather a token than the name of a file that does not exist.
_LONG_WORD = re.compile(r"[A-Za-z0-9._~+=-]{64,}")


@attrs.frozen(kw_only=True)
class FileStamp:
    """What changes when a file is replaced or rewritten, and its mode, which does not count as a change."""

    path: Path
    inode: int
    size: int
    modified_ns: int
    mode: int = attrs.field(eq=False)


def _stamp(path: Path, status: os.stat_result) -> FileStamp:
    return FileStamp(
        path=path,
        inode=status.st_ino,
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
        mode=stat.S_IMODE(status.st_mode),
    )


def stamp_of(path: Path) -> FileStamp | None:
    """Stamp of a file now; None when it cannot be read, for instance while it is being replaced."""
    try:
        return _stamp(path, path.stat())
    except OSError:
        return None


def _check_private(path: Path, status: os.stat_result, *, what: str, euid: int) -> None:
    if status.st_uid not in {euid, 0}:
        raise CredentialPermissionError(
            f"The {what} {path} belongs to user id {status.st_uid}, not to you (user id {euid})",
            path=path,
            remedy="Use a file of your own.",
        )
    mode = stat.S_IMODE(status.st_mode)
    if mode & _OTHERS:
        raise CredentialPermissionError(
            f"The {what} {path} is open to others: its mode is {mode:04o}, but must be {_WANTED:04o} or 0400",
            path=path,
            mode_found=mode,
            mode_wanted=_WANTED,
            remedy=f"chmod 600 {path}; if others could read it, create it again.",
        )


def _looks_secret(path: Path) -> bool:
    text = str(path)
    return "-----BEGIN" in text or redact(text) != text or bool(_LONG_WORD.fullmatch(text))


def _cannot_open(path: Path, error: OSError | ValueError, *, what: str) -> CredentialError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return CredentialNotFoundError(
            f"There is no {what} {path}", path=path, remedy="Name an existing file."
        )
    if isinstance(error, PermissionError):
        return CredentialPermissionError(
            f"You may not read the {what} {path}",
            path=path,
            remedy="Use a file of your own, of mode 0600.",
        )
    reason = getattr(error, "strerror", None) or error
    return CredentialError(
        f"The {what} {path} cannot be opened: {reason}", path=path, remedy="Name an existing file."
    )


def read_file(
    path: Path, *, what: str, secret: bool | None, euid: int | None = None
) -> tuple[bytes, FileStamp]:
    """Read a file of a credential, and stamp the very file that was read.

    Args:
        path: The file; a symbolic link is followed, and the file that it leads to is checked.
        what: What the file should be, for messages ("proxy", "token file").
        secret: Whether only the owner may have access to it, and the owner must be us or root; None: only if it holds a private
            key.
        euid: Effective user id to compare with; None for that of the process.

    Raises:
        CredentialNotFoundError: There is no such file.
        CredentialPermissionError: Open to others, owned by another user, or not readable for us.
        CredentialFormatError: A directory or other special file, or larger than 1 MiB; or the path looks like a token or PEM text.
        CredentialError: Reading failed.
    """
    try:
        # With O_NONBLOCK a named pipe in /tmp cannot make us wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        if not _looks_secret(path):
            raise _cannot_open(path, error, what=what) from error
        descriptor = -1
    if descriptor < 0:
        # Raised here, so that the error of the system, which repeats the "path", is not its context.
        raise CredentialFormatError(
            f"What should be the path of a {what} looks like a token or a credential itself; it is not shown",
            remedy="Give the path of the file, or the token as TokenCredential(token) or in BEARER_TOKEN.",
        )
    # Check the file that is open, not its name, which may lead elsewhere a moment later.
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise CredentialFormatError(
            f"The {what} {path} is {kind}", path=path, remedy="Name the file itself."
        )
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > _SIZE_LIMIT:
            raise CredentialFormatError(
                f"The {what} {path} is larger than {_SIZE_LIMIT} bytes",
                path=path,
                remedy="Name a file that holds a credential.",
            )
        try:
            data = file.read(_SIZE_LIMIT)
        except OSError as error:
            raise CredentialError(
                f"The {what} {path} cannot be read: {error.strerror}", path=path
            ) from error
    if secret or (secret is None and _KEY_MARK in data):
        _check_private(path, status, what=what, euid=os.geteuid() if euid is None else euid)
    return data, _stamp(path, status)


def write_secret_file(path: Path, data: bytes) -> None:
    """Write a key or a token so that the file is complete and of mode 0600 at every moment it exists.

    An existing file is replaced in one step; a symbolic link is replaced, not followed.

    Raises:
        CredentialPermissionError: We may not write to the directory.
        CredentialError: The path is, or leads to, a device, a pipe or a directory, which would be lost; or writing failed, and
            nothing is left behind.
    """
    with contextlib.suppress(OSError, ValueError):
        # /dev/stdout leads to a file when the output is redirected to one, and it is the link that would be replaced.
        is_descriptor = path.is_symlink() and str(path.readlink()).startswith("/proc/")
        if is_descriptor or not stat.S_ISREG(path.stat().st_mode):
            kind = "a directory" if path.is_dir() else "a device, a pipe or a socket"
            raise CredentialError(
                f"{path} cannot be written: it is {kind}, not a file", path=path, remedy=_WRITE
            )
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(
            beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, _WANTED
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            beside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
    except PermissionError as error:
        raise CredentialPermissionError(
            f"{path} cannot be written: {error.strerror}",
            path=path,
            remedy=_WRITE,
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CredentialError(
            f"{path} cannot be written: {reason}", path=path, remedy=_WRITE
        ) from error


@contextlib.contextmanager
def readable_by_path(data: bytes) -> Iterator[str]:
    """Give secret data a path, for a library that reads only files.

    Where the system can, the file lives in memory and has no name; elsewhere it is a temporary file of mode 0600, which is removed
    at the end.

    Raises:
        CredentialError: Neither is possible.
    """
    descriptor = _memory_file()
    if descriptor is not None:
        with os.fdopen(descriptor, "wb") as memory:
            memory.write(data)
            memory.flush()
            yield f"/proc/self/fd/{descriptor}"
        return
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(tempfile.NamedTemporaryFile(prefix="fts-"))
            file.write(data)
            file.flush()
        except OSError as error:
            raise CredentialError(
                f"The credential cannot be written to a temporary file: {error.strerror}",
                remedy="Make room in the temporary directory, or set TMPDIR to one of your own.",
            ) from error
        yield file.name


def _memory_file() -> int | None:
    """Open a file in memory; None on other systems, old kernels and in sandboxes that forbid it."""
    try:
        descriptor = os.memfd_create("credential", os.MFD_CLOEXEC)
    except (AttributeError, OSError):
        return None
    if os.access(f"/proc/self/fd/{descriptor}", os.R_OK):
        return descriptor
    os.close(descriptor)
    return None
