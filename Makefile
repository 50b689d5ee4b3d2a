# newsbrief: `make` lists what there is. Everything works in .venv, nothing outside this folder is touched.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# pip reads no configuration of its own beyond the machine's index; hashes decide what may be installed.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
# Tests start hundreds of processes: what is compiled once is kept, whatever the machine's habit.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test lint types layers check-format format bench bench-search bench-search-million corpus chaos lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: .venv/.installed ## build .venv with the newsbrief command
setup-test: .venv/.installed-test

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "newsbrief needs Python 3.11 or newer: '$(PYTHON)' was not found. Name another with: make setup PYTHON=python3.12" >&2; exit 3; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "newsbrief needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Name another with: make setup PYTHON=python3.12" >&2; exit 3; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing (Debian: apt install python3-venv)." >&2; exit 3; }

.venv/.installed: requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing newsbrief into .venv (once) …" >&2
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.installed-test: requirements-test.txt .venv/.installed
	@echo "Installing the test tools into .venv (once) …" >&2
	@$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@

run: setup ## the bot and a workspace page in the browser, no Slack account needed
	@$(BIN)/newsbrief preview $(ARGS)

test: setup-test check-format lint types layers ## every check that CI runs
	@$(BIN)/python -m pytest $(ARGS)

check-format: setup-test
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: make format" >&2; exit 1; }

lint: setup-test ## ruff's rules
	@$(BIN)/ruff check --quiet .

types: setup-test ## mypy, strict
	@$(BIN)/mypy

layers: setup-test ## who may import whom
	@$(BIN)/lint-imports --no-cache >.venv/layers.log 2>&1 || { cat .venv/layers.log >&2; exit 1; }

format: setup-test ## format the code
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .

bench: setup-test ## speed, each beside its peer or floor
	@$(BIN)/python -m tests.benchmarks $(ARGS)

bench-search: setup-test ## the search beside every engine that installs: 1,000 and 100,000 briefs (10 minutes; CORPUS=DIR)
	@$(BIN)/python -m tests.benchmarks.search_race $(ARGS)

bench-search-million: setup-test ## the same with 1,000,000 briefs (40 minutes)
	@$(BIN)/python -m tests.benchmarks.search_race --sizes 1000000 --build 900 --round 15 --files 100000 $(ARGS)

corpus: setup-test ## write N synthetic briefs (N=1000000 SEED=1 TO=DIR), real-looking, the same for the same seed
	@$(BIN)/python -m tests.benchmarks.corpus $(or $(N),1000000) --seed $(or $(SEED),1) $(if $(TO),--to "$(TO)")

chaos: setup-test ## the proof: the bot is killed 40 times a row, nothing may be lost or doubled (10 minutes)
	@$(BIN)/python -m tests.chaos.run $(ARGS)

# uv is the one tool that is not in the lock: it writes the lock.
lock: setup ## pin every package anew, with hashes and without addresses
	@$(PIP) install uv
	@$(BIN)/uv pip compile $(LOCK) --extra postgres --group build pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile $(LOCK) --extra postgres --group build --group test -c requirements.txt pyproject.toml -o requirements-test.txt
	@$(BIN)/uv pip compile $(LOCK) --only-binary :all: --group engines -o requirements-engines.txt
LOCK := --generate-hashes --universal --no-emit-index-url --no-annotate --python-version 3.11 --quiet --upgrade --custom-compile-command "make lock"

clean: ## remove .venv and what was made here
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis newsbrief-preview.db*
