"""The real grid tools judge our proxies, and we read theirs: openssl, grid-proxy-*, voms-proxy-*."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs
import pytest
from asn1crypto import core, pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from fts_client.cli.display.proxy_report import report_lines
from fts_client.credentials import X509Credential
from fts_client.credentials.names import slash_form
from fts_client.credentials.secret_files import write_secret_file
from fts_client.delegation import sign_request
from fts_client.proxy import create_proxy
from fts_contract.mock.pki import Certified, TestPKI, issue_proxy, shared_pki
from fts_contract.mock.pki.authority import pem_of

if TYPE_CHECKING:
    from pathlib import Path

    from fts_client.credentials.chain import CredentialInfo

pytestmark = pytest.mark.peer

FQANS = ("/testvo/Role=NULL/Capability=NULL", "/testvo/Role=production/Capability=NULL")
CN, DC = NameOID.COMMON_NAME, NameOID.DOMAIN_COMPONENT
SLACK = timedelta(seconds=60)


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


def names(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


# Subjects that people really have, and some that they might.
SUBJECTS = {
    "plain": names((DC, "org"), (DC, "example"), (CN, "alice")),
    "slash": names((DC, "org"), (DC, "example"), (CN, "host/a.example.org")),
    "utf-8": names((DC, "org"), (DC, "example"), (CN, "Zoë Łuk"), (NameOID.USER_ID, "zoe")),
    "email": names((DC, "org"), (DC, "example"), (NameOID.EMAIL_ADDRESS, "a@example.org")),
    "long": names(
        (DC, "org"),
        (DC, "example"),
        (NameOID.COUNTRY_NAME, "CH"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Geneva"),
        (NameOID.LOCALITY_NAME, "Meyrin"),
        (NameOID.ORGANIZATION_NAME, "A + B"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "x=y, z"),
        (NameOID.SERIAL_NUMBER, "12"),
        (NameOID.GIVEN_NAME, "Given"),
        (NameOID.SURNAME, "Sur"),
        (NameOID.TITLE, "Dr"),
        (NameOID.STREET_ADDRESS, "Street 1"),
        (NameOID.POSTAL_CODE, "1217"),
        (NameOID.DN_QUALIFIER, "q"),
        (NameOID.PSEUDONYM, "p"),
        (NameOID.GENERATION_QUALIFIER, "III"),
        (NameOID.UNSTRUCTURED_NAME, "un"),
        (NameOID.ORGANIZATION_IDENTIFIER, "NTR-1"),
        (NameOID.INITIALS, "G.S."),
        (NameOID.BUSINESS_CATEGORY, "research"),
        (CN, "robot: a\\b \"c\" <d> 'e' #1;"),
    ),
    "two in one": x509.Name(
        [
            *names((DC, "org"), (DC, "example")).rdns,
            x509.RelativeDistinguishedName(
                [x509.NameAttribute(CN, "both"), x509.NameAttribute(NameOID.USER_ID, "b1")]
            ),
        ]
    ),
}

_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def certified(pki: TestPKI, subject: x509.Name) -> Certified:
    key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(pki.ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_USAGE, critical=True)  # voms-proxy-fake copies it and fails without
        .sign(pki.ca.key, hashes.SHA256())
    )
    return Certified(certificate=certificate, key=key)


@attrs.frozen
class Tools:
    """The tools, with the CA directory of the test PKI."""

    pki: TestPKI
    folder: Path

    def run(self, *command: object) -> str:
        environ = {
            **os.environ,
            "X509_CERT_DIR": str(self.pki.ca_dir),
            "X509_VOMS_DIR": str(self.pki.voms_dir),
            "HOME": str(self.folder),
            "LC_ALL": "C",
        }
        done = subprocess.run(  # noqa: S603 - our own arguments
            [str(part) for part in command],
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def fields(self, output: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in output.splitlines():
            key, colon, value = line.partition(":")
            if colon:
                found.setdefault(key.strip(), []).append(value.strip())
        return found

    def grid_info(self, path: Path) -> dict[str, list[str]]:
        return self.fields(self.run("grid-proxy-info", "-file", path))

    def voms_info(self, path: Path) -> dict[str, list[str]]:
        return self.fields(self.run("voms-proxy-info", "-all", "-file", path))

    def openssl_verify(self, path: Path) -> None:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
        leaf, rest = self.folder / "leaf.pem", self.folder / "rest.pem"
        leaf.write_bytes(pem_of(certificates[0]))
        rest.write_bytes(b"".join(map(pem_of, certificates[1:])))
        out = self.run(
            *("openssl", "verify", "-allow_proxy_certs"),
            *("-CAfile", self.pki.ca_file, "-untrusted", rest, leaf),
        )
        assert out.strip().endswith("OK")

    def keep(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        write_secret_file(path, content)
        return path

    def user(self, who: Certified) -> tuple[str, ...]:
        certificate = self.keep("usercert.pem", pem_of(who.certificate))
        return ("-cert", str(certificate), "-key", str(self.keep("userkey.pem", who.key_pem)))


@pytest.fixture
def tools(pki: TestPKI, tmp_path: Path) -> Tools:
    return Tools(pki, tmp_path)


def left(text: str) -> timedelta:
    hours, minutes, seconds = map(int, text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def same(info: CredentialInfo, shown: dict[str, list[str]]) -> None:
    """Compare with what a tool printed about the proxy itself."""
    assert info.subject == shown["subject"][0]
    assert info.issuer == shown["issuer"][0]
    assert shown["strength"] == [f"{info.key_bits} bits"]
    assert abs(info.time_left() - left(shown["timeleft"][0])) < SLACK


# --- ours, judged by them ------------------------------------------------------------------------


@pytest.mark.parametrize("subject", SUBJECTS)
def test_our_proxy_of_any_subject_is_accepted(pki: TestPKI, tools: Tools, subject: str) -> None:
    user = certified(pki, SUBJECTS[subject])
    path = tools.keep("proxy", create_proxy(user.pem, lifetime=timedelta(hours=9)))
    info = X509Credential.from_file(path).info
    tools.openssl_verify(path)
    grid, voms = tools.grid_info(path), tools.voms_info(path)
    same(info, grid)
    same(info, voms)
    assert [info.identity] == grid["identity"] == voms["identity"]
    assert grid["type"] == ["RFC 3820 compliant impersonation proxy"]
    assert voms["type"] == ["RFC compliant proxy"]
    assert voms["key usage"] == ["Digital Signature, Key Encipherment"]


def test_our_limited_proxy_with_path_length_is_accepted(pki: TestPKI, tools: Tools) -> None:
    pem = create_proxy(pki.certified("alice").pem, limited=True, path_length=1, key_size=3072)
    path = tools.keep("proxy", pem)
    tools.openssl_verify(path)
    grid = tools.grid_info(path)
    assert grid["type"] == ["RFC 3820 compliant limited proxy"]
    assert grid["strength"] == ["3072 bits"]
    text = tools.run("openssl", "x509", "-in", path, "-noout", "-text")
    assert re.search(r"Path Length Constraint: 0?1\n", text), text


def test_our_proxy_of_a_proxy_of_theirs_is_accepted(pki: TestPKI, tools: Tools) -> None:
    alice = pki.certified("alice")
    theirs = tools.folder / "theirs"
    tools.run("grid-proxy-init", "-rfc", *tools.user(alice), "-out", theirs, "-valid", "3:00")
    path = tools.keep("ours", create_proxy(theirs.read_bytes(), lifetime=timedelta(hours=99)))
    info = X509Credential.from_file(path).info
    tools.openssl_verify(path)
    grid = tools.grid_info(path)
    same(info, grid)
    assert grid["identity"] == [info.identity] == [alice.dn]
    assert info.time_left() <= timedelta(hours=3)


def test_our_delegated_proxy_is_accepted_together_with_the_key_of_the_server(
    pki: TestPKI, tools: Tools
) -> None:
    credential = X509Credential.from_pem(pki.issue("alice").pem)
    key = rsa.generate_private_key(65537, 2048)
    request = x509.CertificateSigningRequestBuilder().subject_name(
        names((NameOID.ORGANIZATION_NAME, "Dummy"))
    )
    pem = serialization.Encoding.PEM
    signed = sign_request(
        request.sign(key, hashes.SHA256()).public_bytes(pem), credential=credential
    )
    whole = Certified(
        x509.load_pem_x509_certificates(signed)[0],
        key,
        tuple(x509.load_pem_x509_certificates(signed)[1:]),
    )
    path = tools.keep("delegated", whole.pem)
    tools.openssl_verify(path)
    same(X509Credential.from_file(path).info, tools.grid_info(path))
    assert tools.voms_info(path)["attribute"] == list(FQANS)


# --- theirs, read by us --------------------------------------------------------------------------

KINDS = {
    "-rfc": ("rfc", False),
    "-rfc -limited": ("rfc", True),
    "-draft": ("draft", False),
    "-draft -limited": ("draft", True),
    "-old": ("legacy", False),
    "-old -limited": ("legacy", True),
}


@pytest.mark.parametrize("options", KINDS)
def test_their_proxy_of_each_kind_is_read_as_they_do(
    pki: TestPKI, tools: Tools, options: str
) -> None:
    path = tools.folder / "proxy"
    user = tools.user(certified(pki, SUBJECTS["slash"]))
    tools.run("grid-proxy-init", *options.split(), *user, "-out", path, "-valid", "5:00")
    info = X509Credential.from_file(path).info
    grid = tools.grid_info(path)
    same(info, grid)
    assert grid["identity"] == [info.identity]
    assert (info.kind, info.limited) == KINDS[options]
    assert ("limited" in grid["type"][0]) == info.limited


def same_attributes(info: CredentialInfo, shown: dict[str, list[str]]) -> None:
    """Compare VO, FQANs, issuer, server and time left with voms-proxy-info."""
    voms = info.voms
    assert voms.notes == ()
    assert [item.vo for item in voms.attributes] == shown.get("VO", [])
    assert [fqan for item in voms.attributes for fqan in item.fqans] == [
        value for value in shown.get("attribute", []) if value.startswith("/")
    ]
    assert [item.issuer for item in voms.attributes] == shown["issuer"][1:]
    assert [item.uri for item in voms.attributes] == shown.get("uri", [])
    for item, text in zip(voms.attributes, shown["timeleft"][1:], strict=True):
        assert abs(item.time_left() - left(text)) < SLACK


def fake(
    tools: Tools,
    who: tuple[str, ...],
    out: Path,
    *fqans: str,
    vo: str = "testvo",
    separate: Path | None = None,
) -> None:
    """Make a VOMS proxy without a VOMS server, signed as the VOMS server of the PKI would.

    With `separate` the attribute certificate goes into a file of its own.
    """
    signer = tools.pki.voms.signer
    tools.run(
        *("voms-proxy-fake", "-rfc", "-quiet", *who, "-certdir", tools.pki.ca_dir),
        *("-hostcert", tools.keep("vomscert.pem", pem_of(signer.certificate))),
        *("-hostkey", tools.keep("vomskey.pem", signer.key_pem)),
        *("-voms", vo, "-uri", "voms.example.org:15000", "-hours", "6", "-vomslife", "2"),
        *[part for fqan in fqans for part in ("-fqan", fqan)],
        *("-ga", "nickname=al", "-out", out),
        *(("-separate", separate) if separate else ()),
    )


@pytest.mark.parametrize("subject", ["plain", "utf-8", "two in one"])
def test_their_voms_proxy_is_read_as_they_do(pki: TestPKI, tools: Tools, subject: str) -> None:
    path = tools.folder / "voms"
    fake(tools, tools.user(certified(pki, SUBJECTS[subject])), path, *FQANS)
    info = X509Credential.from_file(path).info
    shown = tools.voms_info(path)
    same(info, shown)
    assert shown["identity"] == [info.identity]
    assert [item.fqans for item in info.voms.attributes] == [FQANS]
    same_attributes(info, shown)


def test_their_proxy_of_their_voms_proxy_is_read_as_they_do(pki: TestPKI, tools: Tools) -> None:
    first, second = tools.folder / "first", tools.folder / "second"
    fake(tools, tools.user(pki.certified("alice")), first, *FQANS)
    tools.run("grid-proxy-init", "-rfc", "-cert", first, "-key", first, "-out", second)
    info = X509Credential.from_file(second).info
    assert (info.depth, info.identity) == (2, pki.certified("alice").dn)
    same(info, tools.voms_info(second))
    same_attributes(info, tools.voms_info(second))


MANY = (
    "/testvo/Role=NULL/Capability=NULL",
    "/testvo/prod/Role=NULL/Capability=NULL",
    "/testvo/prod/deep/er/Role=production/Capability=NULL",
    "/testvo/Role=lcgadmin/Capability=NULL",
)


def test_their_proxy_with_many_fqans_is_read_as_they_do(pki: TestPKI, tools: Tools) -> None:
    path = tools.folder / "many"
    fake(tools, tools.user(pki.certified("alice")), path, *MANY)
    info = X509Credential.from_file(path).info
    assert [item.fqans for item in info.voms.attributes] == [MANY]
    same_attributes(info, tools.voms_info(path))


def test_their_attributes_of_several_vos_are_read_as_they_do(pki: TestPKI, tools: Tools) -> None:
    """voms-proxy-fake takes one VO at a time; its attribute certificates are put into one proxy, as voms-proxy-init does."""
    alice = pki.certified("alice")
    ders = []
    for vo in ("testvo", "other", "third.example.org"):
        separate = tools.folder / f"{vo}.ac"
        fqans = (f"/{vo}/Role=NULL/Capability=NULL", f"/{vo}/g/Role=r/Capability=NULL")
        out = tools.folder / f"{vo}.proxy"
        fake(tools, tools.user(alice), out, *fqans, vo=vo, separate=separate)
        ders.append(pem.unarmor(separate.read_bytes())[2])
    inner = core.Sequence(contents=b"".join(ders)).dump()
    both = core.Sequence(contents=inner).dump()
    path = tools.keep("three", issue_proxy(alice, attributes=both).pem)
    # The trust file of the PKI is for testvo alone; what counts here is the reading.
    shown = tools.fields(tools.run("voms-proxy-info", "-all", "-dont-verify-ac", "-file", path))
    info = X509Credential.from_file(path).info
    assert [item.vo for item in info.voms.attributes] == ["testvo", "other", "third.example.org"]
    same_attributes(info, shown)


@pytest.mark.parametrize("kind", ["plain", "voms", "mock"])
def test_our_report_is_that_of_voms_proxy_info(pki: TestPKI, tools: Tools, kind: str) -> None:
    alice, path = pki.certified("alice"), tools.folder / "shown"
    if kind == "voms":
        fake(tools, tools.user(alice), path, *MANY)
    else:
        content = pki.issue("alice").pem if kind == "mock" else create_proxy(alice.pem)
        path = tools.keep("ours", content)
    theirs = tools.run("voms-proxy-info", "-all", "-file", path).splitlines()
    ours = list(report_lines(X509Credential.from_file(path)))
    left_out = ("timeleft", "key usage", "attribute : nickname")
    assert [line.rstrip() for line in ours if not line.startswith(left_out)] == [
        line.rstrip() for line in theirs if line.strip() and not line.startswith(left_out)
    ]


def test_identity_of_a_chain_is_that_of_grid_proxy_info(pki: TestPKI, tools: Tools) -> None:
    """voms-proxy-info 2.1 prints the subject of the proxy below instead; an FTS server knows the user by the former."""
    alice = pki.certified("alice")
    path = tools.keep("chain", create_proxy(create_proxy(create_proxy(alice.pem))))
    info = X509Credential.from_file(path).info
    assert info.depth == 3
    assert tools.grid_info(path)["identity"] == [info.identity] == [alice.dn]
    assert tools.voms_info(path)["identity"] == [info.issuer]


def test_type_of_a_limited_proxy_is_that_of_grid_proxy_info(pki: TestPKI, tools: Tools) -> None:
    """voms-proxy-info 2.1 does not tell limited proxies apart."""
    path = tools.keep("limited", create_proxy(pki.certified("alice").pem, limited=True))
    assert "limited" in tools.grid_info(path)["type"][0]
    assert tools.voms_info(path)["type"] == ["RFC compliant proxy"]
    assert "type      : RFC compliant limited proxy" in report_lines(
        X509Credential.from_file(path)
    )


# --- the mock's, read by both --------------------------------------------------------------------


def test_voms_proxy_of_the_mock_is_read_by_both_alike(pki: TestPKI, tools: Tools) -> None:
    path = tools.keep("mock", pki.issue("alice").pem)
    tools.openssl_verify(path)
    info, shown = X509Credential.from_file(path).info, tools.voms_info(path)
    same(info, shown)
    assert shown["attribute"] == list(FQANS)
    same_attributes(info, shown)


def test_attributes_of_two_vos_are_read_by_both_alike(pki: TestPKI, tools: Tools) -> None:
    alice = pki.certified("alice")
    extensions = [
        pki.voms.issue(alice.certificate, FQANS, vo="testvo"),
        pki.voms.issue(
            alice.certificate,
            ("/other/Role=NULL/Capability=NULL",),
            vo="other",
            lifetime=SLACK * 90,
        ),
    ]
    certificates = b"".join(
        core.Sequence.load(core.Sequence.load(extension).contents).contents
        for extension in extensions
    )
    inner = core.Sequence(contents=certificates).dump()
    both = core.Sequence(contents=inner).dump()
    path = tools.keep("two", issue_proxy(alice, attributes=both).pem)
    # The trust file of the PKI is for testvo alone; what counts here is the reading.
    shown = tools.fields(tools.run("voms-proxy-info", "-all", "-dont-verify-ac", "-file", path))
    info = X509Credential.from_file(path).info
    assert [item.vo for item in info.voms.attributes] == ["testvo", "other"]
    same_attributes(info, shown)


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", SUBJECTS)
def test_slash_form_is_that_of_openssl(pki: TestPKI, tools: Tools, subject: str) -> None:
    who = certified(pki, SUBJECTS[subject])
    path = tools.keep("cert", pem_of(who.certificate))
    shown = tools.run("openssl", "x509", "-in", path, "-noout", "-subject", "-nameopt", "compat")
    assert slash_form(who.certificate.subject) == re.sub(r"^subject\s*=\s*", "", shown.strip())
