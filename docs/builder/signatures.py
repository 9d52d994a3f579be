"""How the classes of a submission are called: attrs makes their constructors, so their source does not show it."""

from __future__ import annotations

import inspect
import re
from typing import Final

from fts_client import Job, JobParams, Transfer

__all__ = ["signatures"]

_CLASSES: Final = (Job, Transfer, JobParams)
# That any field may be left out or be None is said beside it; names of types that only have limits are those of the values.
_NOT_SHOWN: Final = re.compile(r" \| Unset(?: \| None)?")
_NAMES: Final = {
    r"Bytes|Seconds\w*|Scitag|Priority": "int",
    r"ChecksumMode|IdGenerator|SelectionStrategy": "str",
    r"Metadata": "Mapping[str, Any] | str",
}


def signatures() -> str:
    """Write the signatures as a block of Python."""
    blocks = []
    for kind in _CLASSES:
        lines, named = [f"{kind.__name__}("], False
        for parameter in inspect.signature(kind).parameters.values():
            if parameter.kind is parameter.KEYWORD_ONLY and not named:
                lines.append("    *,")
                named = True
            annotation = _NOT_SHOWN.sub("", str(parameter.annotation))
            for names, plain in _NAMES.items():
                annotation = re.sub(rf"\b(?:{names})\b", plain, annotation)
            shown = (
                "" if parameter.default is parameter.empty else f" = {_default(kind, parameter)}"
            )
            lines.append(f"    {parameter.name}: {annotation}{shown},")
        blocks.append("\n".join([*lines, ")"]))
    return "```python\n" + "\n\n".join(blocks) + "\n```"


def _default(kind: type, parameter: inspect.Parameter) -> str:
    return "JobParams()" if (kind, parameter.name) == (Job, "params") else repr(parameter.default)
