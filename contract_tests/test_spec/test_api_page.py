"""The reference page: it holds the whole document, and loads nothing."""

from __future__ import annotations

import copy
import html.parser
import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fts_contract import reference_page as module
from fts_contract.spec import load_spec, spec_path
from openapi import api_page
from openapi.api_page import RendererMissingError, render_page

METHODS = ("get", "put", "post", "delete")
LOADING = {"src", "href", "srcset", "data", "poster", "action", "background"}


class Page(html.parser.HTMLParser):
    """What a browser sees in a page: elements with their attributes, and the text of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag == "script"
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data

    def shown(self) -> dict[str, Any]:
        """The document that the page hands to Redoc."""
        call = self.scripts[-1].split("Redoc.init(", 1)[1]
        document: dict[str, Any] = json.JSONDecoder().raw_decode(call)[0]
        return document


@pytest.fixture(scope="module")
def text() -> str:
    return render_page(load_spec())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        item[method] for item in document["paths"].values() for method in METHODS if method in item
    ]


def small(**info: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Small", "version": "1", **info}, "paths": {}}


def test_page_shows_every_operation_by_its_name(text: str, page: Page) -> None:
    ids = {operation["operationId"] for operation in operations(load_spec())}
    shown = operations(page.shown())

    assert ids == {operation["operationId"] for operation in shown}
    assert all(f"`{one['operationId']}`" in one["description"] for one in shown)
    without_script = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert all(f"<code>{name}</code>" in without_script for name in ids)


def test_page_changes_nothing_but_texts_samples_and_chapters(page: Page) -> None:
    def bare(document: dict[str, Any]) -> dict[str, Any]:
        document = copy.deepcopy(document)
        for operation in operations(document):
            del operation["description"]
            operation.pop("x-codeSamples", None)
        for schema in document["components"]["schemas"].values():
            # What they refuse is said in words.
            for keyword in ("if", "then", "else"):
                schema.pop(keyword, None)
        document["tags"] = [tag for tag in document["tags"] if "x-traitTag" not in tag]
        for tag in document["tags"]:
            tag.pop("x-displayName", None)
        return document

    assert bare(page.shown()) == bare(json.loads(json.dumps(load_spec())))


def test_page_loads_nothing(text: str, page: Page) -> None:
    loading = [
        (tag, name)
        for tag, attributes in page.elements
        for name in attributes
        # A link loads nothing until somebody follows it.
        if name in LOADING and (tag, name) != ("a", "href")
    ]
    assert loading == []
    assert {"link", "iframe", "img", "object", "base"}.isdisjoint(tag for tag, _ in page.elements)
    assert "@import" not in text
    assert "cdn.redoc.ly" not in text
    assert "sourceMappingURL=redoc" not in text


def test_page_forbids_the_browser_to_load_anything(page: Page) -> None:
    policy = next(
        str(attributes["content"])
        for tag, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}

    assert rules["default-src"] == ["'none'"]
    assert {"'none'", "'unsafe-inline'", "blob:", "data:"} >= {
        source for sources in rules.values() for source in sources
    }
    # What is not inside the page is nowhere: the policy must come before the first script.
    names = [tag for tag, _ in page.elements]
    assert names.index("meta") < names.index("script")


def test_page_keeps_the_licences_of_the_script(page: Page) -> None:
    licences = page.scripts[0]

    assert "The MIT License (MIT)" in licences
    assert "ReDoc - OpenAPI/Swagger-generated API Reference Documentation" in licences
    assert "DOMPurify" in licences


def test_page_is_the_same_each_time_and_leaves_the_document_alone(text: str) -> None:
    before = json.dumps(load_spec())

    assert render_page(load_spec()) == text
    assert json.dumps(load_spec()) == before


def test_page_cannot_be_left_by_text_of_the_document() -> None:
    hostile = "</script><img src=x onerror=alert(1)><!--<script>"

    made = Page(render_page(small(title=hostile, description=hostile)))

    assert "img" not in {tag for tag, _ in made.elements}
    assert len(made.scripts) == 3
    assert made.shown()["info"]["description"] == hostile


def links(page: Page) -> list[str | None]:
    return [attributes.get("href") for tag, attributes in page.elements if tag == "a"]


def test_page_of_the_site_leads_back_to_it_and_to_the_document_beside_it() -> None:
    page = Page(render_page(load_spec(), site=True))

    assert links(page) == ["index.html", "fts-rest.yaml"]


def test_page_that_stands_alone_leads_to_the_project(page: Page) -> None:
    assert all(str(link).startswith("https://github.com/fts-client/") for link in links(page))


def test_name_of_an_operation_is_an_anchor(page: Page) -> None:
    text = page.scripts[-1].split("const anchors = ", 1)[1]
    anchors = json.JSONDecoder().raw_decode(text)[0]

    assert set(anchors) == {operation["operationId"] for operation in operations(load_spec())}
    assert anchors["submit_job"] == "tag/jobs/operation/submit_job"


def test_tags_are_shown_as_words(page: Page) -> None:
    names = [tag["x-displayName"] for tag in page.shown()["tags"] if "x-traitTag" not in tag]

    assert {"Jobs", "Data management", "Cloud storage", "OAuth2 provider"} <= set(names)
    assert [name for name in names if "_" in name or name.islower()] == []


def test_every_operation_has_samples_of_code(page: Page) -> None:
    for operation in operations(page.shown()):
        labels = [sample["label"] for sample in operation["x-codeSamples"]]
        assert labels == ["curl", "fts_client", "fts_api"]


def test_what_is_refused_in_combination_is_said_in_words(page: Page) -> None:
    (submit,) = (one for one in operations(page.shown()) if one["operationId"] == "submit_job")

    assert "- Overwriting at hops needs multihop." in submit["description"]


def test_page_follows_the_system_into_the_dark(text: str) -> None:
    assert "@media (prefers-color-scheme: dark)" in text
    assert 'matchMedia("(prefers-color-scheme: dark)")' in text


def test_leniencies_become_a_chapter_at_the_end() -> None:
    document = small() | {"x-fts-leniencies": {"boolean": {"description": "true\nfor 1."}}}

    chapter = Page(render_page(document)).shown()["tags"][-1]

    assert chapter["name"] == "Leniencies"
    assert "| `boolean` | true for 1. |" in chapter["description"]


def test_command_writes_the_page_and_the_document(tmp_path: Path) -> None:
    target = tmp_path / "site" / "api.html"

    assert api_page.main(["--output", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == render_page(load_spec(), site=True)
    assert (target.parent / "fts-rest.yaml").read_bytes() == spec_path().read_bytes()


def test_missing_renderer_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(api_page, "files", missing)

    with pytest.raises(
        RendererMissingError, match="pip install --no-deps drf-spectacular-sidecar"
    ):
        render_page(small())
    assert api_page.main(["--output", str(tmp_path / "api.html")]) == 2
    assert "drf-spectacular-sidecar" in capsys.readouterr().err
    assert not (tmp_path / "api.html").exists()


def test_another_redoc_that_might_load_its_logo_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api_page, "_LOGO", "https://cdn.example.org/new-logo.svg")

    with pytest.raises(RendererMissingError, match="another Redoc"):
        render_page(small())


def test_reference_page_of_a_checkout_is_rendered(text: str) -> None:
    assert module.reference_page() == text


def test_reference_page_of_a_wheel_is_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "api.html").write_text("<p>built</p>", encoding="utf-8")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "reference_page.py"))

    assert module.reference_page() == "<p>built</p>"


def test_reference_page_without_file_or_renderer_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__file__", str(tmp_path / "a" / "b" / "reference_page.py"))

    assert "built without it" in module.reference_page()
