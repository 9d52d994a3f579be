"""One list of parameters: what `easy` and the options of `fts submit` cannot take from it is held against it here."""

from __future__ import annotations

import inspect
import itertools
from typing import Any

import attrs
import pytest

from fts_client import FTSUsageError, Job, JobParams, Transfer, easy
from fts_client.cli.input.job_values import check
from fts_client.easy.exceptions import ClientError
from fts_client.jobs.parameters import parameters_of

OVERWRITE_FLAGS = (
    "overwrite",
    "overwrite_on_retry",
    "overwrite_hop",
    "overwrite_when_only_on_disk",
)
BUILDERS: dict[Any, tuple[type, set[str]]] = {
    easy.new_job: (JobParams, {"transfers", "deletion", "metadata", "kwargs"}),
    easy.new_staging_job: (JobParams, {"files", "metadata", "kwargs"}),
    easy.new_delete_job: (JobParams, {"files", "spacetoken", "metadata"}),
    easy.new_transfer: (Transfer, {"source", "destination", "kwargs"}),
}


def _refuses(check: Any, *arguments: Any, **options: Any) -> bool:
    try:
        check(*arguments, **options)
    except (ClientError, FTSUsageError):
        return True
    return False


def test_a_job_has_thirty_parameters() -> None:
    assert len(parameters_of(JobParams)) == 30


@pytest.mark.parametrize("fields", [JobParams, Transfer])
def test_every_field_has_a_type_and_a_meaning(fields: type) -> None:
    parameters = parameters_of(fields)
    others = ["extra", "metadata_encoder"]
    assert [*others, *parameters] == [field.name for field in attrs.fields(fields)]
    assert [p.name for p in parameters.values() if not p.types or not p.meaning] == []


def test_a_parameter_says_type_unit_limits_meaning_and_default() -> None:
    parameters = parameters_of(JobParams)
    assert parameters["priority"].types == (int,)
    assert (parameters["priority"].limits.minimum, parameters["priority"].limits.maximum) == (1, 5)
    assert parameters["priority"].server_default == "3"
    assert parameters["retry_delay"].limits.unit == "seconds"
    assert parameters["verify_checksum"].types == (bool, str)
    assert parameters["verify_checksum"].limits.choices == ("source", "target", "both", "none")
    assert parameters["nostreams"].meaning == "Parallel streams per transfer."


@pytest.mark.parametrize("builder", BUILDERS)
def test_builder_of_easy_takes_and_documents_what_is_in_the_list(builder: Any) -> None:
    fields, own = BUILDERS[builder]
    shared = set(inspect.signature(builder).parameters) - own
    assert shared <= set(parameters_of(fields))
    for name in shared:
        assert f"    {name}: {parameters_of(fields)[name].meaning}\n" in builder.__doc__
    for name in own:
        assert f"{name}: " in builder.__doc__


@pytest.mark.parametrize("builder", BUILDERS)
def test_builder_of_easy_takes_the_types_of_the_list(builder: Any) -> None:
    fields, own = BUILDERS[builder]
    for name, argument in inspect.signature(builder).parameters.items():
        if name not in own and argument.annotation != "Any":
            types = {kind.__name__ for kind in parameters_of(fields)[name].types}
            assert set(argument.annotation.split(" | ")) - {"None"} == types, name


@pytest.mark.parametrize("flags", list(itertools.product([False, True], repeat=4)))
@pytest.mark.parametrize("archive_timeout", [None, -1, 0, 100])
def test_easy_and_the_command_refuse_the_same_overwrite_flags(
    flags: tuple[bool, ...], archive_timeout: int | None
) -> None:
    params: dict[str, Any] = dict(zip(OVERWRITE_FLAGS, flags, strict=True))
    params["archive_timeout"] = archive_timeout
    too_many = sum(flags) > 1 and flags != (False, False, True, True)
    archiving = archive_timeout is not None and archive_timeout > 0
    refused = too_many or (params["overwrite_when_only_on_disk"] and not archiving)
    assert _refuses(easy.new_job, [], **params) is refused
    assert _refuses(check, params) is refused


def test_repr_shows_no_secret_of_metadata_and_surls() -> None:
    metadata = {"password": "k9fXopaque00"}
    transfer = Transfer("davs://u:k9fXopaque00@a/f", "davs://b/f", metadata=metadata)
    job = Job([transfer], params=JobParams(job_metadata=metadata, sid="k9fX-sid"))
    assert "k9fXopaque00" not in f"{job} {transfer} {job.params}"
    assert "sid='k9fX-sid'" in repr(job)
