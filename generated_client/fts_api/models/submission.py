from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.submission_file import SubmissionFile
    from ..models.submission_params import SubmissionParams


T = TypeVar("T", bound="Submission")


@_attrs_define(repr=False)
class Submission(Model):
    """A job to submit. Unknown members are ignored here, in `params` and in `files`, except `request` and
    `self`, which crash the server. Deletion jobs (`delete`) are no longer supported: 405 unless null.

    """

    files: list[SubmissionFile]
    """ What to transfer. Without a pair of source and destination the job is refused. """
    params: SubmissionParams | Unset = UNSET
    """ Parameters of a job. null means the default. For token callers the object must be there, if empty:
    without it the server crashes. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        files = []
        for files_item_data in self.files:
            files_item = files_item_data.to_dict()
            files.append(files_item)

        params: dict[str, Any] | Unset = UNSET
        if not isinstance(self.params, Unset):
            params = self.params.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "files": files,
            }
        )
        if params is not UNSET:
            field_dict["params"] = params

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submission_file import SubmissionFile  # noqa: PLC0415
        from ..models.submission_params import SubmissionParams  # noqa: PLC0415

        d = dict(src_dict)
        files = []
        _files = d.pop("files")
        for files_item_data in _files:
            files_item = SubmissionFile.from_dict(files_item_data)

            files.append(files_item)

        _params = d.pop("params", UNSET)
        params: SubmissionParams | Unset
        if isinstance(_params, Unset):
            params = UNSET
        else:
            params = SubmissionParams.from_dict(_params)

        submission = cls(
            files=files,
            params=params,
        )

        submission.additional_properties = d
        return submission
