"""Talk to a mock with a defect and to one without, in the same words, and compare what they say."""

from __future__ import annotations

import http.client
import json
import ssl
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import attrs
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from fts_contract.defects.injection import inject
from fts_contract.defects.server_contents import fill
from fts_contract.mock.pki.authority import Certified, pem_of
from fts_contract.mock.pki.proxies import sign_proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_contract.defects.defect import Defect
    from fts_contract.mock import MockFTS
    from fts_contract.mock.records import Job

SOURCE = "mock://from.example.org/f?size=1048576"
DEST = "mock://to.example.org/f?time=1"


@attrs.frozen
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@attrs.define
class Talk:
    """A conversation with a mock, in which each caller has one connection."""

    mock: MockFTS
    lines: dict[str, http.client.HTTPSConnection] = attrs.Factory(dict)

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        *,
        data: Any = None,
        body: bytes | None = None,
        form: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        if who not in self.lines:
            context = ssl.create_default_context(cafile=str(self.mock.ca_file))
            if who:
                context.load_cert_chain(self.mock.credential(who))
            self.lines[who] = http.client.HTTPSConnection(
                "localhost", self.mock.port, context=context, timeout=10
            )
        sent = {"Accept": "application/json", **(headers or {})}
        if data is not None:
            body = json.dumps(data).encode()
            sent.setdefault("Content-Type", "application/json")
        if form is not None:
            body = urlencode(form).encode()
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        line = self.lines[who]
        line.request(method, path, body=body, headers=sent)
        answer = line.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())

    def get(self, who: str, path: str, **arguments: str) -> Any:
        query = f"?{urlencode(arguments)}" if arguments else ""
        answer = self.ask(who, "GET", f"{path}{query}")
        return answer.json if answer.status in {200, 207} else answer.status

    def post(self, who: str, path: str, data: Any) -> Answer:
        return self.ask(who, "POST", path, data=data)

    def submit(
        self, who: str = "alice", *files: dict[str, Any], method: str = "POST", **params: Any
    ) -> Any:
        """Submit a job; its id, or the status of a refusal."""
        plain = {"sources": [SOURCE], "destinations": [DEST]}
        whole = [{**plain, **file} for file in files or ({},)]
        answer = self.ask(who, method, "/jobs", data={"files": whole, "params": params})
        return answer.json["job_id"] if answer.status == 200 else answer.status

    def job(self, job_id: str, **arguments: str) -> Any:
        return self.get("root", f"/jobs/{job_id}", **arguments)

    def files(self, job_id: str) -> Any:
        return self.get("root", f"/jobs/{job_id}/files")

    def states(self, job_id: str) -> tuple[str, list[str]]:
        return self.job(job_id)["job_state"], [file["file_state"] for file in self.files(job_id)]

    def delegation_id(self, who: str = "alice") -> str:
        found: str = self.get(who, "/whoami")["delegation_id"]
        return found

    def request_of(self, who: str = "alice") -> bytes:
        pem: bytes = self.ask(who, "GET", f"/delegation/{self.delegation_id(who)}/request").body
        return pem

    def sign(self, pem: bytes, *, hours: float = 6, method: str = "PUT") -> int:
        """Sign a request of alice's and send the proxy."""
        content = self.mock.credential("alice").read_bytes()
        leaf, *above = x509.load_pem_x509_certificates(content)
        key: Any = serialization.load_pem_private_key(content, None)
        alice = Certified(certificate=leaf, key=key, chain=tuple(above))
        public_key: Any = x509.load_pem_x509_csr(pem).public_key()
        proxy = sign_proxy(public_key, issuer=alice, lifetime=timedelta(hours=hours))
        chain = b"".join(pem_of(certificate) for certificate in (proxy, leaf, *above))
        path = f"/delegation/{self.delegation_id()}/credential"
        return self.ask("alice", method, path, body=chain).status

    def pass_time(self, seconds: float, *, steps: int = 1) -> None:
        for _ in range(steps):
            self.mock.clock.advance(seconds)
            self.get("root", "/whoami")

    def add_job(self, **fields: Any) -> Job:
        return self.mock.state.add_job(**fields)

    def close(self) -> None:
        for line in self.lines.values():
            line.close()


@pytest.fixture(scope="session")
def defects_pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pki")


@pytest.fixture(scope="module")
def clean(defects_pki: Path) -> Iterator[MockFTS]:
    with inject(pki=defects_pki).mock as mock:
        yield mock


def _said(mock: MockFTS, conversation: Callable[[Talk], Any]) -> Any:
    talk = Talk(mock)
    try:
        return conversation(talk)
    finally:
        talk.close()


@pytest.fixture
def differ(clean: MockFTS, defects_pki: Path) -> Callable[[Defect, Callable[[Talk], Any]], Any]:
    """A function that shows a defect by a conversation, and returns what the mock without it said."""

    def compare(defect: Defect, conversation: Callable[[Talk], Any]) -> Any:
        right = []
        for _ in range(2):
            clean.reset()
            fill(clean)
            if defect.arrange is not None:
                defect.arrange(clean)
            right.append(_said(clean, conversation))
        assert right[0] == right[1], "the conversation gives another result each time"
        injected = inject(defect, pki=defects_pki)
        fill(injected.mock)
        if defect.arrange is not None:
            defect.arrange(injected.mock)
        with injected.mock as mock:
            wrong = _said(mock, conversation)
        assert wrong != right[0]
        assert injected.hits > 0
        return right[0]

    return compare
