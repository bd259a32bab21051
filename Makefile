.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test lint format serve bench verify fuzz lives clients zoo certificate clean

RECORDINGS ?= $(CAROM_RECORDINGS)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "carom needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed: on Debian, apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

demo: $(READY) ## the whole round trip on sockets, told as a timeline
	$(BIN)/carom demo

test: $(READY) ## the test suite
	$(BIN)/pytest -n auto

lint: $(READY) ## ruff, mypy, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: $(READY) ## a local Stripe on http://127.0.0.1:12111
	$(BIN)/carom serve

bench: $(READY) ## measure the hot paths
	$(BIN)/python -m tests.bench

verify: $(READY) ## replay recordings of the real API: make verify RECORDINGS=dir
	$(BIN)/carom verify $(RECORDINGS) --min-status 100 --min-keys 100 --min-values 100 --min-exact 100

fuzz: $(READY) ## 20,000 hostile requests
	$(BIN)/pytest tests/api/test_fuzz.py --hypothesis-profile=full

lives: $(READY) ## hundreds of random years of billing
	$(BIN)/pytest tests/billing/lives --hypothesis-profile=full

clients: $(READY) ## clients that others wrote, installed and pointed at Carom
	$(BIN)/pytest tests/clients tests/examples -m clients

zoo: $(READY) ## find every broken twin by exploration, and tell how
	$(BIN)/python -m tests.zoo

certificate: $(READY) ## the reference app to 2 departures and 10,000 random schedules, on both databases
	$(BIN)/python -m tests.certificate

clean: ## remove what was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
