"""The second half of a trial: the plays of `fts contract compare`, on a mock with a defect and on one without.

Both mocks run in the process that performs the plays, because the plays move their clocks.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from fts_contract.compare.measuring import compare_mock, record_mock
from fts_contract.defects.injection import Injected, inject
from fts_contract.defects.server_contents import fill
from fts_contract.defects.sets import defect_named
from fts_contract.defects.trial import Outcome, pki_of_worker

if TYPE_CHECKING:
    from fts_contract.compare.measuring import Recorded
    from fts_contract.defects.defect import Defect
    from fts_contract.defects.trial import Task
    from fts_contract.harness.options import Profile

__all__ = ["compare_task"]


def compare_task(task: Task) -> Outcome:
    """Compare a mock with a defect with one without, until the first play that shows a difference.

    Returns:
        The differences, as failures of the check `compare`.
    """
    started = time.monotonic()
    defect = defect_named(task.name, task.catalogue) if task.name else None
    # First, because the contents of the other mock grow old while it is made.
    reference = _clean(task.profile, task.seed, _contents_of(defect))
    injected = _filled(*([defect] if defect else []), contents=defect)
    differences = compare_mock(injected.mock, reference, timeout_s=task.timeout_s)
    return Outcome(
        task=task,
        failures=tuple(
            (one.name, "compare", f"{one.found.kind} at {one.found.place}: {one.found.target}")
            for one in differences
        ),
        hits=injected.hits + len(injected.mock.faults.hits),
        # Those of the reference: a comparison that stopped early sent fewer.
        requests=reference.requests,
        elapsed_s=time.monotonic() - started,
    )


def _contents_of(defect: Defect | None) -> Defect | None:
    """Give the defect if it needs other contents; one that only arranges a fault is that fault."""
    if defect is None or defect.arrange is None:
        return None
    return defect if defect.seams or defect.inside or defect.middleware else None


@cache
def _clean(profile: Profile, seed: int, contents: Defect | None) -> Recorded:
    return record_mock(_filled(contents=contents).mock, seed=seed, profile=profile)


def _filled(*defects: Defect, contents: Defect | None) -> Injected:
    injected = inject(*defects, pki=pki_of_worker(), oauth2=True)
    injected.mock.clock.run(scale=0)
    fill(injected.mock)
    if contents is not None and contents.arrange is not None:
        contents.arrange(injected.mock)
    return injected
