"""Provider for Apache Airflow: transfers as tasks, each exactly once (`pip install 'fts-client[airflow]'`).

Airflow reads this module when it starts, so it imports nothing of Airflow.
"""

from __future__ import annotations

from typing import Any

__all__ = ["get_provider_info"]

_HERE = "fts_client.airflow"
_FTS = "File Transfer Service (FTS)"


def _field(label: str, description: str) -> dict[str, Any]:
    return {
        "label": label,
        "description": description,
        "schema": {"type": ["string", "null"]},
    }


def get_provider_info() -> dict[str, Any]:
    """Describe the provider to Airflow: the connection type `fts` with the fields of its form, and links."""

    def modules(name: str) -> list[dict[str, Any]]:
        return [{"integration-name": _FTS, "python-modules": [f"{_HERE}.{name}"]}]

    return {
        "package-name": "fts-client",
        "name": _FTS,
        "description": "Bulk transfers between storages by CERN's File Transfer Service.",
        "integrations": [
            {
                "integration-name": _FTS,
                "external-doc-url": "https://fts3-docs.web.cern.ch/",
                "tags": ["service"],
            }
        ],
        "hooks": modules("hook"),
        "operators": modules("operators"),
        "sensors": modules("sensors"),
        "triggers": modules("triggers"),
        "extra-links": [f"{_HERE}.operators.FTSJobLink"],
        "connection-types": [
            {
                "connection-type": "fts",
                "hook-class-name": f"{_HERE}.hook.FTSHook",
                "hook-name": "FTS",
                "ui-field-behaviour": {
                    "hidden-fields": ["login", "schema", "extra"],
                    "relabeling": {"password": "Bearer token"},
                    "placeholders": {"host": "fts3-public.cern.ch", "port": "8446"},
                },
                "conn-fields": {
                    "credential": _field(
                        "Credential file",
                        "Path, on workers and triggerers, of a proxy or of a file with a bearer token. Empty, without "
                        "a token above: found as grid tools do (X509_USER_PROXY, /tmp/x509up_u...).",
                    ),
                    "ca_dir": _field(
                        "CA directory",
                        "Empty: X509_CERT_DIR, else /etc/grid-security/certificates.",
                    ),
                    "monitor": _field("Web monitor", "Its address. Empty: port 8449 of the host."),
                },
            }
        ],
    }
