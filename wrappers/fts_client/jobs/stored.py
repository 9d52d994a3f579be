"""What a server tells of a file, as the transfer that was submitted."""

from __future__ import annotations

import re
from typing import Any, Final

from fts_client.errors import FTSUsageError

__all__ = ["as_submitted"]

_METADATA: Final = {
    "metadata": "file_metadata",
    **{name: name for name in ("staging_metadata", "archive_metadata")},
}


def as_submitted(file: Any) -> dict[str, Any]:
    """Find the arguments of `Transfer` in a file.

    Args:
        file: What a server tells of a file; a dict or a model.

    Returns:
        What was given when it was submitted; what the server filled in itself is left out, as far as it can be told.

    Raises:
        FTSUsageError: Source or destination is missing.

    Source: observed on FTS 3.13.4 (recordings of GET /jobs/{id}/files): a size of 0 and the checksum `ADLER32` stand for none, a
        text as metadata comes back as an object with a label, and the activity is appended to the sources of staging jobs.
    """
    source, destination, activity = map(file.get, ("source_surl", "dest_surl", "activity"))
    if not source or not destination:
        raise FTSUsageError(
            "The file has no source_surl or no dest_surl",
            remedy="Ask for both, and for checksum, user_filesize, activity and file_metadata.",
        )
    checksum = file.get("checksum")
    values = {
        "sources": re.sub(rf"[?&]activity={re.escape(activity or '')}$", "", source),
        "destinations": destination,
        "checksum": checksum if checksum and ":" in checksum else None,
        "filesize": file.get("user_filesize") or None,
        "activity": activity,
        "scitag": file.get("scitag"),
        **{field: _metadata(file.get(name)) for field, name in _METADATA.items()},
    }
    return {name: value for name, value in values.items() if value is not None}


def _metadata(value: Any) -> Any:
    value = value.to_dict() if hasattr(value, "to_dict") else value
    return value["label"] if isinstance(value, dict) and set(value) == {"label"} else value
