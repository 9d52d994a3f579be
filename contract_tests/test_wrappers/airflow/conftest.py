"""What needs Airflow is tested in its own environment, by `make test-airflow`."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("airflow") else ["test_provider.py", "test_tasks.py"]
