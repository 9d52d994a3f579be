from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="Deletion")


@_attrs_define(repr=False)
class Deletion(Model):
    """One file of a deletion job."""

    file_id: int
    """ Id of a file (one transfer); exceeds 32 bits on busy servers. """
    job_id: str
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    file_state: str
    """ State of a file. Terminal: FINISHED, FAILED, CANCELED. Waiting: NOT_USED (spare replica or later
    hop), ON_HOLD and ON_HOLD_STAGING (storage banned), TOKEN_PREP. More states may come. """
    source_surl: None | str
    """ The file to delete. """
    source_se: None | str | Unset = UNSET
    """ Storage of the file. """
    dest_surl: None | str | Unset = UNSET
    """ Of no use for deletions. """
    dest_se: None | str | Unset = UNSET
    """ Of no use for deletions. """
    dmhost: None | str | Unset = UNSET
    """ Daemon host that deletes. """
    reason: None | str | Unset = UNSET
    """ Why the deletion failed or was canceled. """
    checksum: None | str | Unset = UNSET
    """ Of no use for deletions. """
    start_time: None | str | Unset = UNSET
    """ Start of the deletion, UTC. """
    finish_time: None | str | Unset = UNSET
    """ End of the deletion, UTC. """
    job_finished: None | str | Unset = UNSET
    """ When the job became terminal, UTC. """
    retry_timestamp: None | str | Unset = UNSET
    """ When the deletion is tried again, UTC. """
    wait_timestamp: None | str | Unset = UNSET
    """ Since when the deletion waits, UTC. """
    wait_timeout: int | None | Unset = UNSET
    """ How long the deletion waits, seconds. """
    tx_duration: float | None | Unset = UNSET
    """ Duration of the deletion, seconds. """
    retry: int | None | Unset = UNSET
    """ Number of retries so far. """
    user_filesize: float | None | Unset = UNSET
    """ Size in bytes as submitted; a floating point number here. """
    file_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    activity: None | str | Unset = UNSET
    """ Share of the VO that the deletion belongs to. """
    dm_token: None | str | Unset = UNSET
    """ The storage's id of the request. """
    hashed_id: int | None | Unset = UNSET
    """ Bucket number, an index that decides which daemon host works on the file. """
    vo_name: None | str | Unset = UNSET
    """ VO that owns the job. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        file_id = self.file_id

        job_id = self.job_id

        file_state = self.file_state

        source_surl = self.source_surl

        source_se = self.source_se

        dest_surl = self.dest_surl

        dest_se = self.dest_se

        dmhost = self.dmhost

        reason = self.reason

        checksum = self.checksum

        start_time = self.start_time

        finish_time = self.finish_time

        job_finished = self.job_finished

        retry_timestamp = self.retry_timestamp

        wait_timestamp = self.wait_timestamp

        wait_timeout = self.wait_timeout

        tx_duration = self.tx_duration

        retry = self.retry

        user_filesize = self.user_filesize

        file_metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.file_metadata, Unset):
            file_metadata = UNSET
        elif isinstance(self.file_metadata, MetadataObject):
            file_metadata = self.file_metadata.to_dict()
        else:
            file_metadata = self.file_metadata

        activity = self.activity

        dm_token = self.dm_token

        hashed_id = self.hashed_id

        vo_name = self.vo_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file_id": file_id,
                "job_id": job_id,
                "file_state": file_state,
                "source_surl": source_surl,
            }
        )
        if source_se is not UNSET:
            field_dict["source_se"] = source_se
        if dest_surl is not UNSET:
            field_dict["dest_surl"] = dest_surl
        if dest_se is not UNSET:
            field_dict["dest_se"] = dest_se
        if dmhost is not UNSET:
            field_dict["dmhost"] = dmhost
        if reason is not UNSET:
            field_dict["reason"] = reason
        if checksum is not UNSET:
            field_dict["checksum"] = checksum
        if start_time is not UNSET:
            field_dict["start_time"] = start_time
        if finish_time is not UNSET:
            field_dict["finish_time"] = finish_time
        if job_finished is not UNSET:
            field_dict["job_finished"] = job_finished
        if retry_timestamp is not UNSET:
            field_dict["retry_timestamp"] = retry_timestamp
        if wait_timestamp is not UNSET:
            field_dict["wait_timestamp"] = wait_timestamp
        if wait_timeout is not UNSET:
            field_dict["wait_timeout"] = wait_timeout
        if tx_duration is not UNSET:
            field_dict["tx_duration"] = tx_duration
        if retry is not UNSET:
            field_dict["retry"] = retry
        if user_filesize is not UNSET:
            field_dict["user_filesize"] = user_filesize
        if file_metadata is not UNSET:
            field_dict["file_metadata"] = file_metadata
        if activity is not UNSET:
            field_dict["activity"] = activity
        if dm_token is not UNSET:
            field_dict["dm_token"] = dm_token
        if hashed_id is not UNSET:
            field_dict["hashed_id"] = hashed_id
        if vo_name is not UNSET:
            field_dict["vo_name"] = vo_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)
        file_id = d.pop("file_id")

        job_id = d.pop("job_id")

        file_state = d.pop("file_state")

        source_surl = d.pop("source_surl")

        source_se = d.pop("source_se", UNSET)

        dest_surl = d.pop("dest_surl", UNSET)

        dest_se = d.pop("dest_se", UNSET)

        dmhost = d.pop("dmhost", UNSET)

        reason = d.pop("reason", UNSET)

        checksum = d.pop("checksum", UNSET)

        start_time = d.pop("start_time", UNSET)

        finish_time = d.pop("finish_time", UNSET)

        job_finished = d.pop("job_finished", UNSET)

        retry_timestamp = d.pop("retry_timestamp", UNSET)

        wait_timestamp = d.pop("wait_timestamp", UNSET)

        wait_timeout = d.pop("wait_timeout", UNSET)

        tx_duration = d.pop("tx_duration", UNSET)

        retry = d.pop("retry", UNSET)

        user_filesize = d.pop("user_filesize", UNSET)

        def _parse_file_metadata(data: object) -> MetadataObject | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_metadata_type_0 = MetadataObject.from_dict(data)

                return componentsschemas_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | str | Unset", data)

        file_metadata = _parse_file_metadata(d.pop("file_metadata", UNSET))

        activity = d.pop("activity", UNSET)

        dm_token = d.pop("dm_token", UNSET)

        hashed_id = d.pop("hashed_id", UNSET)

        vo_name = d.pop("vo_name", UNSET)

        deletion = cls(
            file_id=file_id,
            job_id=job_id,
            file_state=file_state,
            source_surl=source_surl,
            source_se=source_se,
            dest_surl=dest_surl,
            dest_se=dest_se,
            dmhost=dmhost,
            reason=reason,
            checksum=checksum,
            start_time=start_time,
            finish_time=finish_time,
            job_finished=job_finished,
            retry_timestamp=retry_timestamp,
            wait_timestamp=wait_timestamp,
            wait_timeout=wait_timeout,
            tx_duration=tx_duration,
            retry=retry,
            user_filesize=user_filesize,
            file_metadata=file_metadata,
            activity=activity,
            dm_token=dm_token,
            hashed_id=hashed_id,
            vo_name=vo_name,
        )

        deletion.additional_properties = d
        return deletion
