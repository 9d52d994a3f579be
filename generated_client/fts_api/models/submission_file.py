from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.selection_strategy import SelectionStrategy, check_selection_strategy
from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="SubmissionFile")


@_attrs_define(repr=False)
class SubmissionFile(Model):
    """One file to transfer, with one or several sources (replicas) and destinations."""

    sources: list[str]
    """ URLs of the file. Several make a multi-replica job: the server picks one by `selection_strategy`
    and keeps the others as spares. """
    destinations: list[str]
    """ URLs to write; the file goes to all of them. """
    filesize: int | None | Unset = UNSET
    """ Size in bytes; 0 or null means not given. Comes back as `user_filesize`, above 2^53 as far as a double holds
    it. """
    checksum: None | str | Unset = UNSET
    """ `ALGORITHM:value`, e.g. `ADLER32:1a2b3c4d`; the form is not checked. A bare `ADLER32` (the default)
    counts as given when `verify_checksum` is false. 100 characters at most, so no SHA-512. """
    metadata: MetadataObject | None | str | Unset = UNSET
    """ Anything of the user's: an object, or a text that becomes `{"label": text}`. Up to a size that each
    server sets (1024 characters of JSON by default). """
    staging_metadata: MetadataObject | None | Unset = UNSET
    """ For the tape system, when the file is brought online. Up to a size that each server sets, 1024
    characters of JSON by default. """
    archive_metadata: MetadataObject | None | Unset = UNSET
    """ For the tape system, when the file is archived. Up to a size that each server sets, 1024
    characters of JSON by default. """
    activity: None | str | Unset = UNSET
    """ Share of the VO that the transfer belongs to; null means `default`. """
    scitag: int | None | Unset = UNSET
    """ Identifier that marks the packets of the transfer (scitags.org). """
    selection_strategy: None | SelectionStrategy | Unset = UNSET
    """ How to pick one of several sources; null means `auto`. Looked at only when there are several pairs. """
    source_tokens: list[str] | Unset = UNSET
    """ One bearer token per source, for token callers: each file has both lists or none, of the length of
    `sources` and `destinations`. None means the caller's own token. Callers with a certificate get 409
    for any token that is no JWT of a known issuer. """
    destination_tokens: list[str] | Unset = UNSET
    """ One bearer token per destination, see `source_tokens`. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        sources = self.sources

        destinations = self.destinations

        filesize = self.filesize

        checksum = self.checksum

        metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, MetadataObject):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        staging_metadata: dict[str, Any] | None | Unset
        if isinstance(self.staging_metadata, Unset):
            staging_metadata = UNSET
        elif isinstance(self.staging_metadata, MetadataObject):
            staging_metadata = self.staging_metadata.to_dict()
        else:
            staging_metadata = self.staging_metadata

        archive_metadata: dict[str, Any] | None | Unset
        if isinstance(self.archive_metadata, Unset):
            archive_metadata = UNSET
        elif isinstance(self.archive_metadata, MetadataObject):
            archive_metadata = self.archive_metadata.to_dict()
        else:
            archive_metadata = self.archive_metadata

        activity = self.activity

        scitag = self.scitag

        selection_strategy: None | str | Unset
        if isinstance(self.selection_strategy, Unset):
            selection_strategy = UNSET
        elif isinstance(self.selection_strategy, str):
            selection_strategy = self.selection_strategy
        else:
            selection_strategy = self.selection_strategy

        source_tokens: list[str] | Unset = UNSET
        if not isinstance(self.source_tokens, Unset):
            source_tokens = self.source_tokens

        destination_tokens: list[str] | Unset = UNSET
        if not isinstance(self.destination_tokens, Unset):
            destination_tokens = self.destination_tokens

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sources": sources,
                "destinations": destinations,
            }
        )
        if filesize is not UNSET:
            field_dict["filesize"] = filesize
        if checksum is not UNSET:
            field_dict["checksum"] = checksum
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if staging_metadata is not UNSET:
            field_dict["staging_metadata"] = staging_metadata
        if archive_metadata is not UNSET:
            field_dict["archive_metadata"] = archive_metadata
        if activity is not UNSET:
            field_dict["activity"] = activity
        if scitag is not UNSET:
            field_dict["scitag"] = scitag
        if selection_strategy is not UNSET:
            field_dict["selection_strategy"] = selection_strategy
        if source_tokens is not UNSET:
            field_dict["source_tokens"] = source_tokens
        if destination_tokens is not UNSET:
            field_dict["destination_tokens"] = destination_tokens

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)
        sources = cast("list[str]", d.pop("sources"))

        destinations = cast("list[str]", d.pop("destinations"))

        filesize = d.pop("filesize", UNSET)

        checksum = d.pop("checksum", UNSET)

        def _parse_metadata(data: object) -> MetadataObject | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_submitted_metadata_type_0 = MetadataObject.from_dict(data)

                return componentsschemas_submitted_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | str | Unset", data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_staging_metadata(data: object) -> MetadataObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                staging_metadata_type_0 = MetadataObject.from_dict(data)

                return staging_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | Unset", data)

        staging_metadata = _parse_staging_metadata(d.pop("staging_metadata", UNSET))

        def _parse_archive_metadata(data: object) -> MetadataObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                archive_metadata_type_0 = MetadataObject.from_dict(data)

                return archive_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | Unset", data)

        archive_metadata = _parse_archive_metadata(d.pop("archive_metadata", UNSET))

        activity = d.pop("activity", UNSET)

        scitag = d.pop("scitag", UNSET)

        def _parse_selection_strategy(data: object) -> None | SelectionStrategy | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                selection_strategy_type_0 = check_selection_strategy(data)

                return selection_strategy_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | SelectionStrategy | Unset", data)

        selection_strategy = _parse_selection_strategy(d.pop("selection_strategy", UNSET))

        source_tokens = cast("list[str]", d.pop("source_tokens", UNSET))

        destination_tokens = cast("list[str]", d.pop("destination_tokens", UNSET))

        submission_file = cls(
            sources=sources,
            destinations=destinations,
            filesize=filesize,
            checksum=checksum,
            metadata=metadata,
            staging_metadata=staging_metadata,
            archive_metadata=archive_metadata,
            activity=activity,
            scitag=scitag,
            selection_strategy=selection_strategy,
            source_tokens=source_tokens,
            destination_tokens=destination_tokens,
        )

        submission_file.additional_properties = d
        return submission_file
