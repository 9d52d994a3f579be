"""Plays about what can be submitted, and what is stored of it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import TEXTS
from fts_contract.compare.servers.side import ROLES

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["SUBMITTING"]

# fmt: off
# One step a line.

_JSON: Final = "application/json"


def by_everybody(s: Script) -> None:
    """Everybody submits a job, and everybody reads it."""
    for owner in ROLES:
        s.submit(f"of-{owner}", s.file(f"of-{owner}"), s.file("other"), by=owner)
        for who in ROLES:
            s.get(who, f"/jobs/{{of-{owner}}}")
            s.get(who, f"/jobs/{{of-{owner}}}/files")
            s.get(who, f"/jobs/{{of-{owner}}}/vo_name")
            s.get(who, f"/jobs/{{of-{owner}}}/files/{{of-{owner}.0}}/retries")
    for who in ROLES:
        s.get(who, "/jobs/" + ",".join(f"{{of-{owner}}}" for owner in ROLES))
        s.get(who, "/jobs")
        s.get(who, "/files")


def everything_given(s: Script) -> None:
    """A job with every field, by POST and PUT."""
    whole: dict[str, Any] = {"verify_checksum": "both", "overwrite": True, "priority": 5, "retry": 3, "retry_delay": 60,
        "max_time_in_queue": 12, "timeout": 3000, "nostreams": 4, "buffer_size": 65536,
        "strict_copy": True, "disable_cleanup": True, "ipv6": True, "s3alternate": True,
        "dst_file_report": True, "bring_online": 3600, "copy_pin_lifetime": 7200,
        "archive_timeout": 86400, "job_metadata": {"a": [1, {"b": None}], "é": "ü"},
        "source_spacetoken": "HERE", "destination_spacetoken": "THERE", "credential": "x"}
    file = s.file("whole", checksum="ADLER32:1234abcd", filesize=2**53 + 1, metadata={"m": [1.5, "x", 2**53 + 1], "é": "日"},
        staging_metadata={"s": 1}, archive_metadata={"r": 2}, activity="Production", scitag=70, selection_strategy="orderly", priority=1)
    for method in ("POST", "PUT"):
        s.submit("whole", file, file, method=method, **whole)
        s.look("whole")
        for field in (*whole, "internal_job_params", "submit_host", "cred_id", "user_dn", "nothing"):
            s.get("user", f"/jobs/{{whole}}/{field}")
        s.get("user", "/jobs/{whole}", files="file_id,source_surl,checksum,nothing")
        s.delete("user", "/jobs/{whole}")


def odd_texts(s: Script) -> None:
    """Texts with quotes, percent signs and characters of other languages come back as they were sent."""
    for number, text in enumerate(TEXTS):
        name = f"odd{number}"
        s.submit(name, {"sources": [f"davs://fts-contract-o/{text}?q={text}"], "destinations": [f"davs://fts-contract-p/{text}#{text}"],
            "activity": text, "checksum": f"md5:{text}", "metadata": {text: text}},
            job_metadata={text: text}, target_qos=text if number % 5 == 0 else None)
        s.get("user", f"/jobs/{{{name}}}")
        s.get("user", f"/jobs/{{{name}}}/job_metadata")
        s.get("user", "/files", dest_surl=f"davs://fts-contract-p/{text}#{text}")
    # Metadata hold texts that the other columns cannot.
    s.submit("odd-metadata", *(s.file("odd", metadata={text: text}, staging_metadata={"text": text}) for text in TEXTS), job_metadata={"texts": list(TEXTS)})
    s.get("user", "/jobs/{odd-metadata}")
    s.get("user", "/jobs/{odd-metadata}/job_metadata")
    s.delete("user", "/jobs/{odd-metadata}")


def urls(s: Script) -> None:
    """URLs of every form, as source and as destination."""
    odd = ("davs://fts-contract-u:8443/f", "DAVS://FTS-Contract-U/F", "https://u:p@fts-contract-u/f", "gsiftp://fts-contract-u//x",
        "srm://fts-contract-u/?SFN=/x", "srm://fts-contract-u?SFN=/x", "root://fts-contract-u//x?a=b&c=d", "file:///x", "/x", "x",
        "", "davs://fts-contract-u", "davs://fts-contract-u/", "davs:///x", "davs://[::1]/x", "davs://[x/y", " davs://fts-contract-u/f ",
        "davs://fts-contract-u/a/../b", "davs://fts-contract-u//a//./b/", "davs://FTS-contract-u/A%2fb%2F%7e", "davs://fts-contract-u/a%20b", "davs://fts-contract-u/a b", "davs://fts-contract-u/f#frag",
        "davs://fts-contract-u:port/f", f"davs://fts-contract-u/{'x' * 1050}", f"davs://fts-contract-u/{'x' * 1100}", "s3s://fts-contract-u/b/k")
    for url in odd:
        for pair in ((url, "davs://fts-contract-v/f"), ("davs://fts-contract-v/f", url)):
            s.submit("url", {"sources": [pair[0]], "destinations": [pair[1]]})
            s.get("user", "/jobs/{url}", files="source_surl,dest_surl,source_se,dest_se")


def shapes_of_files(s: Script) -> None:
    """Submissions whose body, or list of files, has a wrong shape."""
    good = s.file("good")
    lists: tuple[Any, ...] = (None, [], {}, [None], ["x"], [{}], [[]], [{"sources": []}], [{**good, "sources": []}], [{**good, "destinations": []}],
        [{**good, "sources": "davs://x/y"}], [{**good, "sources": [1]}], [{**good, "sources": [None]}], [{**good, "destinations": None}],
        [good, {}], [good, good], [{**good, "sources": {"davs://fts-contract-a/f": 1}}])
    for files in lists:
        s.post("user", "/jobs", {"files": files}, shape="job_id")
        s.get("user", "/jobs/{shape}")
    bodies: tuple[Any, ...] = ([], "x", 7, None, {}, {"params": {}}, {"files": [good], "params": None}, {"files": [good], "params": []},
        {"files": [good], "delete": ["davs://x/y"]}, {"files": [good], "delete": None}, {"files": [good], "staging": 1},
        {"files": [good], "params": {"unknown": 1}}, {"transfers": [good]})
    for body in bodies:
        for method in ("POST", "PUT"):
            s.ask("user", method, "/jobs", body, keep={"body": "job_id"})


def content_types(s: Script) -> None:
    """The same job under every content type, complete and cut off."""
    body = b'{"files": [{"sources": ["davs://fts-contract-c/f"], "destinations": ["davs://fts-contract-d/f"]}]}'
    for kind in (_JSON, f"{_JSON}; charset=utf-8", "Application/JSON", "text/plain", "", "application/x-www-form-urlencoded",
        "multipart/form-data", f"{_JSON}, application/x-www-form-urlencoded", "application/json-patch+json"):
        for method in ("POST", "PUT"):
            for data in (body, b"", b"{", body[:-1], b"\xff\xfe", codecs.BOM_UTF8 + body, body.decode().encode("utf-16"), "é".encode("latin-1"), body.replace(b'"files"', b'"files": [], "files"')):
                s.ask("user", method, "/jobs", data=data, headers={"Content-Type": kind}, keep={"typed": "job_id"})
                if data == body:
                    s.get("user", "/jobs/{typed}")
                    s.delete("user", "/jobs/{typed}")


def metadata_limits(s: Script) -> None:
    """Metadata just below, at and above its limits."""
    for limit, key in ((2048, "job"), (4096, "metadata"), (1024, "staging_metadata"), (1024, "archive_metadata")):
        for size in (limit - 1, limit, limit + 1):
            for value in ({"k": "x" * (size - 9)}, "x" * (size - 2), {"k": "é" * ((size - 9) // 6)}):
                if key == "job":
                    s.submit("limit", s.file("limit"), job_metadata=value)
                else:
                    s.submit("limit", s.file("limit") | {key: value})
                s.get("user", "/jobs/{limit}/job_metadata")


def deterministic_ids(s: Script) -> None:
    """Ids that the client chooses: the same twice, in another VO, and with odd texts."""
    for sid in (f"{s.unique}-a", f"{s.unique}-b é", f"{s.unique}-it's", f"{s.unique}-b É"):
        for who in ("user", "user", "colleague", "stranger", "other-attributes", "administrator", "token"):
            s.submit("fixed", s.file("fixed"), by=who, id_generator="deterministic", sid=sid)
            s.get(who, "/jobs/{fixed}")
    s.delete("user", "/jobs/{fixed}")
    s.submit("fixed", s.file("fixed"), id_generator="deterministic", sid=f"{s.unique}-a")
    for params in ({"id_generator": "deterministic"}, {"id_generator": "deterministic", "sid": 7}, {"sid": "x"},
        {"id_generator": "standard", "sid": f"{s.unique}-a"}, {"id_generator": "other", "sid": "x"}):
        s.submit("odd-sid", s.file("odd-sid"), **params)
        s.delete("user", "/jobs/{odd-sid}")


def kinds_of_jobs(s: Script) -> None:
    """Multihop, reuse, replicas, staging, archiving and their combinations, as submitted."""
    several = {"sources": [f"{s.storage(w)}/f?size=9" for w in ("r1", "r2", "r3")], "destinations": [f"{s.storage('r4')}/f?size_post=9&time=99999"]}
    wide = {**several, "sources": several["sources"][:2], "destinations": [*several["destinations"], f"{s.storage('r5')}/f"]}
    hops = [{"sources": [f"{s.storage(f'h{n}')}/f?size=9"], "destinations": [f"{s.storage(f'h{n + 1}')}/f?size_post=9&time=99999"]} for n in range(3)]
    web = [{"sources": ["https://fts-contract-w/f"], "destinations": ["https://fts-contract-x/f"]}]
    modes: tuple[dict[str, Any], ...] = (
        {}, {"reuse": True}, {"reuse": "Y"}, {"reuse": "true"}, {"multihop": True}, {"multihop": True, "reuse": True},
        {"bring_online": 60}, {"copy_pin_lifetime": 60}, {"bring_online": 0, "copy_pin_lifetime": -1}, {"archive_timeout": 60},
        {"target_qos": "tape"}, {"target_qos": "", "bring_online": 5}, {"overwrite": True}, {"overwrite_on_retry": True},
        {"overwrite_hop": True}, {"overwrite_hop": True, "multihop": True}, {"overwrite": True, "overwrite_hop": True, "multihop": True},
        {"overwrite_when_only_on_disk": True}, {"overwrite_when_only_on_disk": True, "archive_timeout": 60},
        {"overwrite_when_only_on_disk": True, "archive_timeout": 60, "overwrite_hop": True, "multihop": True})
    for mode in modes:
        for files in ([s.file("one")], [s.file("one"), s.file("two")], [several], [wide], [several, s.file("one")], hops, web):
            s.submit("kind", *files, **mode)
            s.get("user", "/jobs/{kind}")
    for strategy in ("orderly", "auto", "queue", "success", "throughput", "file-throughput", "pending-data", "waiting-time",
        "waiting-time-with-error", "duration", "nothing", None, 7, ""):
        s.submit("kind", {**several, "selection_strategy": strategy})


def parallel(s: Script) -> None:
    """Many jobs are submitted and read at once: each has an id and files of its own."""
    s.together(*(("user", "POST", "/jobs", {"files": [s.file(f"p{n}")]}) for n in range(8)), name="p")
    for number in range(8):
        s.get("user", f"/jobs/{{p{number}}}", files="file_id,source_surl,file_index")
    s.delete("user", "/jobs/" + ",".join(f"{{p{n}}}" for n in range(8)))


def with_tokens(s: Script) -> None:
    """Users with tokens submit jobs with tokens for the storages."""
    good = s.bearer("token").get("Authorization", "").partition(" ")[2]
    lists: tuple[Any, ...] = ([good], [], [good, good], [""], [None], ["x.y.z"], [good[:-4] + "AAAA"], None, "x", [7])
    for who in ("token", "other-token", "user"):
        for sources in lists:
            for destinations in (sources, lists[0]):
                s.submit("owned", s.file("owned", source_tokens=sources, destination_tokens=destinations), by=who)
        s.submit("staged", s.file("staged"), by=who, bring_online=60)
        s.submit("pinned", s.file("pinned"), by=who, copy_pin_lifetime=60)
        s.submit("archived", s.file("archived"), by=who, archive_timeout=60)
        s.submit("prepared", s.file("prepared", takes=1, source_tokens=[good], destination_tokens=[good]), s.file("p2", takes=1), by=who)
        s.get(who, "/files", state_in="TOKEN_PREP")
        for seconds in (1, 5, 30):
            s.later(seconds)
            s.get(who, "/jobs/{prepared}/files")
        s.get("user", "/jobs/{prepared}")


SUBMITTING = plays_of(with_tokens, by_everybody, everything_given, odd_texts, urls, shapes_of_files, content_types, metadata_limits, deterministic_ids, kinds_of_jobs, parallel)
