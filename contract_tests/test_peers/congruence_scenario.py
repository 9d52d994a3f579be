"""One program for two clients: it calls every function of `easy`, with good and bad input, and prints what came of each step.

It runs in the environment of the official client and in ours.

Usage: congruence_scenario.py PACKAGE ENDPOINT CREDENTIALS CA_DIR

PACKAGE is fts3.rest.client or fts_client, CREDENTIALS a folder with NAME.pem files. Every request says in its User-Agent which step
it belongs to.
"""

# ruff: noqa: B023, FBT003, S106
# Each step is carried out at once, positions are part of what is compared, and these tokens open nothing.
from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING = "00000000-0000-0000-0000-000000000000"
STORAGE = "mock://a.example"
DN = "/DC=org/DC=example/CN=somebody"
DAY = timedelta(days=1)


class Scenario:
    """Steps and what came of them."""

    def __init__(
        self, package: str, endpoint: str, credentials: dict[str, str], ca_dir: str
    ) -> None:
        self.easy = importlib.import_module(f"{package}.easy")
        self.endpoint = endpoint
        self.credentials = credentials
        self.ca_dir = ca_dir
        self.contexts: list[Any] = []
        self.results: dict[str, Any] = {}
        self.steps: list[list[Any]] = []
        self.step = ""

    def run(self, name: str, call: Callable[[], Any]) -> Any:
        """Carry out a step, and note what it returned or raised."""
        self.step = name
        for context in self.contexts:
            context.user_agent = self.user_agent
        try:
            value = call()
        except Exception as error:  # noqa: BLE001 - the class is what is compared
            classes = [cls.__name__ for cls in type(error).__mro__[:-2]]
            outcome: dict[str, Any] = {"raises": classes}
            # What the two HTTP libraries say of a bad endpoint differs, and a failed delegation says more here.
            told = "FTS3ClientException" in classes and classes[0] != "BadEndpoint"
            if told and not name.startswith("delegate"):
                outcome |= {"text": str(error), "args": list(error.args)}
            self.steps.append([name, outcome])
            return None
        self.steps.append([name, {"returns": value if _is_json(value) else type(value).__name__}])
        return value

    @property
    def user_agent(self) -> str:
        """Like that of the official client, by which servers choose between forms of an answer."""
        return f"fts-python-bindings/3.14.2 [{self.step}]"

    def context(self, name: str, **arguments: Any) -> Any:
        """Make a context for a test identity."""
        arguments = {
            "ucert": self.credentials.get(name),
            "capath": self.ca_dir,
            "user_agent": self.user_agent,
            **arguments,
        }
        context = self.easy.Context(arguments.pop("endpoint", self.endpoint), **arguments)
        self.contexts.append(context)
        return context


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def play(s: Scenario) -> None:
    """Play everything."""
    contexts(s)
    building(s)
    alice = s.run("context of alice", lambda: s.context("alice"))
    identity(s, alice)
    submitting(s, alice)
    asking(s, alice)
    cancelling(s, alice)
    administering(s, alice)
    failing(s, alice)
    odd_arguments(s, alice)
    odd_answers(s, alice)


def contexts(s: Scenario) -> None:
    """Make contexts, good and bad."""
    s.run(
        "context with a slash",
        lambda: s.context("alice", endpoint=s.endpoint + "/").endpoint == s.endpoint,
    )
    s.run("context info", lambda: {**s.context("alice").get_endpoint_info(), "url": ""})
    s.run("context has certificate", lambda: bool(s.context("alice").has_certificate()))
    s.run(
        "context of nobody listening", lambda: s.context("alice", endpoint="https://localhost:1")
    )
    s.run(
        "context with an unknown host",
        lambda: s.context("alice", endpoint="https://no.such.host.invalid:8446"),
    )
    s.run("context with a missing file", lambda: s.context("alice", ucert="/nonexistent/proxy"))
    s.run("context without verification", lambda: s.context("alice", verify=False))
    s.run("context that trusts nobody", lambda: s.context("alice", capath="/"))
    s.run("context with an expired proxy", lambda: s.context("expired"))
    s.run(
        "context with a token the server does not want",
        lambda: s.context("alice", fts_access_token="x.y.z"),
    )
    for number, unusable in enumerate(
        (
            {"ucert": "/"},
            {"ucert": "/etc/passwd"},
            {"ukey": "/"},
            {"fts_access_token": "a b"},
            {"fts_access_token": "é"},
        )
    ):
        s.run(
            f"context with an unusable credential {number}",
            lambda: s.easy.whoami(s.context("alice", **unusable))["user_dn"],
        )
    s.run(
        "context without credential",
        lambda: s.easy.whoami(s.context("alice", ucert=None, no_creds=True))["user_dn"],
    )


def building(s: Scenario) -> None:
    """Build transfers and jobs."""
    easy = s.easy
    s.run("new_transfer", lambda: easy.new_transfer("a", "b"))
    s.run(
        "new_transfer with everything",
        lambda: easy.new_transfer(
            "a",
            "b",
            checksum="MD5:1",
            filesize=5,
            activity="x",
            scitag=65,
            metadata={"m": 1},
            staging_metadata={"s": 1},
            archive_metadata={"a": 1},
            selection_strategy="queue",
            source_token="s",
            destination_token="d",
            other=1,
        ),
    )
    s.run(
        "new_transfer with nothing",
        lambda: easy.new_transfer("a", "b", None, 0, "", 0, {}, {}, {}, None),
    )
    s.run("new_transfer with a bad scitag", lambda: easy.new_transfer("a", "b", scitag=64))
    s.run("new_transfer with one token", lambda: easy.new_transfer("a", "b", source_token="s"))
    s.run(
        "add_alternative_source",
        lambda: easy.add_alternative_source(easy.new_transfer("a", "b"), "c"),
    )
    s.run("new_job", lambda: easy.new_job([easy.new_transfer("a", "b")]))
    s.run("new_job of nothing", easy.new_job)
    s.run("new_job of deletions", lambda: easy.new_job(deletion=["a"]))
    s.run("new_job with a space token", lambda: easy.new_job([], spacetoken="T"))
    s.run("new_job with a bad checksum mode", lambda: easy.new_job([], verify_checksum="some"))
    s.run(
        "new_job with two overwrite flags",
        lambda: easy.new_job([], overwrite=True, overwrite_hop=True),
    )
    s.run(
        "new_job on disk without archiving",
        lambda: easy.new_job([], overwrite_when_only_on_disk=True),
    )
    s.run(
        "new_job with two flags that go together",
        lambda: easy.new_job(
            [], overwrite_when_only_on_disk=True, overwrite_hop=True, archive_timeout=9
        ),
    )
    s.run("new_staging_job", lambda: easy.new_staging_job(["a"], bring_online=5, spacetoken="T"))
    s.run(
        "new_staging_job of dicts",
        lambda: easy.new_staging_job(
            [{"surl": "a", "metadata": {}, "staging_metadata": {"x": 1}}], copy_pin_lifetime=5
        ),
    )
    s.run("new_staging_job without time", lambda: easy.new_staging_job(["a"]))
    s.run("new_staging_job of numbers", lambda: easy.new_staging_job([1], bring_online=5))
    s.run(
        "new_staging_job of a dict without metadata",
        lambda: easy.new_staging_job([{"surl": "a"}], bring_online=5),
    )
    s.run("new_delete_job", lambda: easy.new_delete_job(["a"], spacetoken="T", metadata={"m": 1}))
    s.run(
        "names of JobIdGenerator",
        lambda: [easy.JobIdGenerator.standard, easy.JobIdGenerator.deterministic],
    )


def identity(s: Scenario, alice: Any) -> None:
    """Who we are, and delegation."""
    easy = s.easy
    s.run("whoami", lambda: easy.whoami(alice))
    s.run("whoami without VOMS", lambda: easy.whoami(s.context("alice-novoms")))
    s.run("delegate", lambda: easy.delegate(alice))
    s.run("delegate again", lambda: easy.delegate(alice))
    s.run("delegate with force", lambda: easy.delegate(alice, force=True))
    s.run(
        "delegate because too little is left",
        lambda: easy.delegate(alice, DAY, delegate_when_lifetime_lt=timedelta(hours=8)),
    )
    s.run("delegate in legacy mode", lambda: easy.delegate(alice, legacy_mode=True))


def submitting(s: Scenario, alice: Any) -> None:
    """Submit all kinds of jobs."""
    easy = s.easy

    def transfer(number: int, **more: Any) -> Any:
        return easy.new_transfer(
            f"{STORAGE}/{number}", f"mock://b.example/{number}?time=100", **more
        )

    def submit(name: str, job: Any, **more: Any) -> None:
        s.results[name] = s.run(name, lambda: easy.submit(alice, job, **more))

    submit("submit", easy.new_job([transfer(1)]))
    submit(
        "submit two files",
        easy.new_job(
            [transfer(2, metadata={"id": 1}), transfer(3)], priority=4, metadata={"k": "v"}
        ),
    )
    submit(
        "submit a multihop",
        easy.new_job(
            [transfer(4), easy.new_transfer("mock://b.example/4?time=100", "mock://c.example/4")],
            multihop=True,
        ),
    )
    submit(
        "submit with reuse",
        easy.new_job([transfer(5), transfer(6)], reuse=True, retry=2, retry_delay=600),
    )
    submit("submit staging", easy.new_staging_job(["srm://tape.example/f"], bring_online=100))
    submit(
        "submit archiving",
        easy.new_job([transfer(7)], archive_timeout=100, bring_online=10, copy_pin_lifetime=-1),
    )
    submit(
        "submit with a sid",
        easy.new_job([transfer(8)], id_generator=easy.JobIdGenerator.deterministic, sid="one"),
    )
    submit(
        "submit with the same sid",
        easy.new_job([transfer(8)], id_generator=easy.JobIdGenerator.deterministic, sid="one"),
    )
    submit(
        "submit with a sid missing",
        easy.new_job([transfer(8)], id_generator=easy.JobIdGenerator.deterministic),
    )
    submit("submit a deletion", easy.new_delete_job([f"{STORAGE}/1"]))
    submit("submit nonsense", easy.new_job([easy.new_transfer("x", "y")]))
    submit("submit nothing", easy.new_job([]))
    submit("submit a dict without files", {"params": {}})
    submit("submit with a bad priority", easy.new_job([transfer(9)], priority="high"))
    submit(
        "submit with other lifetimes",
        easy.new_job([transfer(9)]),
        delegation_lifetime=DAY,
        delegate_when_lifetime_lt=timedelta(hours=1),
    )
    submit("submit with force", easy.new_job([transfer(9)]), force_delegation=True)
    s.run(
        "submit by a context without credential",
        lambda: easy.submit(
            s.context("x", ucert=None, no_creds=True), easy.new_job([transfer(9)])
        ),
    )
    submit(
        "submit parameters of files",
        {
            "files": [transfer(10)],
            "params": {"file_metadata": {"a": 1}, "activity": "x", "filesize": 5},
        },
    )


def asking(s: Scenario, alice: Any) -> None:
    """Ask for jobs."""
    easy, one, two = s.easy, s.results["submit"], s.results["submit two files"]
    bob = s.run("context of bob", lambda: s.context("bob"))
    s.run("get_job_status", lambda: easy.get_job_status(alice, one))
    s.run("get_job_status with files", lambda: easy.get_job_status(alice, two, True))
    s.run(
        "get_job_status of a multihop",
        lambda: easy.get_job_status(alice, s.results["submit a multihop"], list_files=True),
    )
    s.run("get_job_status of an unknown job", lambda: easy.get_job_status(alice, MISSING))
    s.run(
        "get_job_status of an unknown job with files",
        lambda: easy.get_job_status(alice, MISSING, True),
    )
    s.run("get_job_status of a number", lambda: easy.get_job_status(alice, 5))
    s.run("get_job_status of another user", lambda: easy.get_job_status(bob, one))
    s.run("get_jobs_statuses of one", lambda: easy.get_jobs_statuses(alice, [one]))
    s.run("get_jobs_statuses of two", lambda: easy.get_jobs_statuses(alice, [one, two]))
    s.run("get_jobs_statuses with files", lambda: easy.get_jobs_statuses(alice, [one, two], True))
    s.run(
        "get_jobs_statuses with one unknown", lambda: easy.get_jobs_statuses(alice, [one, MISSING])
    )
    s.run(
        "get_jobs_statuses with files and one unknown",
        lambda: easy.get_jobs_statuses(alice, [one, MISSING], True),
    )
    s.run("get_jobs_statuses of an unknown one", lambda: easy.get_jobs_statuses(alice, [MISSING]))
    s.run("get_jobs_statuses of a text", lambda: easy.get_jobs_statuses(alice, one))
    s.run("list_jobs", lambda: easy.list_jobs(alice))
    s.run("list_jobs by state", lambda: easy.list_jobs(alice, state_in=["SUBMITTED", "ACTIVE"]))
    s.run(
        "list_jobs by VO and storage",
        lambda: easy.list_jobs(alice, vo="testvo", source_se=STORAGE, dest_se="mock://b.example"),
    )
    s.run("list_jobs of another user", lambda: easy.list_jobs(alice, user_dn="/CN=no one"))
    s.run(
        "list_jobs of another delegation",
        lambda: easy.list_jobs(alice, delegation_id="0123456789abcdef"),
    )
    s.run(
        "plain get",
        lambda: json.loads(alice.get("/jobs", {"state_in": "SUBMITTED", "limit": "1"}))[0][
            "job_state"
        ],
    )


def cancelling(s: Scenario, alice: Any) -> None:
    """Cancel jobs and files."""
    easy, one, two = s.easy, s.results["submit"], s.results["submit two files"]
    files = s.easy.get_job_status(alice, two, True)["files"]
    s.run("cancel", lambda: easy.cancel(alice, one))
    s.run("cancel again", lambda: easy.cancel(alice, one))
    s.run("cancel an unknown job", lambda: easy.cancel(alice, MISSING))
    s.run("cancel a file", lambda: easy.cancel(alice, two, [files[0]["file_id"]]))
    s.run("cancel files", lambda: easy.cancel(alice, two, [file["file_id"] for file in files]))
    s.run(
        "cancel a file of a multihop",
        lambda: easy.cancel(alice, s.results["submit a multihop"], [1]),
    )
    s.run("cancel_all by alice", lambda: easy.cancel_all(alice))
    s.run("cancel_all of a VO by alice", lambda: easy.cancel_all(alice, "testvo"))
    s.run("cancel_all of a VO", lambda: easy.cancel_all(s.context("root"), "testvo"))
    s.run("cancel_all", lambda: easy.cancel_all(s.context("root")))


def administering(s: Scenario, alice: Any) -> None:
    """Ban storages and users."""
    easy = s.easy
    admin = s.run("context of admin", lambda: s.context("admin"))
    s.run("ban_se by alice", lambda: easy.ban_se(alice, STORAGE))
    s.run("ban_se", lambda: easy.ban_se(admin, STORAGE))
    s.run(
        "submit to a banned storage",
        lambda: easy.submit(
            alice, easy.new_job([easy.new_transfer(f"{STORAGE}/x", "mock://b.example/x")])
        ),
    )
    s.run("unban_se", lambda: easy.unban_se(admin, STORAGE))
    s.run("ban_se that waits", lambda: easy.ban_se(admin, STORAGE, "wait", 3600, True))
    s.run("unban_se of a storage that waits", lambda: easy.unban_se(admin, STORAGE))
    s.run("ban_se with a bad status", lambda: easy.ban_se(admin, STORAGE, "stop"))
    s.run(
        "ban_se with flags that exclude each other",
        lambda: easy.ban_se(admin, STORAGE, allow_submit=True),
    )
    s.run("ban_dn", lambda: easy.ban_dn(admin, DN))
    s.run("ban_dn of oneself", lambda: easy.ban_dn(admin, easy.whoami(admin)["user_dn"]))
    s.run("unban_dn", lambda: easy.unban_dn(admin, DN))
    s.run("unban_dn by alice", lambda: easy.unban_dn(alice, DN))


def failing(s: Scenario, alice: Any) -> None:
    """Meet every error status; the server gives the one that the step names."""
    for status in (400, 401, 403, 404, 405, 409, 412, 419, 424, 429, 500, 501, 502, 503):
        s.run(f"answer {status}", lambda: s.easy.whoami(alice))
    for status in (400, 403, 404, 405, 500):
        s.run(f"answer {status} without text", lambda: s.easy.whoami(alice))
    s.run(
        "answer 419 to a submission",
        lambda: s.easy.submit(
            alice, s.easy.new_job([s.easy.new_transfer(f"{STORAGE}/y", "mock://b.example/y")])
        ),
    )
    s.run("answer without JSON", lambda: s.easy.whoami(alice))


def odd_arguments(s: Scenario, alice: Any) -> None:
    """Give what no sensible program gives."""
    easy, job = s.easy, s.results["submit two files"]
    odd = [
        "",
        " ",
        f"{job}\n",
        f" {job}",
        f"{job} ",
        f"/{job}",
        f"{job}#x",
        f"{job}?files=dest_surl",
    ]
    odd += [
        "..",
        ".",
        "é",
        "日本",
        "\ud800",
        "%",
        "%zz",
        f"{job}%0a",
        "\t",
        "\x00",
        "a|b",
        '"<a>"',
        "[a]",
    ]
    odd += ["x" * 3000, f"../jobs/{job}", "vo", "a+b&c=d;e", "\u200b"]
    for number, text in enumerate(odd):
        for name, call in {
            "get_job_status": easy.get_job_status,
            "get_jobs_statuses": lambda context, text: easy.get_jobs_statuses(context, [text]),
            "cancel a file": lambda context, text: easy.cancel(context, job, [text]),
            "cancel_all": easy.cancel_all,
            "list_jobs": lambda context, text: easy.list_jobs(context, vo=text),
            "unban_se": easy.unban_se,
            "get_info": lambda context, text: easy.Delegator(context).get_info(text),
            "put": lambda context, text: context.put(
                "/x/" + text, text.encode("utf-8", "replace")
            ),
        }.items():
            s.run(f"{name} of odd text {number}", lambda: call(alice, text))
    for place, endpoint in {
        "a leading blank": " " + s.endpoint,
        "a leading line end": "\n" + s.endpoint,
        "a trailing blank": s.endpoint + " ",
        "two slashes": s.endpoint + "//",
        "a path": s.endpoint + "/x",
        "capitals": s.endpoint.upper(),
        "a user": s.endpoint.replace("//", "//me@"),
        "a password": s.endpoint.replace("//", "//me:pw@"),
        "no scheme": s.endpoint.removeprefix("https://"),
        "a bad port": "https://localhost:99999",
    }.items():
        s.run(f"context with {place}", lambda: s.context("alice", endpoint=endpoint).endpoint)
    for number, lifetime in enumerate((None, 0, timedelta(0), timedelta(hours=-1), 7, DAY / 1e6)):
        s.run(f"delegate for odd lifetime {number}", lambda: easy.delegate(alice, lifetime))
    for name in ("timeout", "connectTimeout"):
        for value in (None, 0, -1, "x"):
            s.run(
                f"context with {name} {value}",
                lambda: bool(s.context("alice", **{name: value})),
            )
    for value in (None, 0, ""):
        s.run(
            f"context with verify {value!r} and no CA",
            lambda: bool(s.context("alice", capath="/", verify=value)),
        )
    for count in (100, 110, 350):
        s.run(
            f"get_jobs_statuses of {count} ids",
            lambda: len(easy.get_jobs_statuses(alice, [job] * count)),
        )
    transfers = [{"sources": ["a"], "destinations": ["b"]}, {"activity": "own"}]
    text = s.run(
        "build_submission", lambda: easy.Submitter.build_submission(transfers, activity="x")
    )
    s.run("build_submission as an object", lambda: json.loads(text))
    s.run("transfers after build_submission", lambda: transfers)
    s.run(
        "build_submission of numbers", lambda: easy.Submitter.build_submission([{"a": Scalar()}])
    )
    s.run("new_staging_job of an empty dict", lambda: easy.new_staging_job([{}], 5))
    for name, arguments in {
        "NotFound": ("x", None),
        "NotFound without a reason": ("x",),
        "Unauthorized": (None,),
        "Unauthorized without a reason": (),
        "MethodNotAllowed": (),
    }.items():
        kind = getattr(easy.exceptions, name.partition(" ")[0])
        s.run(f"arguments of {name}", lambda: list(kind(*arguments).args))


class Scalar:
    """A number of another library, such as numpy's."""

    def item(self) -> int:
        """Return the number."""
        return 4


def odd_answers(s: Scenario, alice: Any) -> None:
    """Get what no FTS answers; the observer reads status and body in the name of the step."""
    easy, job = s.easy, s.results["submit two files"]
    for status in (200, 207, 302, 304, 307, 400, 401, 403, 404, 405, 409, 419, 424, 429, 500, 503):
        for body in ODD_BODIES:
            for name, call in {
                "whoami": easy.whoami,
                "files": lambda context: easy.get_job_status(context, job, list_files=True),
                "statuses": lambda context: easy.get_jobs_statuses(context, [job, MISSING]),
                "submit": lambda context: easy.Submitter(context).submit([]),
                "cancel": lambda context: easy.cancel(context, job),
                "unban": lambda context: easy.unban_dn(context, DN),
                "put": lambda context: context.put("/x", b""),
            }.items():
                s.run(f"odd {status} {body} to {name}", lambda: call(alice))
    for body in ODD_BODIES:
        s.run(f"odd 200 {body} to context", lambda: type(s.context("alice")).__name__)
    sid = easy.new_job(
        [easy.new_transfer(f"{STORAGE}/z", "mock://b.example/z?time=100")],
        id_generator=easy.JobIdGenerator.deterministic,
        sid="lost",
    )
    s.run("lost answer to a deterministic submission", lambda: bool(easy.submit(alice, sid)))


ODD_BODIES = {
    "nothing": b"",
    "null": b"null",
    "an object": b"{}",
    "a list": b"[]",
    "a text": b'"message"',
    "a message": b'{"message": "so be it"}',
    "a null message": b'{"status": "x", "message": null}',
    "an http_message": b'{"http_status": "404 x", "http_message": "so be it"}',
    "messages": b'[{"http_message": "so"}, {"http_message": "be it"}]',
    "a page": b"<html><title>T</title><h1>H</h1><p>so be it</p></html>",
    "half an object": b'{"job_id": "x',
    "a null id": b'{"job_id": null}',
    "a mark": b"\xef\xbb\xbf{}",
    "no text": b"\xff\xfe",
}


def main() -> None:
    """Play the scenario and print it."""
    package, endpoint, credentials, ca_dir = sys.argv[1:]
    for name in ("X509_USER_PROXY", "X509_USER_CERT", "X509_USER_KEY", "X509_CERT_DIR"):
        os.environ.pop(name, None)
    warnings.simplefilter("ignore")
    with mock.patch("time.sleep"):
        scenario = Scenario(package, endpoint, json.loads(credentials), ca_dir)
        play(scenario)
    print(json.dumps(scenario.steps))  # noqa: T201 - the output


if __name__ == "__main__":
    main()
