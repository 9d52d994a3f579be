"""Run the Airflow provider in a real Airflow against the mock: `make test-airflow`, `make kill-airflow`, `make bench-airflow`."""
