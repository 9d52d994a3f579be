"""What is wrong with my set-up: credential, trust, server, delegation."""

from fts_client.doctor.diagnosis import Finding, Level, examine

__all__ = ["Finding", "Level", "examine"]
