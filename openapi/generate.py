"""Regenerate `generated_client/fts_api` from the API document, or check that it is up to date.

`python openapi/generate.py` replaces the package; `python openapi/generate.py --check` generates into a temporary
folder and fails, naming the files, on any difference. The output depends on the document, `generator.yaml` and the
pinned versions of openapi-python-client and ruff only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "openapi" / "fts-rest.yaml"
CONFIG = ROOT / "openapi" / "generator.yaml"
TEMPLATES = ROOT / "openapi" / "templates"
"""Replace templates of the generator: `models` loads its classes on demand, for importing all of them takes 0.3 s; values
that JSON has are read as they are, without a function for each."""
CHANGES = {
    "endpoint_module.py.jinja": {
        "return _build_response(client=client, response=response)": (
            "return client.read_answer(_build_response, response)"
        ),
    },
    "types.py.jinja": {
        "        return False\n": """        return False

    def __reduce__(self) -> str:
        return "UNSET"
""",
        "from typing import ": "from typing import Any, ClassVar, ",
        "# The types that `httpx": '''class Model:
    """An object of JSON: what was sent is an attribute, and an item under its name in JSON"""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()
    """ The attributes; `attrs` fills it in. """
    additional_properties: Any
    _attributes: ClassVar[Mapping[str, str]] = {}
    """ Attributes whose names are not those in JSON. """

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties)

    def _attribute(self, key: str) -> str | None:
        name = self._attributes.get(key, key)
        return name if name in self.__match_args__ else None

    def __getitem__(self, key: str) -> Any:
        name = self._attribute(key)
        value = self.additional_properties[key] if name is None else getattr(self, name)
        if value is UNSET:
            raise KeyError(key)
        return value

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self else default

    def __setitem__(self, key: str, value: Any) -> None:
        if (name := self._attribute(key)) is None:
            self.additional_properties[key] = value
        else:
            setattr(self, name, value)

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        name = self._attribute(key)
        return key in self.additional_properties if name is None else getattr(self, name) is not UNSET

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in self.__match_args__}
        if self.additional_properties:
            values["additional_properties"] = self.additional_properties
        shown = (f"{name}={value!r}" for name, value in values.items() if value is not UNSET)
        return f"{type(self).__name__}({', '.join(shown)})"


# The types that `httpx''',
        '__all__ = ["UNSET", ': '__all__ = ["UNSET", "Model", ',
    },
    "model.py.jinja": {
        "from ..types import UNSET, Unset": "from ..types import UNSET, Model, Unset",
        "@_attrs_define\nclass {{ class_name }}:\n": """{% set fields = model.required_properties + model.optional_properties %}
{% set is_open = model.additional_properties and (fields or additional_property_type == 'Any') %}
@_attrs_define{{ "(repr=False)" if is_open else "" }}
class {{ class_name }}{{ "(Model)" if is_open else "" }}:
""",
        "_attrs_field(init=False, factory=dict)\n    {% endif %}\n": """_attrs_field(init=False, factory=dict)
    {% endif %}
    {% set renamed = namespace(names=[]) %}
    {% for property in fields %}
    {% if is_open and (property.name | in_double_quote_literal) != property.python_name %}
    {% set renamed.names = renamed.names + ['"' ~ (property.name | in_double_quote_literal) ~ '": "' ~ property.python_name ~ '"'] %}
    {% endif %}
    {% endfor %}
    {% if renamed.names %}
    _attributes = { {{ renamed.names | join(", ") }} }
    {% endif %}
""",
        "    {% if model.additional_properties %}\n    @property\n": """    {% if model.additional_properties and not is_open %}
    @property
""",
    },
    "client.py.jinja": {
        "from typing import Any, Self\n": (
            "from collections.abc import Callable\nfrom typing import Any, Self, TypeVar\n"
        ),
        "import httpx\n": 'import httpx\n\nT = TypeVar("T")\n',
        "{% macro builders(self) %}\n": '''{% macro builders(self) %}
    def read_answer(self, read: Callable[..., T], response: httpx.Response) -> T:
        """Read the answer of an operation; a subclass may say in its own way what is wrong with it"""
        return read(client=self, response=response)

''',
    },
}
"""Small changes of other templates, old and new text. `UNSET` stays the one object that it is when a model is pickled or copied.
Models answer by item as they do by attribute, for people who come from dicts, and do not show fields that were not sent.
Whatever happens while an answer is read passes through the client, so that a client can turn every error of it into one of its
own kind."""
PACKAGE = ROOT / "generated_client" / "fts_api"
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
MARKER = "py.typed"
"""Tells type checkers that the package is typed (PEP 561); the generator writes none without packaging metadata."""


class GenerationError(Exception):
    """The generator failed, or left something out."""


def main(arguments: list[str] | None = None) -> int:
    """Generate or check.

    Args:
        arguments: Command line without the program; None for that of the process.

    Returns:
        Exit code: 0 done or up to date, 1 out of date, 2 the generator failed.
    """
    parser = argparse.ArgumentParser(description="Generate generated_client/fts_api.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail on any difference"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fts-generate-") as folder:
        fresh = Path(folder) / PACKAGE.name
        try:
            generate(SPEC, fresh)
        except GenerationError as error:
            print(error, file=sys.stderr)  # noqa: T201 - the output of this command
            return 2
        if options.check:
            return report(differences(PACKAGE, fresh))
        replace(PACKAGE, fresh)
    return 0


def generate(spec: Path, target: Path) -> None:
    """Generate the package.

    Args:
        spec: The OpenAPI document.
        target: Folder to make; its name becomes the package's.

    Raises:
        GenerationError: The document is not YAML, or the generator failed or warned, or it has left operations or classes
            out (it does that with no more than a warning, and in places without one).
    """
    # The generator reads YAML with a pure Python parser, which takes a third of its time; JSON it reads at once.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(spec.read_bytes(), Loader=loader)  # noqa: S506 - one of the two safe loaders
    except yaml.YAMLError as error:
        raise GenerationError(f"{spec} is not YAML: {error}") from error
    # The hooks call ruff by name: the one beside this interpreter is the pinned one. The hash seed is fixed lest
    # the order of a set should ever reach the output.
    tools = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONHASHSEED": "0",
    }
    with tempfile.TemporaryDirectory(prefix="fts-generate-") as folder:
        templates, source = Path(folder) / "templates", Path(folder) / "document.json"
        add_templates(templates)
        source.write_text(json.dumps(document), encoding="utf-8")
        command = [
            *(str(tools / "openapi-python-client"), "generate"),
            *("--path", str(source), "--config", str(CONFIG), "--output-path", str(target)),
            *("--meta", "none", "--fail-on-warning", "--custom-template-path", str(templates)),
        ]
        done = subprocess.run(  # noqa: S603 - a fixed program with fixed arguments
            command,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise GenerationError(f"openapi-python-client failed:\n{done.stdout}{done.stderr}")
    (target / MARKER).touch()
    wanted = count_operations(document)
    made = sum(1 for path in (target / "api").glob("*/*.py") if path.name != "__init__.py")
    if made != wanted:
        raise GenerationError(f"{made} endpoint modules were made for {wanted} operations")
    exported = (target / "models" / "__init__.py").read_text(encoding="utf-8")
    renamed = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["class_overrides"]
    absent = [
        name
        for name in object_schemas(document)
        if f'"{renamed.get(name, {}).get("class_name", name)}"' not in exported
    ]
    if absent:
        raise GenerationError(f"no class was made for {', '.join(absent)}")


def add_templates(folder: Path) -> None:
    """Gather the templates that replace those of the generator.

    Args:
        folder: Where to put them, with the generator's own template of unions under another name, which ours falls back on.

    Raises:
        GenerationError: A text to change is not in the generator's template.
    """
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    own = files("openapi_python_client").joinpath("templates")
    unions = "property_templates", "union_property.py.jinja"
    (folder / unions[0] / f"generators_{unions[1]}").write_text(
        own.joinpath(*unions).read_text(encoding="utf-8"), encoding="utf-8"
    )
    for name, changes in CHANGES.items():
        template = own.joinpath(name).read_text(encoding="utf-8")
        for old, new in changes.items():
            if old not in template:
                raise GenerationError(f"The generator's {name} has changed: no {old!r} in it")
            template = template.replace(old, new)
        (folder / name).write_text(template, encoding="utf-8")


def count_operations(document: dict[str, Any]) -> int:
    """Count the operations of an OpenAPI document."""
    return sum(1 for item in document["paths"].values() for key in item if key in METHODS)


def object_schemas(document: dict[str, Any]) -> list[str]:
    """List the named schemas that must become classes: objects, and combinations of them."""
    schemas: dict[str, dict[str, Any]] = document["components"]["schemas"]
    return [
        name
        for name, schema in schemas.items()
        if schema.get("type") == "object" or "allOf" in schema
    ]


def differences(old: Path, new: Path) -> list[str]:
    """Compare two folders byte for byte.

    Args:
        old: The folder as it is; caches of Python in it are not looked at.
        new: The folder as it should be.

    Returns:
        One line per file that is missing, superfluous or different; empty when there is none.
    """
    before, after = _files(old), _files(new)
    lines = [f"missing: {name}" for name in sorted(after.keys() - before.keys())]
    lines += [f"superfluous: {name}" for name in sorted(before.keys() - after.keys())]
    lines += [
        f"different: {name}"
        for name in sorted(before.keys() & after.keys())
        if before[name].read_bytes() != after[name].read_bytes()
    ]
    return lines


def _files(folder: Path) -> dict[str, Path]:
    return {
        str(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def report(lines: list[str]) -> int:
    """Print what differs and what to do.

    Args:
        lines: Differences.

    Returns:
        Exit code: 1 when there are any.
    """
    for line in lines:
        print(f"{PACKAGE.relative_to(ROOT)}: {line}", file=sys.stderr)  # noqa: T201 - output
    if lines:
        print("Run `make generate` and commit the result.", file=sys.stderr)  # noqa: T201 - output
    return 1 if lines else 0


def replace(old: Path, new: Path) -> None:
    """Put the new folder in the place of the old one, so that nothing superfluous stays."""
    if old.exists():
        shutil.rmtree(old)
    shutil.copytree(new, old)


if __name__ == "__main__":
    sys.exit(main())
