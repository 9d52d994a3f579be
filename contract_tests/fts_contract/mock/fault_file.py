"""`fts mock --faults FILE`: faults for clients in other languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_type_hints

from fts_contract.mock.faults import Fault
from fts_contract.mock.json_input import checked, fields_of, read_json_file

if TYPE_CHECKING:
    from pathlib import Path

_KINDS: Final = get_type_hints(Fault) | {"kind": str}


def read_faults(path: Path) -> list[Fault]:
    """Read faults from a file.

    Args:
        path: A JSON array of objects with the fields of `Fault`; `"count": null` hits every request.

    Returns:
        The faults, in their order.

    Raises:
        ValueError: The file cannot be read or holds something else; the message names file and place.
    """
    found = []
    for number, entry in enumerate(checked(read_json_file(path), list, where=str(path))):
        where = f"{path}: [{number}]"
        fields = fields_of(entry, _KINDS, where=where, required=("kind",))
        try:
            found.append(Fault(**fields))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error
    return found
