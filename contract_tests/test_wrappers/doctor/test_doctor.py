"""`fts doctor`: what it finds, and what it tells people to do."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from test_wrappers.credentials import odd_certificates as odd

from fts_client import FTSClient, Job, Transfer, errors
from fts_client.cli.application import run
from fts_client.clock import Clock
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.delegation import delegation_id
from fts_client.doctor import Finding, examine
from fts_client.doctor.credential import examine_credential
from fts_client.doctor.server import compare_clocks
from fts_client.doctor.trust import examine_trust
from fts_client.proxy import create_proxy
from fts_contract.mock import Fault, MockFTS
from fts_contract.mock.identity import Caller
from fts_contract.mock.pki import CA, TestPKI, issue_proxy, shared_pki
from fts_contract.mock.pki.names import subject_hash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DELEGATE = "run: fts delegate; fts submit does it automatically"
NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


def by_topic(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {finding.topic: finding for finding in findings}


def levels(findings: Iterable[Finding]) -> dict[str, str]:
    return {finding.topic: finding.level for finding in findings}


def moment() -> datetime:
    """Now: a proxy made in a late test is not valid yet when the first one ran."""
    return datetime.now(UTC)


def alice(pki: TestPKI) -> X509Credential:
    return X509Credential.from_pem(pki.issue("alice", lifetime=12 * HOUR).pem)


# --- credential ----------------------------------------------------------------------------------


def test_good_proxy_is_ok(pki: TestPKI) -> None:
    found = by_topic(examine_credential(alice(pki), now=moment()))
    assert {finding.level for finding in found.values()} == {"ok"}
    assert re.search(r"RFC 3820, RSA 2048, 1[12] h \d+ m left$", found["credential"].text)
    text = found["identity"].text
    assert "CN=alice · VO testvo: /testvo/Role=NULL, /testvo/Role=production (VOMS " in text


@pytest.mark.parametrize(
    ("later", "level"),
    [(9 * HOUR, "ok"), (11 * HOUR, "warn"), (13 * HOUR, "fail"), (-HOUR, "fail")],
    ids=str,
)
def test_time_left_decides(pki: TestPKI, later: timedelta, level: str) -> None:
    found = by_topic(examine_credential(alice(pki), now=moment() + later))["credential"]
    assert found.level == level
    assert (found.remedy is None) == (level == "ok")


def token(*, ends: datetime) -> TokenCredential:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": ends.timestamp()}).encode()).decode()
    return TokenCredential(f"x.{claims.rstrip('=')}.x")


def test_credential_that_expires_soon_has_the_remedy_of_its_kind(pki: TestPKI) -> None:
    certificate = pki.certified("alice")
    soon = certificate.certificate.not_valid_after_utc - HOUR
    for credential, now, remedy in (
        (token(ends=moment() + HOUR), moment(), "get a new token"),
        (X509Credential.from_pem(certificate.pem), soon, "renew the certificate"),
        (alice(pki), moment() + 11 * HOUR, "create a new proxy"),
    ):
        found = by_topic(examine_credential(credential, now=now))["credential"]
        assert found.level == "warn"
        assert (found.remedy or "").startswith(remedy)


def test_proxy_without_attributes_is_a_warning(pki: TestPKI) -> None:
    credential = X509Credential.from_pem(pki.issue("alice-novoms").pem)
    found = by_topic(examine_credential(credential, now=moment()))
    assert found["credential"].level == "ok"
    assert found["identity"].level == "warn"
    assert "voms-proxy-init" in (found["identity"].remedy or "")


def test_attributes_that_expire_before_the_proxy_decide(pki: TestPKI) -> None:
    user = pki.certified("alice")
    fqans = ("/testvo/Role=NULL/Capability=NULL",)
    attributes = pki.voms.issue(user.certificate, fqans, vo="testvo", lifetime=HOUR)
    credential = X509Credential.from_pem(issue_proxy(user, attributes=attributes).pem)
    for later, level in ((timedelta(0), "warn"), (2 * HOUR, "fail")):
        found = by_topic(examine_credential(credential, now=moment() + later))
        assert found["identity"].level == level
        assert found["credential"].level == "ok"


def test_limited_proxy_is_a_warning(pki: TestPKI) -> None:
    pem = create_proxy(pki.issue("alice").pem, limited=True)
    found = by_topic(examine_credential(X509Credential.from_pem(pem), now=moment()))
    assert found["proxy type"].level == "warn"
    assert "limited" in found["proxy type"].text


# --- trust ---------------------------------------------------------------------------------------


def crl(pki: TestPKI, ends: timedelta) -> bytes:
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=pki.ca.certificate.subject,
        last_update=NOW - 9 * HOUR,
        next_update=NOW + ends,
    )
    return builder.sign(pki.ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("content", "level", "text"),
    [
        (None, "warn", "there are none"),
        (HOUR, "ok", "1 list, none out of date"),
        (-HOUR, "warn", "1 list past the next update"),
        (b"garbage", "warn", "1 list unreadable"),
    ],
    ids=["none", "good", "old", "garbage"],
)
def test_crls_of_the_directory_are_examined(
    pki: TestPKI, tmp_path: Path, content: Any, level: str, text: str
) -> None:
    name = subject_hash(pki.ca.certificate.subject)
    (tmp_path / f"{name}.0").write_bytes(pki.ca.pem)
    if content is not None:
        data = content if isinstance(content, bytes) else crl(pki, content)
        (tmp_path / f"{name}.r0").write_bytes(data)
    found = by_topic(examine_trust(tmp_path, now=NOW))
    assert found["CA directory"] == Finding(
        level="ok", topic="CA directory", text=f"{tmp_path}: 1 CA"
    )
    assert found["CRLs"].level == level
    assert text in found["CRLs"].text
    assert found["CRLs"].remedy == (None if level == "ok" else "run fetch-crl")


def test_ca_directory_that_is_missing_or_empty_is_a_failure(tmp_path: Path) -> None:
    for folder in (tmp_path / "none", tmp_path, tmp_path / ("too-long" * 1000)):
        (found,) = examine_trust(folder, now=NOW)
        assert found.level == "fail"
        assert found.remedy


@pytest.mark.parametrize(
    ("content", "level", "text"),
    [
        ("good", "ok", "1 CA"),
        ("garbage", "fail", "0 CAs; 1 unreadable: "),
        ("expired", "fail", "0 CAs; 1 expired or not valid yet: "),
        ("misnamed", "fail", "0 CAs; 1 under a name that OpenSSL does not look for: 12345678.0"),
        ("one of two", "warn", "1 CA; 1 unreadable: 12345678.0"),
    ],
)
def test_only_usable_cas_count(
    pki: TestPKI, tmp_path: Path, content: str, level: str, text: str
) -> None:
    name = subject_hash(pki.ca.certificate.subject)
    now = pki.ca.certificate.not_valid_after_utc + HOUR if content == "expired" else NOW
    if content == "misnamed":
        (tmp_path / "12345678.0").write_bytes(pki.ca.pem)
    else:
        data = b"garbage" if content == "garbage" else pki.ca.pem
        (tmp_path / f"{name}.0").write_bytes(data)
    if content == "one of two":
        (tmp_path / "12345678.0").write_bytes(b"garbage")
    found = by_topic(examine_trust(tmp_path, now=now))["CA directory"]
    assert found.level == level
    assert text in found.text
    assert ("rehash" in (found.remedy or "")) == (content == "misnamed")


# --- clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead_s", "level", "text"),
    [
        (0, "ok", "agrees"),
        (59, "ok", "agrees"),
        (61, "warn", "1 m ahead of"),
        (-299, "warn", "4 m behind"),
        (301, "fail", "5 m ahead of"),
    ],
)
def test_clock_is_compared_with_that_of_the_server(ahead_s: int, level: str, text: str) -> None:
    date = (NOW - timedelta(seconds=ahead_s)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    found = compare_clocks(date, now=NOW)
    assert found.level == level
    assert text in found.text


@pytest.mark.parametrize("date", [None, "", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_server_without_a_date_is_a_warning(date: str | None) -> None:
    found = compare_clocks(date, now=NOW)
    assert found.level == "warn"
    assert found.remedy


# --- everything, against the mock ------------------------------------------------------------------


def examined(mock: MockFTS, name: str = "alice", **options: Any) -> list[Finding]:
    values: dict[str, Any] = {
        "credential": lambda: X509Credential.from_file(mock.credential(name)),
        "ca_dir": mock.ca_dir,
        **options,
    }
    return list(examine(mock.endpoint, **values))


def test_before_and_after_delegation(mock_fts: MockFTS) -> None:
    before = by_topic(examined(mock_fts))
    me = mock_fts.caller("alice")
    assert before["delegation"].level == "warn"
    assert f"none on {mock_fts.endpoint} for id {me.delegation_id}" in before["delegation"].text
    assert before["delegation"].remedy == "run: fts delegate; fts submit does it automatically"
    assert before["recognised as"].text == f"{me.user_dn} · VO testvo"
    mock_fts.state.delegate("alice")
    after = levels(examined(mock_fts))
    assert after == {
        "credential": "ok",
        "identity": "ok",
        "CA directory": "ok",
        "CRLs": "warn",
        "server": "ok",
        "clock": "ok",
        "recognised as": "ok",
        "delegation": "ok",
    }


def test_delegation_that_expires_soon_is_a_warning(mock_fts: MockFTS) -> None:
    caller = mock_fts.caller("alice")
    ends_at = mock_fts.clock.time() + 4000
    mock_fts.state.delegations.store(caller, proxy="", ends_at=ends_at, attributes="")
    found = by_topic(examined(mock_fts))["delegation"]
    assert (found.level, found.remedy) == (
        "warn",
        "run: fts delegate; fts submit does it automatically",
    )
    assert "1 h 6 m left" in found.text


def short_proxy(mock: MockFTS, **lifetime: float) -> X509Credential:
    pem = create_proxy(mock.credential("alice").read_bytes(), lifetime=timedelta(**lifetime))
    return X509Credential.from_pem(pem)


@pytest.mark.parametrize("delegated", [False, True])
def test_proxy_with_less_than_an_hour_needs_a_new_proxy_not_a_delegation(
    mock_fts: MockFTS, *, delegated: bool
) -> None:
    proxy = short_proxy(mock_fts, minutes=50)
    with FTSClient(mock_fts.endpoint, credential=proxy, ca_dir=mock_fts.ca_dir) as fts:
        if delegated:
            fts.delegate(force=True)
        found = by_topic(examined(mock_fts, credential=lambda: proxy))["delegation"]
        assert found.level == "fail"
        assert "submissions need one hour" in found.text
        assert "voms-proxy-init" in (found.remedy or "")
        with pytest.raises(errors.NeedDelegationError, match="voms-proxy-init") as caught:
            fts.submit(Job([Transfer("mock://a.org/f", "mock://b.org/f")]))
        assert "fts delegate" not in str(caught.value)


def test_delegation_as_long_as_the_proxy_needs_a_new_proxy(mock_fts: MockFTS) -> None:
    proxy = short_proxy(mock_fts, minutes=90)
    with FTSClient(mock_fts.endpoint, credential=proxy, ca_dir=mock_fts.ca_dir) as fts:
        fts.delegate()
    found = by_topic(examined(mock_fts, credential=lambda: proxy))["delegation"]
    assert found.level == "warn"
    assert "voms-proxy-init" in (found.remedy or "")


@pytest.mark.parametrize("bits", [1024, 2048])
def test_doctor_and_delegation_agree_on_ec_keys(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    # FTS offers EC keys a request of 576 bits, less than can be made here.
    monkeypatch.setattr(Caller, "leaf_bits", bits)
    credential = X509Credential.from_file(mock_fts.credential("bob-ec"))
    found = by_topic(examined(mock_fts, "bob-ec"))["delegation"]
    with FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir) as fts:
        if bits == 2048:
            assert (found.level, found.remedy) == ("warn", DELEGATE)
            assert fts.delegate().renewed
        else:
            assert found.level == "fail"
            assert "RSA proxy" in (found.remedy or "")
            with pytest.raises(errors.DelegationError, match="EC keys"):
                fts.delegate()


def test_banned_user_is_told_so(mock_fts: MockFTS) -> None:
    with FTSClient(
        mock_fts.endpoint, credential=mock_fts.credential("root"), ca_dir=mock_fts.ca_dir
    ) as fts:
        fts.ban_dn(mock_fts.caller("alice").user_dn)
    found = examined(mock_fts)[-1]
    assert (found.topic, found.level) == ("server", "fail")
    assert "The user has been banned" in found.text
    assert "operators" in (found.remedy or "")
    assert "does not answer like" not in found.text


def test_credential_that_openssl_refuses_is_reported_as_such(mock_fts: MockFTS) -> None:
    key = odd.new_key()
    ca = mock_fts.pki.ca
    assert isinstance(ca.key, rsa.RSAPrivateKey)
    der = odd.certificate(
        key.public_key(),
        subject=odd.name((odd.COMMON_NAME, odd.UTF8, b"joe")),
        issuer=ca.certificate.subject.public_bytes(),
        signer=ca.key,
        extensions=[odd.KEY_USAGE, odd.KEY_USAGE],
    )
    credential = X509Credential.from_pem(odd.pem(der) + odd.key_pem(key))
    found = examined(mock_fts, credential=lambda: credential)
    assert by_topic(found)["credential"].level == "fail"
    assert "server" not in by_topic(found)


def test_wrong_clock_is_a_failure(mock_fts: MockFTS) -> None:
    wrong = Clock(now=lambda: datetime.now(UTC) + timedelta(minutes=10))
    assert levels(examined(mock_fts, clock=wrong))["clock"] == "fail"


def test_unknown_ca_is_reported_and_nothing_is_asked_after_it(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    other = CA.create("/DC=org/CN=Other")
    (tmp_path / f"{subject_hash(other.certificate.subject)}.0").write_bytes(other.pem)
    found = by_topic(examined(mock_fts, ca_dir=tmp_path))
    assert found["server"].level == "fail"
    assert "ca_dir" in (found["server"].remedy or "")
    assert "delegation" not in found


def test_bundle_of_cas_is_used_for_the_server(
    mock_fts: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X509_CERT_DIR", str(tmp_path))  # holds none
    found = by_topic(examined(mock_fts, ca_dir=None, ca_file=mock_fts.ca_file))
    assert found["server"].level == "ok"


def test_unusable_ca_directory_is_reported_once(mock_fts: MockFTS, tmp_path: Path) -> None:
    found = by_topic(examined(mock_fts, ca_dir=tmp_path))
    assert found["CA directory"].level == "fail"
    assert found["server"].level == "warn"
    assert "no usable CA certificates" in found["server"].text


def test_server_other_than_fts_is_reported(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("malformed", "GET /$", count=None))
    found = by_topic(examined(mock_fts))
    assert found["server"].level == "fail"
    assert "8446" in (found["server"].remedy or "")


def test_missing_credential_lists_the_places_and_the_rest_is_still_examined(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    missing = lambda: X509Credential.from_file(tmp_path / "none")  # noqa: E731
    found = levels(examined(mock_fts, credential=missing))
    assert found["credential"] == "fail"
    assert found["CA directory"] == "ok"
    assert found["server"] == "warn"


# --- the command -----------------------------------------------------------------------------------


def arguments(mock: MockFTS) -> list[str]:
    proxy = str(mock.credential("alice"))
    return ["doctor", "-s", mock.endpoint, "--ca-dir", str(mock.ca_dir), "--proxy", proxy]


def test_command_shows_a_line_for_each_and_fails_when_one_fails(
    mock_fts: MockFTS, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(mock_fts)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok    credential     proxy ")
    assert "(mode 0600)" in lines[0]
    assert lines[-1].startswith("warn  delegation     none on ")
    assert lines[-1].endswith("→ run: fts delegate; fts submit does it automatically")
    mock_fts.faults.add(Fault("malformed", "GET /$", count=None))
    assert run(arguments(mock_fts)) == 1
    assert "\nfail  server " in capsys.readouterr().out


def test_command_prints_json(mock_fts: MockFTS, capsys: pytest.CaptureFixture[str]) -> None:
    run([*arguments(mock_fts), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found[-1]["topic"] == "delegation"
    assert found[-1]["level"] == "warn"
    assert set(found[0]) == {"level", "topic", "text", "remedy"}


def test_command_without_endpoint_examines_this_machine(
    mock_fts: MockFTS, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FTS_ENDPOINT", raising=False)
    code = run(["doctor", *arguments(mock_fts)[3:]])
    assert code == 0
    assert "FTS_ENDPOINT" in capsys.readouterr().out


def test_command_with_options_that_exclude_each_other_says_so(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FTS_ENDPOINT", raising=False)
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text("opaque")
    for options in (["--key", str(path)], ["--proxy", str(path)]):
        assert run(["doctor", "--token-file", str(path), *options, "--json"]) == 1
        found = json.loads(capsys.readouterr().out)[0]
        assert "--token-file" in found["text"]
        assert found["remedy"]


def test_command_as_a_token_user(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with MockFTS(oauth2=True) as mock:
        for name, audience, code in (("good", None, 0), ("bad", "https://other", 1)):
            path = tmp_path / name
            path.touch(mode=0o600)
            options: dict[str, Any] = {"audience": audience} if audience else {}
            path.write_text(mock.token(lifetime=3 * HOUR, **options))
            common = ["-s", mock.endpoint, "--ca-dir", str(mock.ca_dir)]
            assert run(["doctor", *common, "--token-file", str(path)]) == code
    out = capsys.readouterr().out
    assert "delegation     not needed with a token" in out
    assert "it ignores the credential → check with its operators" in out


def test_delegation_id_is_the_one_that_the_client_computes(mock_fts: MockFTS) -> None:
    caller = mock_fts.caller("alice")
    assert delegation_id(caller.user_dn, caller.fqans) == caller.delegation_id
