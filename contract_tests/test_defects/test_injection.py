"""A defect changes only the operation that it names, and counts how often a run met it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from fts_contract.defects.defect import Defect, Seam
from fts_contract.defects.injection import inject
from fts_contract.defects.request_seams import ignored_parameters
from fts_contract.defects.seams import dropped, member, on_call, status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fts_contract.defects.injection import Injected

    Ask = Callable[[Defect | None, str], tuple[requests.Response, Injected]]

ALL = "state_in=FINISHED&limit=0"


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pki")


@pytest.fixture
def ask(pki: Path) -> Ask:
    def call(defect: Defect | None, path: str) -> tuple[requests.Response, Injected]:
        injected = inject(*([defect] if defect else []), pki=pki)
        with injected.mock as mock:
            mock.state.add_job(job_state="FINISHED")
            answer = requests.get(
                f"{mock.endpoint}{path}",
                cert=str(mock.credential("alice")),
                verify=str(mock.ca_file),
                headers={"Accept": "application/json"},
                timeout=10,
            )
        return answer, injected

    return call


def defect(**seams: Seam) -> Defect:
    return Defect(
        name="a-defect", description="Something", kind="null", resource="jobs", seams=seams
    )


def test_clean_mock_has_no_hits(ask: Ask) -> None:
    answer, injected = ask(None, "/whoami")
    assert answer.json()["is_root"] is False
    assert injected.hits == 0


def test_defect_in_an_answer_is_counted(ask: Ask) -> None:
    answer, injected = ask(defect(whoami=dropped("is_root")), "/whoami")
    assert "is_root" not in answer.json()
    assert injected.hits == 1


def test_defect_of_another_operation_is_not_met(ask: Ask) -> None:
    answer, injected = ask(defect(get_server_info=dropped("api")), "/whoami")
    assert "is_root" in answer.json()
    assert injected.hits == 0


def test_defect_that_changes_nothing_is_not_met(ask: Ask) -> None:
    _, injected = ask(defect(whoami=member("user_dn", lambda dn: dn)), "/whoami")
    assert injected.hits == 0


def test_parameter_that_is_not_sent_is_not_ignored(ask: Ask) -> None:
    ignoring = defect(list_jobs=ignored_parameters("state_in"))
    _, injected = ask(ignoring, "/jobs")
    assert injected.hits == 0
    answer, injected = ask(ignoring, f"/jobs?{ALL}")
    assert answer.status_code == 200
    assert injected.hits == 1


def test_both_spellings_of_a_path_have_the_defect(ask: Ask) -> None:
    for path in ("/jobs", "/jobs/"):
        answer, injected = ask(defect(list_jobs=status(202, instead_of=200)), path)
        assert (answer.status_code, injected.hits) == (202, 1)


def test_refusal_of_the_mock_reaches_the_seam_as_a_reply(ask: Ask) -> None:
    gone = defect(get_jobs=status(410, instead_of=404))
    answer, injected = ask(gone, "/jobs/00000000-0000-1000-8000-000000000000")
    assert (answer.status_code, injected.hits) == (410, 1)


def test_call_passed_on_unchanged_is_not_a_hit(ask: Ask) -> None:
    answer, injected = ask(defect(list_jobs=on_call(lambda call: call)), f"/jobs?{ALL}")
    assert len(answer.json()) == 1
    assert injected.hits == 0


def test_operation_that_the_mock_lacks_is_named(pki: Path) -> None:
    with pytest.raises(KeyError, match="list_oauth2_apps"):
        inject(defect(list_oauth2_apps=dropped("x")), pki=pki)
