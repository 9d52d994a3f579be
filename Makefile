# Every target sets up what it needs by itself; `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PYTEST_ARGS ?=
DEFECTS_ARGS ?= --clean 20
OTHERS_ARGS ?= --write
# The tests that are there for wrappers/.
COVERING := contract_tests/test_wrappers contract_tests/test_security contract_tests/test_generated

# Images of containers set it. The tests start hundreds of processes, and each would compile all our modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo test check coverage state test-peers test-lowest test-newest bench fuzz fidelity tightness defects defects-others \
	generate check-generated lint-spec test-spec-tools test-airflow kill-airflow bench-airflow api-page docs terminals dist dist-test lock format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

install: $(STAMP) ## make .venv for development (Python 3.11 or newer)

$(STAMP): pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint .ci/constraints.txt --editable '.[contract]' --group dev
	@touch $@

# An environment of its own, with a fifth of what development needs.
.venv-demo/.installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv .venv-demo
	.venv-demo/bin/python -m pip install --quiet --constraint .ci/constraints.txt --editable '.[contract]'
	@touch $@

demo: .venv-demo/.installed ## submit a job to the embedded mock, then check its contract
	.venv-demo/bin/python -m fts_contract.demo

# Four processes for two cores, as many tests wait. Each begins with a quarter of its own, so that what a module prepares is prepared once.
test: $(STAMP) ## run all tests but those that need the grid's own tools
	$(BIN)/python -m pytest -n 4 --dist worksteal $(PYTEST_ARGS)

check: $(STAMP) lint-spec check-generated ## lint, types, drift of the generated code, rules of the spec
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright --project contract_tests/typing

coverage: $(STAMP) ## measure which lines of wrappers/ the tests run; fail on any other
	$(BIN)/python -m pytest -n 2 --cov --cov-report term:skip-covered $(PYTEST_ARGS) $(COVERING)

test-lowest: ## test with the lowest versions of the dependencies that pyproject.toml allows
	.ci/test-versions lowest $(PYTEST_ARGS)

test-newest: ## test with the newest versions of the dependencies
	.ci/test-versions newest $(PYTEST_ARGS)

test-peers: $(STAMP) ## test against the official client and grid tools (needs root)
	.ci/install-peers
	$(BIN)/python -m pytest -m peer $(PYTEST_ARGS)

generate: $(STAMP) ## regenerate fts_api from the spec, the asynchronous client, the tables of job parameters
	$(BIN)/python openapi/generate.py
	$(BIN)/python openapi/unasync.py
	$(BIN)/python docs/builder/job_parameters.py

check-generated: $(STAMP) ## fail if generated code differs from what it is made of
	$(BIN)/python openapi/generate.py --check
	$(BIN)/python openapi/unasync.py --check
	$(BIN)/python docs/builder/job_parameters.py --check

lint-spec: $(STAMP) ## validate the spec and apply the rules of openapi/rules
	$(BIN)/python openapi/rules/lint.py

test-spec-tools: $(STAMP) ## run validators, linters and generators of others on the spec
	$(BIN)/python -m spec_tools

api-page: $(STAMP) ## build the reference page of the API, site/api.html
	$(BIN)/python openapi/api_page.py

docs: export NO_MKDOCS_2_WARNING = 1
docs: $(STAMP) ## build the documentation, site/index.html
	$(BIN)/mkdocs build --strict --quiet --config-file docs/builder/mkdocs.yml

terminals: $(STAMP) ## record anew what the commands show on the pages
	$(BIN)/python docs/builder/record_terminals.py

tightness: $(STAMP) ## measure how much wrong input and output the spec refuses
	$(BIN)/python -m tightness

defects: $(STAMP) ## count the seeded defects that the contract tests find
	$(BIN)/fts contract defects --catalogue seen --catalogue unseen $(DEFECTS_ARGS)

defects-others: $(STAMP) ## count the seeded defects that other tools find (needs Node)
	$(BIN)/python -m other_tools $(OTHERS_ARGS)

state: export FTS_STATE_SEEDS = 10
state: $(STAMP) ## test with ten seeds that a full run leaves a server as it was
	$(BIN)/python -m pytest contract_tests/test_harness/shared_state $(PYTEST_ARGS)

bench: $(STAMP) ## compare with the official client, in bench.json (needs root)
	.ci/install-peers
	$(BIN)/python -m bench

AIRFLOW := .venv-airflow/bin/python
AIRFLOW_STAMP := .venv-airflow/.installed
AIRFLOW_ARGS ?=

# Airflow has an environment of its own: it brings more than 100 packages.
$(AIRFLOW_STAMP): pyproject.toml
	$(PYTHON) -m venv .venv-airflow
	$(AIRFLOW) -m pip install --quiet --upgrade pip
	$(AIRFLOW) -m pip install --quiet --editable '.[airflow,contract]' --group tests mypy
	@touch $@

test-airflow: $(AIRFLOW_STAMP) ## test the provider, and run its example dags in a real Airflow
	$(AIRFLOW) -m mypy wrappers/fts_client/airflow contract_tests/airflow_runs
	$(AIRFLOW) -m pytest -W default contract_tests/test_wrappers/airflow $(PYTEST_ARGS)
	$(AIRFLOW) contract_tests/airflow_runs examples $(AIRFLOW_ARGS)

kill-airflow: $(AIRFLOW_STAMP) ## kill the parts of Airflow at every step of 200 tasks and count the jobs
	$(AIRFLOW) contract_tests/airflow_runs kills $(AIRFLOW_ARGS)

bench-airflow: $(AIRFLOW_STAMP) ## measure 10,000 triggers, beside one request per trigger
	$(AIRFLOW) contract_tests/airflow_runs triggers $(AIRFLOW_ARGS)

fidelity: $(STAMP) ## replay the recordings against the mock and compare
	$(BIN)/python -m fidelity

fuzz: export FTS_FUZZ = 20
fuzz: $(STAMP) ## hostile input and random secrets, with twenty times the cases
	$(BIN)/python -m pytest contract_tests/test_security -k "hostile or no_secret_leaves" $(PYTEST_ARGS)

dist: ## build the wheel and the source distribution into dist/
	.ci/dist

dist-test: ## build wheel and sdist, try them and the README in clean environments
	.ci/dist-test
	.ci/readme-test

lock: ## write .ci/constraints.txt anew, with the newest versions
	.ci/lock

format: $(STAMP) ## format and fix what the linter can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove everything that the other targets made
	rm -rf .venv .venv-demo .venv-peers .venv-lowest .venv-newest .venv-spec-tools .venv-airflow .venv-other-tools .coverage dist build site fts-report .mypy_cache .pytest_cache .ruff_cache .hypothesis .schemathesis
