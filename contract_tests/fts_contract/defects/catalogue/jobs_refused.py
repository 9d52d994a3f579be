"""Defects of submitting jobs: who may submit, and what is refused."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import as_another_caller, everybody_may, given, sent_json
from fts_contract.defects.seams import failing, on_call, status
from fts_contract.defects.stores import without_credential
from fts_contract.mock.errors import METHOD_NOT_ALLOWED, APIError, bad_request
from fts_contract.mock.exchange import JSON, Call, Reply, error_reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler, Seam

_HOUR: Final = 3600
_BELOW_RANGE: Final = 64


def _delegated(call: Call) -> Call:
    """Give a caller without credential, or with a short one, a long one for this request."""
    store = call.state.delegations
    known = store.get(call.identity.caller)
    if known is None or known.ends_at < call.now + _HOUR:
        store.store(call.identity.caller, proxy="", ends_at=call.now + 12 * _HOUR, attributes="")
        return attrs.evolve(call)
    return call


def _short_delegation(call: Call, carry_on: Handler) -> Reply:
    store, caller = call.state.delegations, call.identity.caller
    known = store.get(caller)
    if known is None or known.ends_at > call.now + _HOUR:
        return carry_on(call)
    reply = carry_on(_delegated(call))
    store.store(caller, proxy=known.proxy, ends_at=known.ends_at, attributes=known.attributes)
    return reply


def _accept(when: Callable[[dict[str, Any]], bool]) -> Seam:
    """Answer with a made-up job id where a submission must be refused."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status not in {400, 405}:
            return reply
        if (body := given(call)) and when(body):
            return json_reply({"job_id": call.state.new_job_id()})
        return reply

    return seam


def _sent_files(body: dict[str, Any]) -> list[dict[str, Any]]:
    files = body.get("files")
    return [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []


def _urls(body: dict[str, Any]) -> list[Any]:
    return [
        url
        for file in _sent_files(body)
        for name in ("sources", "destinations")
        for url in (file.get(name) if isinstance(file.get(name), list) else [])  # type: ignore[union-attr]
    ]


def _has_local_url(body: dict[str, Any]) -> bool:
    return any(isinstance(url, str) and url.startswith("file:") for url in _urls(body))


def _tags(body: dict[str, Any]) -> list[Any]:
    return [file.get("scitag") for file in _sent_files(body)]


def _refuse_last_tag(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status == 200 and 65535 in _tags(given(call)):  # noqa: PLR2004
        call.state.archive(json.loads(reply.body)["job_id"])
        return error_reply(APIError(400, "Invalid SciTag value"))
    return reply


def _any_type(call: Call) -> Call:
    if call.content_type.startswith(JSON) or call.method == "PUT":
        return call
    return attrs.evolve(call, headers={**call.headers, "content-type": JSON})


def _number_as_url(call: Call) -> bool:
    return any(not isinstance(url, str) for url in _urls(given(call)))


def _huge_size(call: Call) -> bool:
    sizes = [file.get("filesize") for file in _sent_files(given(call))]
    return any(isinstance(size, int | float) and abs(size) >= 2**31 for size in sizes)


def _utf_8_only(call: Call, carry_on: Handler) -> Reply:
    if not call.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return carry_on(call)
    return error_reply(bad_request("Badly formatted JSON request"))


def _replicas_without_hops(body: dict[str, Any]) -> None:
    sources = [file.get("sources") for file in _sent_files(body)]
    several = any(isinstance(urls, list) and len(urls) > 1 for urls in sources)
    if several and isinstance(body.get("params"), dict):
        body["params"].pop("multihop", None)


_submit_job = partial(defect_of, operation="submit_job", resource="jobs")
DEFECTS: Final = (
    _submit_job(
        "submit-without-delegation",
        "POST /jobs accepts jobs without a delegated credential; they fail hours later",
        "delegation-check",
        without_credential,
        with_operations=("delete_delegation",),
        only="delegation-removed",
    ),
    _submit_job(
        "submit-with-short-delegation",
        "POST /jobs accepts jobs when the delegated credential ends within the hour",
        "delegation-check",
        _short_delegation,
        with_operations=("set_delegation_credential",),
        only="delegation-round-trip",
    ),
    _submit_job(
        "submit-no-delegation-as-403",
        "POST /jobs answers 403 in place of 419: clients do not delegate again",
        "wrong-status",
        status(403, instead_of=419),
        with_operations=("delete_delegation",),
    ),
    _submit_job(
        "submit-empty-job-accepted",
        "POST /jobs accepts a job without files",
        "accepts-invalid",
        _accept(lambda body: body.get("files") == []),
    ),
    _submit_job(
        "submit-local-file-accepted",
        "POST /jobs accepts file: URLs, and thereby reads files of the server",
        "accepts-invalid",
        _accept(_has_local_url),
    ),
    _submit_job(
        "submit-deletion-accepted",
        "POST /jobs accepts deletion jobs, which nothing carries out any more",
        "accepts-invalid",
        _accept(lambda body: body.get("delete") is not None),
    ),
    _submit_job(
        "submit-two-overwrite-flags-accepted",
        "POST /jobs accepts overwrite and overwrite_on_retry together",
        "accepts-invalid",
        _accept(
            lambda body: (
                isinstance(body.get("params"), dict)
                and bool(
                    body["params"].get("overwrite") and body["params"].get("overwrite_on_retry")
                )
            )
        ),
    ),
    _submit_job(
        "submit-scitag-64-accepted",
        "POST /jobs accepts scitag 64, one below the range",
        "off-by-one",
        _accept(lambda body: _BELOW_RANGE in _tags(body)),
    ),
    _submit_job(
        "submit-scitag-65535-refused",
        "POST /jobs refuses the last scitag of the range",
        "off-by-one",
        _refuse_last_tag,
    ),
    _submit_job(
        "submit-any-content-type",
        "POST /jobs reads JSON whatever the content type says, so that any web page can submit",
        "accepts-invalid",
        on_call(_any_type),
    ),
    _submit_job(
        "submit-fails-on-number-as-url",
        "POST /jobs fails when a URL is a number",
        "server-error",
        failing(_number_as_url),
    ),
    _submit_job(
        "submit-fails-on-large-files",
        "POST /jobs fails on files of 2 GiB and more",
        "server-error",
        failing(_huge_size),
    ),
    _submit_job(
        "submit-for-anonymous",
        "POST /jobs accepts jobs without a certificate",
        "authorization-hole",
        as_another_caller(lambda call: _delegated(everybody_may("transfer")(call))),
    ),
    _submit_job(
        "submission-in-utf-16-refused",
        "POST /jobs answers 400 to JSON in UTF-16",
        "refuses-valid",
        _utf_8_only,
        with_operations=("submit_job_put", "get_jobs", "list_job_files"),
    ),
    _submit_job(
        "replicas-in-hops-accepted",
        "POST /jobs accepts replicas in a multihop job, and makes no hops",
        "accepts-invalid",
        sent_json(_replicas_without_hops),
        with_operations=("list_jobs", "list_files"),
        only="submission-rules",
    ),
    defect_of(
        "put-submission-refused",
        "PUT /jobs, which old clients use, is 405",
        "refuses-valid",
        lambda _call, _carry_on: error_reply(
            APIError(405, METHOD_NOT_ALLOWED, {"Allow": "GET, HEAD, OPTIONS, POST"})
        ),
        operation="submit_job_put",
        resource="jobs",
    ),
)
