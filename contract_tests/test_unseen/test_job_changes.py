"""Each unseen defect of changing jobs shows in the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen.job_changes import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

STRANGER = "bob-novoms"


def cancel_list(talk: Talk) -> Any:
    mine = talk.add_job(owner=STRANGER).job_id
    theirs = talk.add_job().job_id
    status = talk.ask(STRANGER, "DELETE", f"/jobs/{mine},{theirs}").status
    return status, talk.job(theirs)["job_state"]


def cancel_and_wait(talk: Talk) -> Any:
    job = talk.submit()
    talk.pass_time(0.2)
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    talk.pass_time(60)
    return talk.states(job)


def cancel_twice(talk: Talk) -> Any:
    job = talk.add_job().job_id
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    first = talk.job(job)["job_finished"]
    talk.pass_time(30)
    talk.ask("alice", "DELETE", f"/jobs/{job}")
    return first == talk.job(job)["job_finished"]


def set_priority(talk: Talk, who: str, job: str, priority: int) -> int:
    status: int = talk.post(who, f"/jobs/{job}", {"params": {"priority": priority}}).status
    return status


def priority_of_foreign(talk: Talk) -> Any:
    job = talk.add_job().job_id
    return set_priority(talk, STRANGER, job, 5), talk.job(job)["priority"]


def priority_twice(talk: Talk) -> Any:
    job = talk.add_job().job_id
    answers = [set_priority(talk, "alice", job, priority) for priority in (4, 2)]
    return answers, talk.job(job)["priority"]


def priority_of_finished(talk: Talk) -> Any:
    job = talk.add_job(job_state="FINISHED").job_id
    return set_priority(talk, "alice", job, 5), talk.job(job)["job_state"]


def cancel_foreign_file(talk: Talk) -> Any:
    own, other = talk.add_job(), talk.add_job()
    answer = talk.ask("alice", "DELETE", f"/jobs/{own.job_id}/files/{other.files[0].file_id}")
    return answer.json, talk.files(other.job_id)[0]["file_state"]


def cancel_position(talk: Talk) -> Any:
    job = talk.add_job(files=({}, {})).job_id
    answer = talk.ask("alice", "DELETE", f"/jobs/{job}/files/1")
    return answer.json, talk.files(job)[1]["file_state"]


def cancel_last_file(talk: Talk) -> Any:
    job = talk.add_job()
    talk.ask("alice", "DELETE", f"/jobs/{job.job_id}/files/{job.files[0].file_id}")
    return talk.job(job.job_id)["job_state"]


def cancel_vo(talk: Talk) -> Any:
    job = talk.add_job(vo_name="testvo-sub").job_id
    talk.ask("root", "DELETE", "/jobs/vo/testvo")
    return talk.job(job)["job_state"]


def start(state: str) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        job = talk.add_job(job_state=state)
        answer = talk.post("root", "/admin/force-start", [job.files[0].file_id])
        return [failure["error"] for failure in answer.json], talk.states(job.job_id)

    return conversation


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "first-id-of-a-cancel-speaks-for-all": cancel_list,
    "canceled-transfer-runs-on": cancel_and_wait,
    "second-cancel-moves-the-end": cancel_twice,
    "priority-set-before-refusal": priority_of_foreign,
    "second-priority-lost": priority_twice,
    "priority-of-finished-job-starts-it-again": priority_of_finished,
    "foreign-file-canceled-behind-the-sentence": cancel_foreign_file,
    "file-canceled-by-position": cancel_position,
    "job-without-active-files-stays-active": cancel_last_file,
    "cancel-of-vo-takes-longer-names": cancel_vo,
    "forced-file-ids-cut-to-32-bits": start("SUBMITTED"),
    "finished-file-starts-again": start("FINISHED"),
}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
