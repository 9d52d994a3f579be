"""Values that mean something to a real server, offered beside everything that the schemas admit.

Random text fits most schemas but refers to nothing: no job has such a storage, no link such a name. In the copy of the
document from which test cases are made, each schema gets a narrower alternative, so that both are used. Names that a
run leaves behind begin with `fts-contract`, and hosts are in example.org.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fts_contract.harness.generating.known_data import KnownData

__all__ = ["offer_realistic"]

_Schema = dict[str, Any]

_HEX = "[0-9a-f]"


def offer_realistic(document: dict[str, Any], known: KnownData) -> None:
    """Add the alternatives to a tailored copy of the document, which is changed."""
    schemas = document.get("components", {}).get("schemas", {})
    for (name, member), offer in _MEMBERS.items():
        owner = schemas if not member else schemas.get(name, {}).get("properties", {})
        _offer(owner, member or name, offer(known))
    for operation, parameter in _parameters(document):
        for key in ((operation, parameter["name"]), ("", parameter["name"])):
            if key in _PARAMETERS:
                _offer(parameter, "schema", _PARAMETERS[key](known))
                break
    # Each deterministic id can be used only once, even by other runs with the same seed.
    sid = schemas.get("SubmissionParams", {}).get("properties", {}).get("sid")
    if sid is not None:
        unique = next(iter(known.own_job_ids), "none")
        sid["pattern"] = f"^fts-contract-{unique}-{_HEX}{{16}}$"


def _offer(owner: dict[str, Any], key: str, realistic: _Schema | None) -> None:
    if realistic is None or key not in owner or "enum" in owner[key]:
        return
    owner[key] = {"anyOf": [{"type": "string", **realistic}, owner[key]]}


def _parameters(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each parameter with the id of its operation; tailoring has resolved all references."""
    for item in document.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, dict):
                for parameter in operation.get("parameters", ()):
                    if "name" in parameter and "schema" in parameter:
                        yield operation.get("operationId", ""), parameter


def _pattern(text: str) -> Callable[[KnownData], _Schema]:
    return lambda _known: {"pattern": f"^(?:{text})$"}


def _one_of(values: Sequence[str]) -> _Schema | None:
    return {"enum": list(values)} if values else None


def _states(names: str) -> Callable[[KnownData], _Schema]:
    one = "|".join(names.split())
    return _pattern(f"(?:{one})(?:,(?:{one})){{0,3}}")


_HOST = r"(?:se|dcache|eos)[0-9]\.example\.org"
_URL = (
    rf"(?:davs|https|root|gsiftp|srm)://{_HOST}(?::(?:443|1094|2811|8446))?"
    r"/(?:data|atlas|cms)/[a-z0-9]{1,12}\.root"
    r"|mock://[a-z]{1,8}\.example\.org/[a-z0-9]{1,12}"
    r"\?size(?:_post)?=[1-9][0-9]{0,6}&time=[1-9][0-9]?"
)
_STORAGE = r"(?:davs|https|root|gsiftp|srm|mock)://fts-contract-se[0-9]\.example\.org"
_OWN = "fts-contract-[ab]"
"""Only two names, so that requests find what earlier ones made."""
_MOCK_FILE = r"mock://fts-contract-dm\.example\.org/[a-z]{1,8}(?:\?size=[0-9]{1,7})?"
_MOCK_DIRECTORY = r"mock://fts-contract-dm\.example\.org/dir\?list=[a-z]{1,6}:0644:[0-9]{1,4}(?:,[a-z]{1,6}:0755:0)?"
_JOB_STATES = (
    "SUBMITTED READY ACTIVE STAGING ARCHIVING FINISHED FINISHEDDIRTY FAILED CANCELED DELETE"
)
_FILE_STATES = "SUBMITTED READY ACTIVE STAGING STARTED ARCHIVING NOT_USED ON_HOLD"

_MEMBERS: dict[tuple[str, str], Callable[[KnownData], _Schema | None]] = {
    ("TransferUrl", ""): _pattern(_URL),
    ("SubmissionFile", "checksum"): _pattern(
        f"ADLER32|(?:ADLER32|adler32|CRC32):{_HEX}{{8}}|MD5:{_HEX}{{32}}"
    ),
    ("SubmissionFile", "activity"): _pattern("default|Production|Express|User Subscriptions"),
    ("SurlRequest", "surl"): _pattern(_MOCK_FILE),
    ("RenameRequest", "old"): _pattern(_MOCK_FILE),
    ("RenameRequest", "new"): _pattern(_MOCK_FILE),
    ("SetDrainRequest", "hostname"): lambda known: _one_of(known.hosts),
    ("SetCloudStorageRequest", "storage_name"): _pattern(_OWN),
    ("SetLinkRequest", "symbolicname"): _pattern(_OWN),
    ("SetLinkRequest", "source"): _pattern(_STORAGE),
    ("SetLinkRequest", "destination"): _pattern(_STORAGE),
    ("SetShareRequest", "source"): _pattern(_STORAGE),
    ("SetShareRequest", "destination"): _pattern(_STORAGE),
    ("SetShareRequest", "vo"): _pattern(_OWN),
    ("SetActivitySharesRequest", "vo"): _pattern(_OWN),
    ("BanSeRequest", "storage"): _pattern(r"mock://fts-contract-banned[0-9]\.example\.org"),
    ("BanDnRequest", "user_dn"): _pattern("/DC=org/DC=example/CN=fts-contract [ab]"),
    ("AddGrantRequest", "dn"): _pattern("/DC=org/DC=example/CN=fts-contract [ab]"),
    ("SetOptimizerRequest", "source_se"): _pattern(_STORAGE),
    ("SetOptimizerRequest", "dest_se"): _pattern(_STORAGE),
}
"""What to offer, by schema and member (empty: for the schema itself)."""

_PARAMETERS: dict[tuple[str, str], Callable[[KnownData], _Schema | None]] = {
    ("list_jobs", "state_in"): _states(_JOB_STATES),
    ("list_files", "state_in"): _states(_FILE_STATES),
    ("list_jobs", "source_se"): lambda known: _one_of(known.storages),
    ("list_jobs", "dest_se"): lambda known: _one_of(known.storages),
    ("list_files", "source_se"): lambda known: _one_of(known.storages),
    ("list_files", "dest_se"): lambda known: _one_of(known.storages),
    ("list_files", "dest_surl"): lambda known: _one_of(known.dest_surls),
    ("list_optimizer_evolution", "source_se"): _pattern(_STORAGE),
    ("list_optimizer_evolution", "dest_se"): _pattern(_STORAGE),
    ("list_optimizer_current", "source_se"): _pattern(_STORAGE),
    ("list_optimizer_current", "dest_se"): _pattern(_STORAGE),
    ("", "vo_name"): lambda known: _one_of(known.identity.vos[:1]),
    ("list_directory", "surl"): _pattern(_MOCK_DIRECTORY),
    ("stat_file", "surl"): _pattern(_MOCK_FILE),
    ("", "term"): _pattern("mock://|davs://fts|/DC=|fts-contract"),
    ("", "storage_name"): _pattern(_OWN),
    ("", "symbolicname"): _pattern(_OWN),
    ("get_activity_shares", "vo"): _pattern(_OWN),
    ("delete_activity_shares", "vo"): _pattern(_OWN),
    ("delete_share", "vo"): _pattern(_OWN),
    ("delete_share", "source"): _pattern(_STORAGE),
    ("delete_share", "destination"): _pattern(_STORAGE),
    ("", "service"): _pattern("dropbox"),
    ("delete_se_config", "se"): _pattern(_STORAGE),
    ("remove_grants", "dn"): _pattern("/DC=org/DC=example/CN=fts-contract [ab]"),
    ("delete_global_config", "vo_name"): _pattern(_OWN),
    ("unban_se", "storage"): _pattern(r"mock://fts-contract-banned[0-9]\.example\.org"),
    ("unban_dn", "user_dn"): _pattern("/DC=org/DC=example/CN=fts-contract [ab]"),
}
"""What to offer, by operation (empty: for all) and name of the parameter."""
