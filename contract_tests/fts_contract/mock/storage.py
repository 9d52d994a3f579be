"""A storage that exists only in its URLs: stat, list and unlink of `mock://`."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any, Final, NoReturn

import attrs

from fts_contract.mock.mock_url import MockURL

_FILE_MODE: Final = 0o100755
_DIRECTORY_MODE: Final = 0o040755
_STATUS: Final = {
    errno.EPERM: 403,
    errno.EACCES: 403,
    errno.ENOENT: 404,
    errno.EAGAIN: 503,
    errno.EBUSY: 503,
    errno.ETIMEDOUT: 503,
    errno.ENOTDIR: 400,
    errno.EPROTONOSUPPORT: 400,
}


@attrs.define(eq=False)
class StorageError(Exception):
    """What the storage says instead of a result.

    Attributes:
        code: An errno; only its last byte travels.
        text: In words.
    """

    code: int
    text: str

    @property
    def status(self) -> int:
        """The HTTP status that FTS makes of it.

        Source: observed on FTS 3.13.4. A code whose last byte is 0 is 500 here.
        """
        return _STATUS.get(self.code % 256, 500)

    @property
    def message(self) -> str:
        """The text of the error answer."""
        return f"[{self.code % 256}] {self.text}"


def _unsupported(surl: str) -> StorageError:
    """The error for a URL that no plugin takes, or an operation that the plugin does not know."""
    return StorageError(
        errno.EPROTONOSUPPORT, f"Protocol not supported or path/url invalid: {surl}"
    )


def _open(surl: str) -> MockURL:
    url = MockURL.parse(surl)
    if url is None:
        raise _unsupported(surl)
    if code := url.number("errno"):
        raise StorageError(code, os.strerror(code))
    return url


def stat_file(surl: str) -> dict[str, int]:
    """Look at a file.

    Args:
        surl: Its URL.

    Raises:
        StorageError: Another protocol, or the errno that the URL asks for.

    Source: observed on FTS 3.13.4.
    """
    url = _open(surl)
    is_directory = url.text("list") is not None
    return {
        "mode": _DIRECTORY_MODE if is_directory else _FILE_MODE,
        "nlink": 0,
        "size": url.size,
        "atime": 0,
        "mtime": 0,
        "ctime": 0,
    }


def list_directory(surl: str) -> dict[str, dict[str, Any]]:
    """List a directory: what `list=name:octalmode:size,...` says.

    Args:
        surl: Its URL.

    Raises:
        StorageError: As for `stat_file`; no directory.
    """
    text = _open(surl).text("list")
    if text is None:
        raise StorageError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    entries = {}
    for part in filter(None, text.split(",")):
        name, _, rest = part.partition(":")
        mode_text, _, size_text = rest.partition(":")
        mode = _number(mode_text, base=8)
        if mode_text and not stat.S_IFMT(mode):
            mode |= stat.S_IFREG
        shown = f"{name}/" if stat.S_ISDIR(mode) else name
        entries[shown] = {"size": _number(size_text), "mode": mode, "mtime": 0}
    return entries


def _number(text: str, *, base: int = 10) -> int:
    try:
        return int(text, base)
    except ValueError:
        return 0


def unlink(surl: str) -> int:
    """Delete a file: nothing is stored, so it works unless the URL asks for an errno.

    Returns:
        0.

    Raises:
        StorageError: As for `stat_file`.
    """
    _open(surl)
    return 0


def refuse(surl: str) -> NoReturn:
    """Do what the storage plugin does not support.

    Raises:
        StorageError: Always.
    """
    raise _unsupported(surl)
