# Every target does its own set-up: a fresh machine needs Python 3.11 or newer, make and git.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# The machine's own certificates first, since some networks add theirs; then those that uv brings.
SYNC := --python $(BIN)/python --require-hashes requirements.lock
export DO_NOT_TRACK := 1

.PHONY: help setup run up down test duckdb-2 bench-parse bench-extract bench-warehouse bench-airflow soak soak-parse soak-warehouse soak-airflow lint types floors score calibrate lock airflow docs readme clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.synced ## Make .venv and install what requirements.lock pins

.venv/bin/uv:
	@echo "setting up .venv"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Readout needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@$(PYTHON) -m venv --clear .venv
	@awk '/^uv==/ {on = 1} on {print; if (!/\\$$/) exit}' requirements.lock > .venv/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.lock

.venv/.synced: .venv/bin/uv requirements.lock pyproject.toml
	@echo "installing what requirements.lock pins"
	@$(BIN)/uv pip sync --quiet --system-certs $(SYNC) 2>.venv/sync.log || $(BIN)/uv pip sync --quiet $(SYNC)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## Run the example newsroom through the whole line and print what came in
	@$(BIN)/python -m ops.run_example

test: setup duckdb-2 lint types floors ## Lint, types, import floors, tests; those of the warehouse on DuckDB 2, too
	@$(BIN)/python -m pytest
	@echo "the warehouse once more, on DuckDB 2"
	@PYTHONPATH=.venv/duckdb-2 $(BIN)/python -m pytest $(ON_DUCKDB_2)

# DuckDB 2 lies in a folder of its own and is imported from there where PYTHONPATH names it.
ON_DUCKDB_2 := tests/test_warehouse_file.py tests/test_warehouse_load.py tests/test_publish.py tests/test_checks.py

duckdb-2: .venv/duckdb-2/.synced

.venv/duckdb-2/.synced: .venv/.synced ops/duckdb-2.lock
	@echo "installing DuckDB 2 beside it"
	@$(BIN)/uv pip install --quiet --system-certs $(DUCKDB_2) 2>.venv/sync.log || $(BIN)/uv pip install --quiet $(DUCKDB_2)
	@touch $@

DUCKDB_2 := --python $(BIN)/python --no-deps --upgrade --target .venv/duckdb-2 --require-hashes --requirements ops/duckdb-2.lock

lint: setup
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

types: setup
	@$(BIN)/mypy

floors: setup
	@$(BIN)/lint-imports --no-cache

score: setup ## Measure the extractor on annotated texts: make score GOLD=folder
	@$(BIN)/readout score $(GOLD)

bench-parse: setup ## Measure the parser beside trafilatura: make bench-parse PAGES=folder
	@test -x .venv-peers/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-peers
	@$(BIN)/uv pip install --quiet --python .venv-peers/bin/python --constraint requirements.lock -r benchmarks/parse-peers.txt
	@PYTHONPATH=.:$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') .venv-peers/bin/python -m benchmarks.bench_parse $(PAGES) $(DETAIL)

bench-warehouse: setup ## Measure loading, growth, models and publishing, beside dlt: make bench-warehouse EVENTS=5000000
	@test -x .venv-dlt/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python .venv-dlt
	@$(BIN)/uv pip install --quiet --python .venv-dlt/bin/python --constraint requirements.lock -r benchmarks/dlt.txt
	@$(BIN)/python -m benchmarks.bench_warehouse --dlt .venv-dlt/bin/python $(if $(EVENTS),--events $(EVENTS))

soak: soak-parse soak-warehouse soak-airflow ## The heavy campaigns, one after another

soak-parse: setup ## 100,000 mutated pages and feeds
	@$(BIN)/python -m tests.mutations

soak-warehouse: setup ## 1,000 kills, failing files and readers of the warehouse; 1,000 hostile strings
	@$(BIN)/python -m tests.soak
	@$(BIN)/python -m tests.hostile 1000

soak-airflow: setup ## Everything at once in Airflow, 20 rounds, then processes killed during backfills
	@$(BIN)/python -m tests.soak_airflow --rounds 20
	@$(BIN)/python -m tests.soak_airflow --kills

bench-airflow: setup ## Time from make up to the first loaded row, memory of the idle stack
	@$(BIN)/python -m benchmarks.bench_airflow

calibrate: setup ## Fit the points of standing and the confidences anew: make calibrate GOLD="folder folder"
	@$(BIN)/python -m benchmarks.fit_standing $(GOLD) --write
	@$(BIN)/python -m benchmarks.fit_confidence $(GOLD) --write

bench-extract: setup ## Releases a second, and time against length: make bench-extract [TEXTS=folder]
	@$(BIN)/python -m benchmarks.bench_extract $(TEXTS)

up: setup ## Start Airflow with its database and the example newsroom; Ctrl-C stops it
	@$(BIN)/python -m ops.up up

down: setup ## Stop what `make up` started
	@$(BIN)/python -m ops.up down

airflow: setup ## Airflow's own command line on what `make up` keeps: make airflow ARGS="dags list"
	@$(BIN)/python -m ops.airflow_cli $(ARGS)

docs: setup ## Build dbt's documentation of tables and models as one page
	@$(BIN)/python -m ops.docs

readme: setup ## Renew the answers in README and COOKBOOK and the tables in WAREHOUSE.md (after make run)
	@$(BIN)/python -m ops.documents

lock: setup ## Renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --constraint ops/constraints.txt --output-file requirements.lock
	@echo "duckdb>=2,<3" | $(BIN)/uv pip compile --quiet - --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --output-file ops/duckdb-2.lock

clean: ## Remove the environment and everything that runs produced
	@rm -rf .venv .venv-peers .venv-dlt .readout warehouse/archive warehouse/*.duckdb* warehouse/*.lock warehouse/readout.json sql/target sql/logs
