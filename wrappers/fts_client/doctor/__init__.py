"""What is wrong with my set-up: credential, trust, server, delegation."""

from fts_client.doctor.diagnosis import examine
from fts_client.doctor.findings import Finding, Level

__all__ = ["Finding", "Level", "examine"]
