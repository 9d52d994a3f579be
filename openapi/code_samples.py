"""Samples of code for the reference page: each operation with curl, with `fts_client` and with `fts_api`.

They are made from the examples of the document, so that what they send is what a real client sent.
"""

from __future__ import annotations

import json
import pprint
import shlex
import textwrap
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from openapi.examples import body_of, parameters_of, resolved

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["code_samples"]

SERVER = "https://fts.example.org:8446"
_JOB = "5c10000b-e6f5-11f1-9d01-02fc0000a001"
_PEM = "application/x-pem-file"
_FORM = "application/x-www-form-urlencoded"
_WIDEST = 88

WRAPPED = {
    "ban_dn": 'fts.ban_dn("/DC=org/DC=example/CN=bob", message="misbehaving")',
    "ban_se": 'fts.ban_se("davs://se.example.org", status="wait")',
    "cancel_all_jobs": "fts.cancel_all()",
    "cancel_job_files": f'fts.cancel_files("{_JOB}", [8872394856])',
    "cancel_jobs": f'fts.cancel_jobs(["{_JOB}"])',
    "cancel_vo_jobs": 'fts.cancel_all(vo_name="testvo")',
    "get_delegation": "fts.delegation_info()",
    "get_delegation_request": "fts.delegate()  # asks for the request, signs it and hands the proxy over",
    "get_jobs": f'fts.get_job("{_JOB}")',
    "get_se_config": 'fts.get_se_config("davs://se.example.org")',
    "get_server_info": "fts.server_info()",
    "list_banned_dn": "fts.list_banned_dn()",
    "list_banned_se": "fts.list_banned_se()",
    "list_files": 'fts.list_files(dest_se="davs://se.example.org")',
    "list_job_files": f'fts.list_job_files("{_JOB}")',
    "list_jobs": 'fts.list_jobs(state_in=["SUBMITTED", "ACTIVE"])',
    "modify_jobs": f'fts.modify_jobs(["{_JOB}"], priority=5)',
    "set_delegation_credential": "fts.delegate()  # asks for the request, signs it and hands the proxy over",
    "set_se_config": 'fts.set_se_config({"davs://se.example.org": {"se_info": {"ipv6": 1}}})',
    "submit_job": 'fts.submit(Job([Transfer("davs://a.example.org/f", "davs://b.example.org/f")]))',
    "unban_dn": 'fts.unban_dn("/DC=org/DC=example/CN=bob")',
    "unban_se": 'fts.unban_se("davs://se.example.org")',
    "whoami": "fts.whoami()",
}
"""Operations that have a method of their own in `fts_client`, with a call of it."""


def code_samples(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Write the samples of an operation, in the form of the extension `x-codeSamples`.

    Args:
        document: The API document.
        path: Path of the operation.
        method: Its method.
        operation: The operation, with the parameters of its path among its own.
    """
    return [
        {"lang": "Shell", "label": "curl", "source": _curl(document, path, method, operation)},
        {"lang": "Python", "label": "fts_client", "source": _client(document, operation)},
        {"lang": "Python", "label": "fts_api", "source": _api(document, operation)},
    ]


def _curl(
    document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]
) -> str:
    query = {}
    for place, name, value in parameters_of(document, operation):
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value), safe=","))
        else:
            query[name] = value
    url = f"{SERVER}{path}" + (f"?{urlencode(query)}" if query else "")
    lines = [
        "curl --cert $X509_USER_PROXY --key $X509_USER_PROXY",
        "--capath /etc/grid-security/certificates",
        "--header 'Accept: application/json'",
    ]
    if method != "get":
        lines.append(f"--request {method.upper()}")
    if (body := body_of(operation)) is not None:
        media_type, example = body
        lines.append(f"--header 'Content-Type: {media_type}'")
        if media_type == _PEM:
            lines.append("--data-binary @proxy.pem")
        else:
            text = urlencode(example) if media_type == _FORM else json.dumps(example, indent=2)
            lines.append(f"--data {shlex.quote(text)}")
    return " \\\n  ".join([*lines, shlex.quote(url)])


def _client(document: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    call = WRAPPED.get(operation["operationId"])
    if call is None:
        head, call = _generated_call(document, operation, client="fts.raw")
        return f"{head}from fts_client import FTSClient\n\n{_with_client(call)}"
    names = "FTSClient, Job, Transfer" if "Job(" in call else "FTSClient"
    code, _, comment = call.partition("  # ")
    return f"from fts_client import {names}\n\n{_with_client(code, comment)}"


def _with_client(call: str, comment: str = "") -> str:
    remark = f"    # It {comment}.\n" if comment else ""
    printed = textwrap.indent(f"print({call})", "    ")
    return f'with FTSClient("{SERVER}") as fts:\n{remark}{printed}'


def _api(document: Mapping[str, Any], operation: Mapping[str, Any]) -> str:
    head, call = _generated_call(document, operation, client="client")
    return f"""import ssl

from fts_api import Client
{head}
tls = ssl.create_default_context(capath="/etc/grid-security/certificates")
tls.load_cert_chain("/tmp/x509up_u1000")
json = {{"Accept": "application/json"}}
with Client(base_url="{SERVER}", verify_ssl=tls, headers=json) as client:
{textwrap.indent(f"print({call})", "    ")}"""


def _generated_call(
    document: Mapping[str, Any], operation: Mapping[str, Any], *, client: str
) -> tuple[str, str]:
    """Give the imports and the call of a function of `fts_api`."""
    name, tag = operation["operationId"], operation["tags"][0]
    imports = [f"from fts_api.api.{tag} import {name}"]
    parameters = list(parameters_of(document, operation))
    arguments = [
        *(repr(value) for place, _, value in parameters if place == "path"),
        f"client={client}",
        *(f"{key}={value!r}" for place, key, value in parameters if place != "path"),
    ]
    if (body := body_of(operation)) is not None:
        media_type, example = body
        if media_type == _PEM:
            imports.append("from fts_api.types import File")
            arguments.append('body=File(payload=open("proxy.pem", "rb"))')
        else:
            media = operation["requestBody"]["content"][media_type]
            arguments.append(f"body={_body(document, media, example, imports)}")
    one = f"{name}.sync({', '.join(arguments)})"
    if "\n" in one or len(one) > _WIDEST:
        inner = "".join(f"{textwrap.indent(argument, '    ')},\n" for argument in arguments)
        one = f"{name}.sync(\n{inner})"
    return "\n".join(imports) + "\n", one


def _body(
    document: Mapping[str, Any], media: Mapping[str, Any], example: Any, imports: list[str]
) -> str:
    text = pprint.pformat(example, width=80, sort_dicts=False)
    model = media["schema"].get("$ref", "").rpartition("/")[2]
    if resolved(document, media["schema"]).get("type") != "object":
        return text
    imports.append(f"from fts_api.models import {model}")
    return f"{model}.from_dict(\n{textwrap.indent(text, '    ')}\n)"
