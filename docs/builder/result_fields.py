"""The table of the fields of a result, from the source of its generated model."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

__all__ = ["MODELS", "result_fields"]

_FOLDER: Final = Path(__file__).parents[2] / "generated_client" / "fts_api" / "models"
MODELS: Final = frozenset(path.stem for path in _FOLDER.glob("*.py"))
_NOT_SENT: Final = "Unset"


def result_fields(model: str) -> str:
    """Write the table.

    Args:
        model: The module of the model below `fts_api.models`, such as "job_status".

    Returns:
        A table in Markdown: each field with its types and its description.
    """
    tree = ast.parse((_FOLDER / f"{model}.py").read_text("utf-8"))
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef))
    rows = ["| field | type | meaning |", "|---|---|---|"]
    for field, text in zip(body, [*body[1:], None], strict=True):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if field.target.id.startswith(("_", "additional_properties")):
            continue
        rows.append(f"| `{field.target.id}` | {_types(field.annotation)} | {_meaning(text)} |")
    return "\n".join(rows)


def _types(annotation: ast.expr) -> str:
    names = [part.strip() for part in ast.unparse(annotation).split("|")]
    sent = [name for name in names if name not in {"None", _NOT_SENT}]
    sent += ["None"] if "None" in names else []
    return " or ".join(f"`{name}`" for name in sent) + (
        ", may be missing" if _NOT_SENT in names else ""
    )


def _meaning(node: ast.stmt | None) -> str:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return ""
    return " ".join(str(node.value.value).split()).replace("|", "\\|")
