"""Plays about the exact form of what users hand in: every text and number, in every view, near the limits, and in long bodies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["CHECKSUMS", "EXACT", "SHAPES", "WORDS"]

# fmt: off
# One step a line.

_JSON: Final = {"Content-Type": "application/json"}
WORDS: Final = ("007", "0", "-0", "1e5", "1E5", "1.0", "1.50", "+1", "0x1F", "1_000", "true", "True", "false", "null", "None", "NaN", "Infinity", "undefined", "yes", "[]", "{}",
    '"quoted"', "[1]", '{"a": 1}', "", " ", "x ", " x", "2026-11-30T10:00:00", "2026-11-30 10:00:00Z", "9007199254740993", "12345678901", "a" * 200, "ABCdef", "abcDEF", "a,b", "a=b&c", "+", "é")
"""Texts that a careless server reads as something else, or changes."""
NUMBERS: Final = (0, 1, 1.0, -0.0, 0.1, 1e-7, 1.10, 1e22, 1e300, 5e-324, 123456789.12345678, 2**31, 2**53 + 1, 2**63, 2**64 + 1, -(2**63), 10**40, True, False, None)
SHAPES: Final[tuple[Any, ...]] = (
    {}, [], [[]], [{}], {"": ""}, {" ": 1}, {"a": 1, "A": 2}, {"b": 1, "a": 2, "c": {"z": 1, "y": 2}}, {"null": None}, [None, None], [1, 1.0, "1", True], {"files": []}, {"label": "x"},
    {"auth_method": "none"}, {"1": 1, "01": 2, "1.0": 3}, {"a.b": {"c/d": 1}}, [[[[[[[[[[1]]]]]]]]]], {"a": {"a": {"a": {"a": {"a": {"a": {"a": {}}}}}}}}, ["", " ", "\\n", "\\u00e9", "\n\t"])
"""Lists and objects that a careless server simplifies."""
CHECKSUMS: Final = (
    "ADLER32:00000001", "ADLER32:0000000a", "adler32:0000000A", "ADLER32:1", "ADLER32:", "ADLER32", "adler32", "md5:00ABCdef00", "MD5:0", "sha1:0e1", "crc32:1e5", "007", "1e5", "x:y:z", ":0", "::",
    "ADLER32:1234abcd ", " ADLER32:1", "true", "null", "adler32:0x1f", "a" * 100)
"""Texts of the form of checksums, and others."""
_NO_JSON: Final = ("1E400", "NaN", "Infinity", "-Infinity")
_COLUMNS: Final = "file_id,checksum,activity,user_filesize,file_metadata,staging_metadata,archive_metadata,source_surl,dest_surl,source_se,dest_se,selection_strategy,scitag,file_index,hashed_id"


def views(s: Script, name: str) -> None:
    """Read a job in every view that shows what was handed in, also in the answers to changes."""
    s.get("user", f"/jobs/{{{name}}}", files=_COLUMNS)
    s.get("user", f"/jobs/{{{name}}},{{{name}}}")
    s.get("user", f"/jobs/{{{name}}}/files")
    for field in ("job_metadata", "internal_job_params", "target_qos", "source_se", "dest_se"):
        s.get("user", f"/jobs/{{{name}}}/{field}")
    s.get("user", "/jobs", limit=2, state_in="SUBMITTED,READY,ACTIVE,STAGING", fields="job_id,job_metadata,files,priority,source_se,dest_se")
    s.get("user", "/jobs", source_se=s.storage(f"{name}-a"))
    s.get("user", "/files", source_se=s.storage(f"{name}-a"))
    s.get("user", f"/jobs/{{{name}}}/files/{{{name}.0}}/retries")
    s.post("user", f"/jobs/{{{name}}}", {"params": {"priority": 4}})
    s.delete("user", f"/jobs/{{{name}}}")
    s.get("user", f"/jobs/{{{name}}}/files")


def _sent(s: Script, file: dict[str, Any], params: dict[str, Any]) -> None:
    """Submit a job, and read it with its file."""
    s.post("user", "/jobs", {"files": [file], "params": params}, sent="job_id")
    s.get("user", "/jobs/{sent}", files=_COLUMNS)


def exact_metadata(s: Script) -> None:
    """Texts, numbers and objects in metadata come back exactly as they were sent, in every view."""
    odd = (*WORDS, *NUMBERS, *SHAPES)
    s.submit("kept", *(s.file("kept", metadata={"v": value}, staging_metadata={"v": value}, archive_metadata={"v": value}) for value in odd),
        job_metadata={"words": WORDS, "numbers": NUMBERS, "shapes": SHAPES[:6]})
    views(s, "kept")
    # Failed attempts show the file once more.
    s.submit("again", s.file("again", takes=1, metadata={"v": [*NUMBERS, "007"]}, checksum="ADLER32:00000001"), retry=2, retry_delay=1)
    for value in odd:
        for fields, params in (({"metadata": value, "activity": value}, {"job_metadata": value}), ({"staging_metadata": value, "archive_metadata": value}, {})):
            _sent(s, s.file("whole") | fields, params)
    for key in WORDS:
        _sent(s, s.file("keys", metadata={key: key}), {"job_metadata": {key: 1, key.upper(): 2}})


def exact_fields(s: Script) -> None:
    """Checksums, activities, sizes, storages and URLs of files come back exactly as they were sent, in every view."""
    s.submit("sums", *(s.file("sums", checksum=text) for text in CHECKSUMS))
    views(s, "sums")
    s.submit("acts", *(s.file("acts", activity=text) for text in WORDS if text))
    views(s, "acts")
    s.submit("sizes", *(s.file("sizes", filesize=size) for size in (0, 1, 1.0, 1.4, 1.6, 2**31, 2**32, 2**53, 2**53 + 1, 2**62, None)), *(s.file("sizes", scitag=tag) for tag in (65, 66, 65535, None)))
    views(s, "sizes")
    for field, values in (("source_spacetoken", WORDS[::5]), ("destination_spacetoken", WORDS[::5]), ("target_qos", WORDS), ("credential", WORDS[::5]),
        ("nostreams", NUMBERS), ("timeout", NUMBERS), ("buffer_size", NUMBERS), ("priority", NUMBERS), ("retry_delay", NUMBERS), ("retry", NUMBERS), ("retry", WORDS[:10]),
        ("priority", WORDS[:10]), ("bring_online", WORDS[:10]), ("max_time_in_queue", (*WORDS[:10], "1s", "60s", "1m", "1h", "1H", "1d", "1h30m", "1 h", "1.5h", "-1h", "h", 1, 24, 1.0))):
        for value in values:
            _sent(s, s.file("param"), {field: value})
    host = f"{MARK}-exact"
    for url in (f"davs://{host}", f"davs://{host}/", f"davs://{host}//", f"davs://{host}:443/f", f"https://{host}:443/f", f"root://{host}:1094//f", f"root://{host}:01094//f", f"davs://{host}:/f",
        f"davs://{host}:0/f", f"davs://{host}:65536/f", f"davs://{host}./f", f"DAVS://{host.upper()}/F", f"davs://{host}/f?", f"davs://{host}/f#", f"davs://{host}/f?a=b+c%20d&e=%2B",
        f"davs://{host}/f;v=1", f"davs://{host}/%7Ef", f"davs://{host}/%7ef", f"davs://{host}/%2E%2E/f", f"davs://{host}/./f/", f"davs://{host}/f ", f"davs://{host}/f\t", f"davs://u@{host}/f",
        f"davs://{host}/{'d/' * 300}", f"davs://{host}/0", f"davs://{host}/null", f"s3://{host}:9000/b/k", f"gsiftp://{host}:2811//f", f"srm://{host}:8446/srm/managerv2?SFN=/f", f"davs+x://{host}/f"):
        s.submit("exact-url", {"sources": [url], "destinations": [f"davs://{host}-to/f"]}, {"sources": [f"davs://{host}-to/g"], "destinations": [url]})
        s.get("user", "/jobs/{exact-url}", files="source_surl,dest_surl,source_se,dest_se")
        s.get("user", "/files", dest_surl=url)
        s.get("user", "/files", source_se=f"davs://{host}")


def raw_json(s: Script) -> None:
    """JSON that readers understand in different ways: repeated and similar keys, odd numbers, escapes, deep nesting."""
    file = json.dumps(s.file("raw"))
    nested = "[" * 40 + "]" * 40
    for value in ("1e5", "-0", "-0.0", "1E400", "1.0", "1.50", "12345678901234567890", "0.1e1", "NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "'x'", '"\\u00e9"', '"\\ud83d\\ude00"',
        '"\\ud800"', '"\\/"', '"\\u0000"', '"\x01"', '"\\x"', "[1,]", '{"a": 1,}', '{"a": 1, "a": 2}', '{"a": {"b": 1}, "a": {"c": 2}}', "nul", "/* x */ 1", nested, "[" * 2000 + "]" * 2000, '{"a":' * 120 + "1" + "}" * 120):
        for body in (f'{{"files": [{file}], "params": {{"job_metadata": {{"v": {value}}}}}}}', f'{{"files": [{file[:-1]}, "metadata": {{"v": {value}}}}}]}}', f'{{"files": [{file}], "params": {{"priority": {value}}}}}'):
            if value in _NO_JSON and "priority" not in body:
                continue  # If they are accepted, the lists that show them are not JSON.
            s.ask("user", "POST", "/jobs", data=body.encode(), headers=_JSON, keep={"raw": "job_id"})
            s.get("user", "/jobs/{raw}", files="file_metadata,priority")
            s.delete("user", "/jobs/{raw}")
    for params in ('"priority": 1, "priority": 5', '"Priority": 5', '"PRIORITY": 1, "priority": 2', '"priority ": 5', '"\\u0070riority": 5', '"retry": 1, "retry": null', '"priority": "1", "overwrite": "false"'):
        s.ask("user", "POST", "/jobs", data=f'{{"files": [{file}], "params": {{{params}}}}}'.encode(), headers=_JSON, keep={"raw": "job_id"})
        s.get("user", "/jobs/{raw}")
        s.ask("user", "POST", "/jobs/{raw}", data=f'{{"params": {{{params}}}}}'.encode(), headers=_JSON)
        s.delete("user", "/jobs/{raw}")
    for body in (f'{{"Files": [{file}]}}', f'{{"files": [{file}], "Params": {{"priority": 5}}}}', f'{{"files": [{file}], "params": {{"priority": 5}}, "params": {{}}}}', f'{{"params": {{}}, "files": [{file}, {file}]}}', f'[{{"files": [{file}]}}]',
        f'{{"files": [{file}]}}{{"files": []}}', f'{{"files": [{file}]}}x', f'\n\n{{"files"\n:[{file}]}}\n', f'\x00{{"files": [{file}]}}', file):
        s.ask("user", "PUT", "/jobs", data=body.encode(), headers=_JSON, keep={"raw": "job_id"})
        s.get("user", "/jobs/{raw}", files="file_index,source_surl")
        s.delete("user", "/jobs/{raw}")


def lengths(s: Script) -> None:
    """Texts just below, at and above what a column holds, in every field."""
    url, dn = f"mock://{MARK}-len.example.org", f"/DC=org/DC=example/CN={MARK} "
    fields: tuple[tuple[str, Any, str, str, tuple[int, ...]], ...] = (
        ("/config/links", {"symbolicname": f"{MARK}-len", "source": url}, "destination", f"/config/links/{MARK}-len", (150,)),
        ("/config/links", {"source": url, "destination": url}, "symbolicname", "", (150,)), ("/config/global", {"retry": 1}, "vo_name", "/config/global?vo_name=", (100,)),
        ("/config/activity_shares", {"share": {"a": 1}}, "vo", "/config/activity_shares/", (100,)), ("/config/cloud_storage", {}, "storage_name", "/config/cloud_storage/", (150,)),
        ("/config/cloud_storage", {"storage_name": f"{MARK}-len"}, "app_key", f"/config/cloud_storage/{MARK}-len", (255,)), ("/config/cloud_storage", {"storage_name": f"{MARK}-len"}, "service_api_url", f"/config/cloud_storage/{MARK}-len", (1024,)),
        ("/config/authorize", {"operation": "transfer"}, "dn", "/config/authorize?dn=", (255,)), ("/config/authorize", {"dn": f"{dn}len"}, "operation", f"/config/authorize?dn={dn}len", (64,)),
        ("/ban/se", {}, "storage", "/ban/se?storage=", (150, 255)), ("/ban/se", {"storage": url}, "message", f"/ban/se?storage={url}", (255, 256)),
        ("/ban/dn", {}, "user_dn", "/ban/dn?user_dn=", (150, 255)), ("/ban/dn", {"user_dn": f"{dn}len"}, "message", f"/ban/dn?user_dn={dn}len", (255, 256)))
    for path, body, field, remove, limits in fields:
        start = {"dn": dn, "user_dn": dn, "storage": f"{url}/"}.get(field, f"{MARK}-")
        for size in (size + more for size in limits for more in (-1, 0, 1)):
            text = start + "x" * (size - len(start))
            s.post("administrator", path, body | {field: text})
            s.get("administrator", path)
            target = remove if remove and remove[-1] not in "=/" else f"{remove or '/config/links/'}{text}"
            s.delete("administrator", target)
            s.get("administrator", path)
    for field, limits in (("activity", (255,)), ("checksum", (100,)), ("selection_strategy", (32,))):
        for size in (size + more for size in limits for more in (-1, 0, 1)):
            for letter in "xé":
                _sent(s, s.file("len") | {field: letter * size}, {})
    for field, size in (("target_qos", 255), ("source_spacetoken", 255), ("destination_spacetoken", 255), ("credential", 255), ("sid", 255)):
        for length in (size - 1, size, size + 1):
            _sent(s, s.file("len"), {field: "x" * length})
    for size in (254, 255, 256, 899, 900, 1023, 1024, 1099, 1100, 1101, 2000):
        long = "x" * (size - len(url) - 1)
        for pair in ((f"{url}/{long}", f"{url}/f"), (f"{url}/f", f"{url}/{long}")):
            s.submit("len", {"sources": [pair[0]], "destinations": [pair[1]]})
            s.get("user", "/jobs/{len}/files")
            s.get("user", "/files", dest_surl=pair[1])
            s.delete("user", "/jobs/{len}")


def large_bodies(s: Script) -> None:
    """Bodies just below and above 16 KiB, 64 KiB, 128 KiB and 1 MiB."""
    job = json.dumps({"files": [s.file("big")], "params": {"priority": 4}}).encode()
    # Not those of an optimizer row, a drain or a forced start, which affect others.
    others: tuple[tuple[str, str, Any], ...] = (
        ("user", "/jobs/{big}", {"params": {"priority": 2}}), ("administrator", "/config/links", {"symbolicname": f"{MARK}-big", "source": f"mock://{MARK}-big", "destination": f"mock://{MARK}-big"}),
        ("administrator", "/ban/dn", {"user_dn": f"/DC=org/DC=example/CN={MARK} big"}), ("administrator", "/ban/se", {"storage": f"mock://{MARK}-big"}), ("administrator", "/config/se", {f"mock://{MARK}-big": {"se_info": {"site": "x"}}}),
        ("administrator", "/config/activity_shares", {"vo": f"{MARK}-big", "share": {"a": 1}}), ("administrator", "/config/cloud_storage", {"storage_name": f"{MARK}-big"}),
        ("administrator", "/config/global", {"vo_name": f"{MARK}-big"}), ("user", "/dm/unlink", {"surl": f"mock://{MARK}-big/f"}), ("user", "/delegation/{dlg}/voms", ["nothing"]), ("user", "/delegation/{dlg}/credential", "x"))
    s.ask("user", "GET", "/whoami", keep={"dlg": "delegation_id"})
    for size in (8192, 16_384, 65_535, 65_536, 65_537, 131_073, 262_145, 1_048_575, 1_048_577):
        for method in ("POST", "PUT"):
            s.ask("user", method, "/jobs", data=job.ljust(size), headers=_JSON, keep={"big": "job_id"})
            s.get("user", "/jobs/{big}", files="source_surl")
        if size in {65_537, 1_048_577}:
            for who, path, body in others:
                s.ask(who, "POST", path, data=json.dumps(body).encode().ljust(size), headers=_JSON)
            s.get("user", "/jobs/{big}/priority")
    for target in (f"/config/links/{MARK}-big", f"/ban/dn?user_dn=/DC=org/DC=example/CN={MARK}%20big", f"/ban/se?storage=mock://{MARK}-big", f"/config/se?se=mock://{MARK}-big",
        f"/config/activity_shares/{MARK}-big", f"/config/cloud_storage/{MARK}-big", f"/config/global?vo_name={MARK}-big"):
        s.delete("administrator", target)


def many_of_everything(s: Script) -> None:
    """Jobs of hundreds of files and of replicas, long lists of jobs in a path, and long lists in filters."""
    for number in (99, 101, 199, 256, 300, 501):
        s.submit("many", *(s.file(f"many{n % 7}", filesize=n) for n in range(number)))
        s.get("user", "/jobs/{many}", files="file_id,file_index,user_filesize,hashed_id")
        s.get("user", "/jobs/{many}/files/" + ",".join(f"{{many.{n}}}" for n in (0, number // 2, number - 1)) + "/retries")
        s.delete("user", "/jobs/{many}/files/" + ",".join(f"{{many.{n}}}" for n in range(0, number, 3)))
        s.get("user", "/jobs/{many}", files="file_state,reason")
        s.post("user", "/jobs/{many}", {"params": {"priority": 2}})
        s.delete("user", "/jobs/{many}")
        s.get("user", "/jobs/{many}", files="file_state,reason,finish_time")
    source = s.storage("wide")
    for number in (20, 60, 101):
        s.submit("wide", {"sources": [f"{source}{n}/f" for n in range(number)], "destinations": [f"{source}-to/f"]})
        s.get("user", "/jobs/{wide}", files="file_index,file_state,source_se")
        s.delete("user", "/jobs/{wide}")
    for number in (5, 40, 90):
        ids = []
        for count in range(number):
            s.ask("user", "POST", "/jobs", {"files": [s.file("ids")]}, keep={f"id{count}": "job_id"})
            ids.append(f"{{id{count}}}")
        for tail in ({}, {"files": "file_id,priority"}):
            s.get("user", f"/jobs/{','.join(ids)}", **tail)
        s.post("user", f"/jobs/{','.join(ids)}", {"params": {"priority": 5}})
        s.get("user", "/jobs", limit=number)
        s.delete("user", f"/jobs/{','.join(ids)}")
    for number in (10, 100, 300):
        for name, value in (("state_in", "ACTIVE"), ("fields", "job_id")):
            s.get("user", "/jobs", **{name: ",".join([*[f"X{n}" for n in range(number)], value])})
        s.get("user", "/jobs/{many}", files=",".join([*["nothing"] * number, "file_id"]))


EXACT = plays_of(exact_metadata, exact_fields, raw_json, lengths, large_bodies, many_of_everything)
