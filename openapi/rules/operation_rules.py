"""Operations: names, tags, prose, who may call them, and which answers they document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openapi.rules.rule import Found, rule

if TYPE_CHECKING:
    from openapi.rules.document import Document

VERBS = (
    "get",
    "list",
    "submit",
    "modify",
    "cancel",
    "set",
    "delete",
    "add",
    "remove",
    "ban",
    "unban",
    "start",
    "make",
    "rename",
    "unlink",
    "stat",
    "complete",
)
TAGS = (
    "jobs",
    "delegation",
    "files",
    "archive",
    "config",
    "banning",
    "optimizer",
    "datamanagement",
    "autocomplete",
    "server",
    "cloud_storage",
    "oauth2",
)
LEVELS = ("none", "transfer", "config", "admin", "datamanagement", "root")

_OPERATION_ID = re.compile(rf"(?:{'|'.join(VERBS)})(?:_[a-z0-9]+)+|whoami")
_STATUS = re.compile(r"[1-5](?:\d\d|XX)|default")


@rule("operation-id")
def operation_id(document: Document) -> Found:
    """The operationId is `verb_noun` in snake_case with a verb of the list (`whoami` is the one exception)."""
    for operation in document.operations():
        name = operation.data.get("operationId")
        if name is None:
            yield operation.pointer, "operationId is missing"
        elif not _OPERATION_ID.fullmatch(str(name)):
            yield f"{operation.pointer}/operationId", f"{name}: not verb_noun with a known verb"


@rule("operation-id-unique")
def operation_id_unique(document: Document) -> Found:
    """No operationId is used twice: the generator would overwrite the first module."""
    seen: dict[str, str] = {}
    for operation in document.operations():
        if operation.name in seen:
            yield (
                f"{operation.pointer}/operationId",
                f"{operation.name} is also that of {seen[operation.name]}",
            )
        seen[operation.name] = f"{operation.method.upper()} {operation.path}"


@rule("operation-tag")
def operation_tag(document: Document) -> Found:
    """An operation has exactly one tag of the list: the tag is the module of the generated client."""
    for operation in document.operations():
        tags = operation.data.get("tags", [])
        if len(tags) != 1:
            yield operation.pointer, f"{len(tags)} tags, exactly one is wanted"
        elif tags[0] not in TAGS:
            yield f"{operation.pointer}/tags/0", f"{tags[0]} is not in the list of tags"


@rule("tags-declared")
def tags_declared(document: Document) -> Found:
    """The tags in use are declared at the top, in menu order, each with a description."""
    declared = [tag.get("name") for tag in document.data.get("tags", ())]
    used = {tag for operation in document.operations() for tag in operation.data.get("tags", ())}
    for name in sorted(used.difference(declared)):
        yield "/tags", f"{name} is used and not declared"
    for index, tag in enumerate(document.data.get("tags", ())):
        if not tag.get("description"):
            yield f"/tags/{index}", f"{tag.get('name')} has no description"
    known = [name for name in declared if name in TAGS]
    if known != sorted(known, key=TAGS.index):
        yield "/tags", "not in menu order: " + ", ".join(TAGS)


@rule("operation-summary")
def operation_summary(document: Document) -> Found:
    """An operation has a summary of one line without a full stop."""
    for operation in document.operations():
        summary = operation.data.get("summary", "")
        if not summary:
            yield operation.pointer, "summary is missing"
        elif "\n" in summary.strip() or summary.rstrip().endswith("."):
            yield f"{operation.pointer}/summary", "one line without a full stop is wanted"


@rule("operation-description")
def operation_description(document: Document) -> Found:
    """An operation has a description that says more than its summary."""
    for operation in document.operations():
        text = operation.data.get("description", "").strip()
        if not text or text == operation.data.get("summary", "").strip():
            yield operation.pointer, "description is missing, or only repeats the summary"


@rule("operation-level")
def operation_level(document: Document) -> Found:
    """An operation says who may call it: x-fts-level, and x-fts-certificate where a token is not enough."""
    for operation in document.operations():
        level = operation.data.get("x-fts-level")
        if level not in LEVELS:
            yield (
                operation.pointer,
                f"x-fts-level is {level}, wanted is one of {', '.join(LEVELS)}",
            )
        if not isinstance(operation.data.get("x-fts-certificate", False), bool):
            yield f"{operation.pointer}/x-fts-certificate", "true or false is wanted"


@rule("security-global")
def security_global(document: Document) -> Found:
    """Security is declared globally; an operation open to anybody says `security: []`, others say nothing."""
    if not document.data.get("security"):
        yield "", "global security is missing"
    for operation in document.operations():
        public = operation.data.get("x-fts-level") == "none" and not operation.data.get(
            "x-fts-certificate"
        )
        if "security" not in operation.data:
            continue
        if operation.data["security"] != []:
            yield f"{operation.pointer}/security", "the generator would demand a token for it"
        elif not public:
            yield f"{operation.pointer}/security", "not open to anybody: see x-fts-level"


@rule("status-form")
def status_form(document: Document) -> Found:
    """Statuses are three digits, a class such as 4XX, or default: the generator drops `4xx`."""
    for operation in document.operations():
        for status in operation.data.get("responses", {}):
            if not _STATUS.fullmatch(str(status)):
                yield f"{operation.pointer}/responses/{status}", f"{status} is not a status"


@rule("success-documented")
def success_documented(document: Document) -> Found:
    """An operation documents at least one answer below 400."""
    for operation in document.operations():
        if not any(str(status)[0] in "123" for status in operation.data.get("responses", {})):
            yield f"{operation.pointer}/responses", "no answer below 400 is documented"


@rule("error-shared")
def error_shared(document: Document) -> Found:
    """Error answers are references to components/responses, so that each is described once."""
    for operation in document.operations():
        for status, answer in operation.data.get("responses", {}).items():
            shared = str(answer.get("$ref", "")).startswith("#/components/responses/")
            if (str(status)[0] in "45" or status == "default") and not shared:
                yield f"{operation.pointer}/responses/{status}", f"{status} is written out here"


@rule("json-first")
def json_first(document: Document) -> Found:
    """JSON stands before other content types: the generator reads only the first."""
    for pointer in {media.rpartition("/")[0] for media, _, _ in document.media_types()}:
        names = list(document.follow(pointer)[1])
        if "application/json" in names[1:]:
            yield pointer, "application/json must come first"


@rule("one-request-type")
def one_request_type(document: Document) -> Found:
    """A request body has one content type: for two the generated module cannot be imported."""
    for operation in document.operations():
        if "requestBody" in operation.data:
            pointer, body = document.follow(f"{operation.pointer}/requestBody")
            if len(body.get("content", {})) != 1:
                yield pointer, f"{len(body.get('content', {}))} content types"
