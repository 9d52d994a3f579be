"""The table of operations: method, path, handler; and which of them are not imitated yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from fts_contract.mock.exchange import Call, Reply
from fts_contract.mock.handlers import (
    api_docs,
    archive,
    autocomplete,
    ban,
    cloud,
    config_activity,
    config_authorize,
    config_cloud,
    config_global,
    config_hosts,
    config_links,
    config_se,
    config_shares,
    delegation,
    dm,
    files,
    jobs_change,
    jobs_query,
    jobs_submit,
    optimizer,
    server_info,
    status,
    whoami,
)

Handler = Callable[[Call], Reply]


@attrs.frozen
class Operation:
    """An operation of the API.

    Attributes:
        method: In capitals.
        template: Path with placeholders in braces.
        handler: None while the mock answers 501.
    """

    method: str
    template: str
    handler: Handler | None = None


# Where two templates fit a path, the first one with the method wins.
OPERATIONS: Final = (
    Operation("GET", "/", server_info.get_server_info),
    Operation("GET", "/whoami", whoami.whoami),
    Operation("GET", "/whoami/certificate", whoami.get_certificate),
    Operation("GET", "/delegation", delegation.get_delegation_page),
    Operation("GET", "/delegation/{dlg_id}", delegation.get_delegation),
    Operation("DELETE", "/delegation/{dlg_id}", delegation.delete_delegation),
    Operation("GET", "/delegation/{dlg_id}/request", delegation.get_delegation_request),
    Operation("PUT", "/delegation/{dlg_id}/credential", delegation.set_delegation_credential),
    Operation("POST", "/delegation/{dlg_id}/credential", delegation.set_delegation_credential),
    Operation("POST", "/delegation/{dlg_id}/voms", delegation.add_voms_attributes),
    Operation("GET", "/jobs", jobs_query.list_jobs),
    Operation("GET", "/jobs/", jobs_query.list_jobs),
    Operation("POST", "/jobs", jobs_submit.submit_job),
    Operation("PUT", "/jobs", jobs_submit.submit_job),
    Operation("DELETE", "/jobs/all", jobs_change.cancel_all),
    Operation("DELETE", "/jobs/vo/{vo_name}", jobs_change.cancel_all),
    Operation("GET", "/jobs/{job_ids}", jobs_query.get_jobs),
    Operation("DELETE", "/jobs/{job_ids}", jobs_change.cancel_jobs),
    Operation("POST", "/jobs/{job_ids}", jobs_change.modify_jobs),
    Operation("GET", "/jobs/{job_id}/files", jobs_query.list_job_files),
    Operation("DELETE", "/jobs/{job_id}/files/{file_ids}", jobs_change.cancel_job_files),
    Operation("GET", "/jobs/{job_id}/files/{file_id}/retries", jobs_query.list_file_retries),
    Operation("GET", "/jobs/{job_id}/dm", jobs_query.list_job_dm),
    Operation("GET", "/jobs/{job_id}/{field}", jobs_query.get_job_field),
    Operation("POST", "/admin/force-start", jobs_change.force_start),
    Operation("GET", "/files", files.list_files),
    Operation("GET", "/files/", files.list_files),
    Operation("GET", "/archive", archive.get_archive_index),
    Operation("GET", "/archive/", archive.get_archive_index),
    Operation("GET", "/archive/{job_id}", archive.get_archived_job),
    Operation("GET", "/archive/{job_id}/{field}", archive.get_archived_field),
    Operation("GET", "/api-docs/schema/submit", api_docs.get_submit_schema),
    Operation("GET", "/autocomplete/dn", autocomplete.complete_dn),
    Operation("GET", "/autocomplete/source", autocomplete.complete_source),
    Operation("GET", "/autocomplete/destination", autocomplete.complete_destination),
    Operation("GET", "/autocomplete/storage", autocomplete.complete_storage),
    Operation("GET", "/autocomplete/vo", autocomplete.complete_vo),
    Operation("GET", "/optimizer", optimizer.get_optimizer_enabled),
    Operation("GET", "/optimizer/evolution", optimizer.list_optimizer_evolution),
    Operation("GET", "/optimizer/current", optimizer.list_optimizer_current),
    Operation("POST", "/optimizer/current", optimizer.set_optimizer_current),
    Operation("GET", "/status/hosts", status.get_host_activity),
    Operation("GET", "/ban/se", ban.list_banned_se),
    Operation("POST", "/ban/se", ban.ban_se),
    Operation("DELETE", "/ban/se", ban.unban_se),
    Operation("GET", "/ban/dn", ban.list_banned_dn),
    Operation("POST", "/ban/dn", ban.ban_dn),
    Operation("DELETE", "/ban/dn", ban.unban_dn),
    Operation("GET", "/dm/list", dm.list_directory),
    Operation("GET", "/dm/stat", dm.stat_file),
    Operation("POST", "/dm/mkdir", dm.make_directory),
    Operation("POST", "/dm/rmdir", dm.remove_directory),
    Operation("POST", "/dm/unlink", dm.unlink_file),
    Operation("POST", "/dm/rename", dm.rename_file),
    Operation("GET", "/config", config_hosts.list_hosts),
    Operation("POST", "/config/drain", config_hosts.set_drain),
    Operation("GET", "/config/audit", config_hosts.list_audit),
    Operation("GET", "/config/global", config_global.get_global_config),
    Operation("POST", "/config/global", config_global.set_global_config),
    Operation("DELETE", "/config/global", config_global.delete_global_config),
    Operation("GET", "/config/links", config_links.list_links),
    Operation("POST", "/config/links", config_links.set_link),
    Operation("GET", "/config/links/{sym_name}", config_links.get_link),
    Operation("DELETE", "/config/links/{sym_name}", config_links.delete_link),
    Operation("GET", "/config/shares", config_shares.list_shares),
    Operation("POST", "/config/shares", config_shares.set_share),
    Operation("DELETE", "/config/shares", config_shares.delete_share),
    Operation("GET", "/config/se", config_se.get_se_config),
    Operation("POST", "/config/se", config_se.set_se_config),
    Operation("DELETE", "/config/se", config_se.delete_se_config),
    Operation("GET", "/config/authorize", config_authorize.list_grants),
    Operation("POST", "/config/authorize", config_authorize.add_grant),
    Operation("DELETE", "/config/authorize", config_authorize.remove_grants),
    Operation("GET", "/config/activity_shares", config_activity.list_activity_shares),
    Operation("POST", "/config/activity_shares", config_activity.set_activity_shares),
    Operation("GET", "/config/activity_shares/{vo_name}", config_activity.get_activity_shares),
    Operation(
        "DELETE", "/config/activity_shares/{vo_name}", config_activity.delete_activity_shares
    ),
    Operation("GET", "/config/cloud_storage", config_cloud.list_cloud_storages),
    Operation("POST", "/config/cloud_storage", config_cloud.set_cloud_storage),
    Operation(
        "GET", "/config/cloud_storage/{storage_name}", config_cloud.list_cloud_storage_users
    ),
    Operation("POST", "/config/cloud_storage/{storage_name}", config_cloud.set_cloud_storage_user),
    Operation("DELETE", "/config/cloud_storage/{storage_name}", config_cloud.delete_cloud_storage),
    Operation(
        "DELETE",
        "/config/cloud_storage/{storage_name}/{id}",
        config_cloud.delete_cloud_storage_user,
    ),
    Operation("GET", "/cs/registered/{service}", cloud.is_registered),
    Operation("GET", "/cs/access_request/{service}", cloud.get_access_request),
    Operation("GET", "/cs/access_request/{service}/", cloud.get_access_request),
    Operation("GET", "/cs/access_request/{service}/request", cloud.start_access_request),
    Operation("GET", "/cs/access_grant/{service}", cloud.get_access_grant),
    Operation("DELETE", "/cs/access_grant/{service}", cloud.delete_access_grant),
    Operation("GET", "/cs/remote_content/{service}", cloud.use_cloud),
    Operation("GET", "/cs/file_urllink/{service}/{path}", cloud.use_cloud),
)


def missing_operations() -> list[str]:
    """Name the operations that answer 501, as `METHOD /path`."""
    return [f"{o.method} {o.template}" for o in OPERATIONS if o.handler is None]
