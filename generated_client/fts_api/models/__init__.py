"""Contains all the data models used in inputs/outputs, each loaded when it is first used (PEP 562)"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .activity_shares import ActivityShares
    from .activity_shares_by_vo import ActivitySharesByVo
    from .activity_weights import ActivityWeights
    from .add_grant_request import AddGrantRequest
    from .add_grant_request_operation import AddGrantRequestOperation
    from .archive_index import ArchiveIndex
    from .archive_link import ArchiveLink
    from .archive_link_prefix import ArchiveLinkPrefix
    from .archive_links import ArchiveLinks
    from .archived_file import ArchivedFile
    from .archived_job import ArchivedJob
    from .audit_entry import AuditEntry
    from .ban_dn_request import BanDnRequest
    from .ban_se_request import BanSeRequest
    from .ban_se_request_status import BanSeRequestStatus
    from .banned_dn import BannedDn
    from .banned_se import BannedSe
    from .cancel_counts import CancelCounts
    from .checksum_mode import ChecksumMode
    from .cloud_storage import CloudStorage
    from .cloud_storage_user import CloudStorageUser
    from .core_version import CoreVersion
    from .curie import Curie
    from .delegated_credential import DelegatedCredential
    from .deletion import Deletion
    from .directory_entry import DirectoryEntry
    from .directory_listing import DirectoryListing
    from .error import Error
    from .file import File
    from .file_fields import FileFields
    from .file_retry import FileRetry
    from .file_selection import FileSelection
    from .file_stat import FileStat
    from .force_start_failure import ForceStartFailure
    from .get_oauth_2_authorization_page_response_type import (
        GetOauth2AuthorizationPageResponseType,
    )
    from .get_oauth_2_token_grant_type import GetOauth2TokenGrantType
    from .global_config import GlobalConfig
    from .global_config_by_vo import GlobalConfigByVo
    from .grant import Grant
    from .host import Host
    from .host_activity import HostActivity
    from .host_activity_by_host import HostActivityByHost
    from .id_generator import IdGenerator
    from .job_change import JobChange
    from .job_error import JobError
    from .job_field_name import JobFieldName
    from .job_fields import JobFields
    from .job_record import JobRecord
    from .job_selection import JobSelection
    from .job_status import JobStatus
    from .leaked_method import LeakedMethod
    from .levels import Levels
    from .link import Link
    from .link_config import LinkConfig
    from .link_echo import LinkEcho
    from .link_hints import LinkHints
    from .link_share import LinkShare
    from .metadata_object import MetadataObject
    from .modification import Modification
    from .modification_params import ModificationParams
    from .modified_job import ModifiedJob
    from .no_global_config import NoGlobalConfig
    from .oauth_2_application import Oauth2Application
    from .oauth_2_application_request import Oauth2ApplicationRequest
    from .oauth_2_authorization_form import Oauth2AuthorizationForm
    from .oauth_2_token import Oauth2Token
    from .oauth_2_token_request import Oauth2TokenRequest
    from .oauth_2_token_request_grant_type import Oauth2TokenRequestGrantType
    from .optimizer_decision import OptimizerDecision
    from .optimizer_decision_echo import OptimizerDecisionEcho
    from .optimizer_echo import OptimizerEcho
    from .optimizer_setting import OptimizerSetting
    from .optimizer_setting_echo import OptimizerSettingEcho
    from .rename_request import RenameRequest
    from .se_config_by_storage import SeConfigByStorage
    from .se_entry import SeEntry
    from .se_info import SeInfo
    from .se_info_echo import SeInfoEcho
    from .se_info_stored import SeInfoStored
    from .se_limits import SeLimits
    from .se_limits_echo import SeLimitsEcho
    from .se_operation_limits import SeOperationLimits
    from .se_operation_limits_echo import SeOperationLimitsEcho
    from .se_settings import SeSettings
    from .selection_strategy import SelectionStrategy
    from .server_info import ServerInfo
    from .server_links import ServerLinks
    from .set_activity_shares_answer import SetActivitySharesAnswer
    from .set_activity_shares_request import SetActivitySharesRequest
    from .set_cloud_storage_request import SetCloudStorageRequest
    from .set_cloud_storage_user_answer import SetCloudStorageUserAnswer
    from .set_cloud_storage_user_request import SetCloudStorageUserRequest
    from .set_drain_request import SetDrainRequest
    from .set_global_config_request import SetGlobalConfigRequest
    from .set_link_request import SetLinkRequest
    from .set_optimizer_request import SetOptimizerRequest
    from .set_se_config_request import SetSeConfigRequest
    from .set_se_entry import SetSeEntry
    from .set_se_info import SetSeInfo
    from .set_se_limits import SetSeLimits
    from .set_se_operation_limits import SetSeOperationLimits
    from .set_share_request import SetShareRequest
    from .submission import Submission
    from .submission_file import SubmissionFile
    from .submission_params import SubmissionParams
    from .submission_result import SubmissionResult
    from .submit_schema import SubmitSchema
    from .submit_schema_array import SubmitSchemaArray
    from .submit_schema_field import SubmitSchemaField
    from .submit_schema_fields import SubmitSchemaFields
    from .submit_schema_item import SubmitSchemaItem
    from .submit_schema_object import SubmitSchemaObject
    from .submit_schema_properties import SubmitSchemaProperties
    from .surl_request import SurlRequest
    from .tpc_support import TpcSupport
    from .version import Version
    from .whoami import Whoami

__all__ = (
    "ActivityShares",
    "ActivitySharesByVo",
    "ActivityWeights",
    "AddGrantRequest",
    "AddGrantRequestOperation",
    "ArchivedFile",
    "ArchivedJob",
    "ArchiveIndex",
    "ArchiveLink",
    "ArchiveLinkPrefix",
    "ArchiveLinks",
    "AuditEntry",
    "BanDnRequest",
    "BannedDn",
    "BannedSe",
    "BanSeRequest",
    "BanSeRequestStatus",
    "CancelCounts",
    "ChecksumMode",
    "CloudStorage",
    "CloudStorageUser",
    "CoreVersion",
    "Curie",
    "DelegatedCredential",
    "Deletion",
    "DirectoryEntry",
    "DirectoryListing",
    "Error",
    "File",
    "FileFields",
    "FileRetry",
    "FileSelection",
    "FileStat",
    "ForceStartFailure",
    "GetOauth2AuthorizationPageResponseType",
    "GetOauth2TokenGrantType",
    "GlobalConfig",
    "GlobalConfigByVo",
    "Grant",
    "Host",
    "HostActivity",
    "HostActivityByHost",
    "IdGenerator",
    "JobChange",
    "JobError",
    "JobFieldName",
    "JobFields",
    "JobRecord",
    "JobSelection",
    "JobStatus",
    "LeakedMethod",
    "Levels",
    "Link",
    "LinkConfig",
    "LinkEcho",
    "LinkHints",
    "LinkShare",
    "MetadataObject",
    "Modification",
    "ModificationParams",
    "ModifiedJob",
    "NoGlobalConfig",
    "Oauth2Application",
    "Oauth2ApplicationRequest",
    "Oauth2AuthorizationForm",
    "Oauth2Token",
    "Oauth2TokenRequest",
    "Oauth2TokenRequestGrantType",
    "OptimizerDecision",
    "OptimizerDecisionEcho",
    "OptimizerEcho",
    "OptimizerSetting",
    "OptimizerSettingEcho",
    "RenameRequest",
    "SeConfigByStorage",
    "SeEntry",
    "SeInfo",
    "SeInfoEcho",
    "SeInfoStored",
    "SelectionStrategy",
    "SeLimits",
    "SeLimitsEcho",
    "SeOperationLimits",
    "SeOperationLimitsEcho",
    "ServerInfo",
    "ServerLinks",
    "SeSettings",
    "SetActivitySharesAnswer",
    "SetActivitySharesRequest",
    "SetCloudStorageRequest",
    "SetCloudStorageUserAnswer",
    "SetCloudStorageUserRequest",
    "SetDrainRequest",
    "SetGlobalConfigRequest",
    "SetLinkRequest",
    "SetOptimizerRequest",
    "SetSeConfigRequest",
    "SetSeEntry",
    "SetSeInfo",
    "SetSeLimits",
    "SetSeOperationLimits",
    "SetShareRequest",
    "Submission",
    "SubmissionFile",
    "SubmissionParams",
    "SubmissionResult",
    "SubmitSchema",
    "SubmitSchemaArray",
    "SubmitSchemaField",
    "SubmitSchemaFields",
    "SubmitSchemaItem",
    "SubmitSchemaObject",
    "SubmitSchemaProperties",
    "SurlRequest",
    "TpcSupport",
    "Version",
    "Whoami",
)

_MODULES = {
    "ActivityShares": ".activity_shares",
    "ActivitySharesByVo": ".activity_shares_by_vo",
    "ActivityWeights": ".activity_weights",
    "AddGrantRequest": ".add_grant_request",
    "AddGrantRequestOperation": ".add_grant_request_operation",
    "ArchiveIndex": ".archive_index",
    "ArchiveLink": ".archive_link",
    "ArchiveLinkPrefix": ".archive_link_prefix",
    "ArchiveLinks": ".archive_links",
    "ArchivedFile": ".archived_file",
    "ArchivedJob": ".archived_job",
    "AuditEntry": ".audit_entry",
    "BanDnRequest": ".ban_dn_request",
    "BanSeRequest": ".ban_se_request",
    "BanSeRequestStatus": ".ban_se_request_status",
    "BannedDn": ".banned_dn",
    "BannedSe": ".banned_se",
    "CancelCounts": ".cancel_counts",
    "ChecksumMode": ".checksum_mode",
    "CloudStorage": ".cloud_storage",
    "CloudStorageUser": ".cloud_storage_user",
    "CoreVersion": ".core_version",
    "Curie": ".curie",
    "DelegatedCredential": ".delegated_credential",
    "Deletion": ".deletion",
    "DirectoryEntry": ".directory_entry",
    "DirectoryListing": ".directory_listing",
    "Error": ".error",
    "File": ".file",
    "FileFields": ".file_fields",
    "FileRetry": ".file_retry",
    "FileSelection": ".file_selection",
    "FileStat": ".file_stat",
    "ForceStartFailure": ".force_start_failure",
    "GetOauth2AuthorizationPageResponseType": ".get_oauth_2_authorization_page_response_type",
    "GetOauth2TokenGrantType": ".get_oauth_2_token_grant_type",
    "GlobalConfig": ".global_config",
    "GlobalConfigByVo": ".global_config_by_vo",
    "Grant": ".grant",
    "Host": ".host",
    "HostActivity": ".host_activity",
    "HostActivityByHost": ".host_activity_by_host",
    "IdGenerator": ".id_generator",
    "JobChange": ".job_change",
    "JobError": ".job_error",
    "JobFieldName": ".job_field_name",
    "JobFields": ".job_fields",
    "JobRecord": ".job_record",
    "JobSelection": ".job_selection",
    "JobStatus": ".job_status",
    "LeakedMethod": ".leaked_method",
    "Levels": ".levels",
    "Link": ".link",
    "LinkConfig": ".link_config",
    "LinkEcho": ".link_echo",
    "LinkHints": ".link_hints",
    "LinkShare": ".link_share",
    "MetadataObject": ".metadata_object",
    "Modification": ".modification",
    "ModificationParams": ".modification_params",
    "ModifiedJob": ".modified_job",
    "NoGlobalConfig": ".no_global_config",
    "Oauth2Application": ".oauth_2_application",
    "Oauth2ApplicationRequest": ".oauth_2_application_request",
    "Oauth2AuthorizationForm": ".oauth_2_authorization_form",
    "Oauth2Token": ".oauth_2_token",
    "Oauth2TokenRequest": ".oauth_2_token_request",
    "Oauth2TokenRequestGrantType": ".oauth_2_token_request_grant_type",
    "OptimizerDecision": ".optimizer_decision",
    "OptimizerDecisionEcho": ".optimizer_decision_echo",
    "OptimizerEcho": ".optimizer_echo",
    "OptimizerSetting": ".optimizer_setting",
    "OptimizerSettingEcho": ".optimizer_setting_echo",
    "RenameRequest": ".rename_request",
    "SeConfigByStorage": ".se_config_by_storage",
    "SeEntry": ".se_entry",
    "SeInfo": ".se_info",
    "SeInfoEcho": ".se_info_echo",
    "SeInfoStored": ".se_info_stored",
    "SeLimits": ".se_limits",
    "SeLimitsEcho": ".se_limits_echo",
    "SeOperationLimits": ".se_operation_limits",
    "SeOperationLimitsEcho": ".se_operation_limits_echo",
    "SeSettings": ".se_settings",
    "SelectionStrategy": ".selection_strategy",
    "ServerInfo": ".server_info",
    "ServerLinks": ".server_links",
    "SetActivitySharesAnswer": ".set_activity_shares_answer",
    "SetActivitySharesRequest": ".set_activity_shares_request",
    "SetCloudStorageRequest": ".set_cloud_storage_request",
    "SetCloudStorageUserAnswer": ".set_cloud_storage_user_answer",
    "SetCloudStorageUserRequest": ".set_cloud_storage_user_request",
    "SetDrainRequest": ".set_drain_request",
    "SetGlobalConfigRequest": ".set_global_config_request",
    "SetLinkRequest": ".set_link_request",
    "SetOptimizerRequest": ".set_optimizer_request",
    "SetSeConfigRequest": ".set_se_config_request",
    "SetSeEntry": ".set_se_entry",
    "SetSeInfo": ".set_se_info",
    "SetSeLimits": ".set_se_limits",
    "SetSeOperationLimits": ".set_se_operation_limits",
    "SetShareRequest": ".set_share_request",
    "Submission": ".submission",
    "SubmissionFile": ".submission_file",
    "SubmissionParams": ".submission_params",
    "SubmissionResult": ".submission_result",
    "SubmitSchema": ".submit_schema",
    "SubmitSchemaArray": ".submit_schema_array",
    "SubmitSchemaField": ".submit_schema_field",
    "SubmitSchemaFields": ".submit_schema_fields",
    "SubmitSchemaItem": ".submit_schema_item",
    "SubmitSchemaObject": ".submit_schema_object",
    "SubmitSchemaProperties": ".submit_schema_properties",
    "SurlRequest": ".surl_request",
    "TpcSupport": ".tpc_support",
    "Version": ".version",
    "Whoami": ".whoami",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = value
    return value
