"""Contains all the data models used in inputs/outputs"""

from .checksum_mode import ChecksumMode
from .core_version import CoreVersion
from .curie import Curie
from .delegated_credential import DelegatedCredential
from .deletion import Deletion
from .error import Error
from .file import File
from .file_fields import FileFields
from .file_retry import FileRetry
from .file_selection import FileSelection
from .id_generator import IdGenerator
from .job import Job
from .job_change import JobChange
from .job_error import JobError
from .job_field_name import JobFieldName
from .job_fields import JobFields
from .job_selection import JobSelection
from .job_status import JobStatus
from .leaked_method import LeakedMethod
from .levels import Levels
from .link import Link
from .link_hints import LinkHints
from .metadata_object import MetadataObject
from .modification import Modification
from .modification_params import ModificationParams
from .modified_job import ModifiedJob
from .selection_strategy import SelectionStrategy
from .server_info import ServerInfo
from .server_links import ServerLinks
from .submission import Submission
from .submission_file import SubmissionFile
from .submission_params import SubmissionParams
from .submission_result import SubmissionResult
from .version import Version
from .whoami import Whoami

__all__ = (
    "ChecksumMode",
    "CoreVersion",
    "Curie",
    "DelegatedCredential",
    "Deletion",
    "Error",
    "File",
    "FileFields",
    "FileRetry",
    "FileSelection",
    "IdGenerator",
    "Job",
    "JobChange",
    "JobError",
    "JobFieldName",
    "JobFields",
    "JobSelection",
    "JobStatus",
    "LeakedMethod",
    "Levels",
    "Link",
    "LinkHints",
    "MetadataObject",
    "Modification",
    "ModificationParams",
    "ModifiedJob",
    "SelectionStrategy",
    "ServerInfo",
    "ServerLinks",
    "Submission",
    "SubmissionFile",
    "SubmissionParams",
    "SubmissionResult",
    "Version",
    "Whoami",
)
