# Daihou 贷后. `make run` sets up and runs a real book; `make test` sets up and runs every test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= build/auto

.PHONY: help run test lint bench docs lock clean

help:
	@echo "make run    set up, land the real auto book, run its month-end nights, write the report;"
	@echo "            read an invented credit report and explain it"
	@echo "make test   set up and run every test"
	@echo "make lint   style and types"
	@echo "make bench  speed and memory at 1 and 10 million accounts (about 30 minutes)"
	@echo "make docs   write the generated reference pages again"
	@echo "make lock   resolve the dependency locks again"

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Daihou needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv; \
		     else echo "install the package python3-venv first"; exit 1; fi; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements.lock pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.run
	rm -rf $(HOME_DIR)
	$(BIN)/daihou init $(HOME_DIR) --example auto
	$(BIN)/daihou land --home $(HOME_DIR)
	$(BIN)/daihou night --home $(HOME_DIR) --from 2017-05-31 --to 2023-06-30
	$(BIN)/daihou report --home $(HOME_DIR) --to build/auto-report.html
	$(BIN)/daihou status --home $(HOME_DIR) --summary
	$(BIN)/daihou sample build/credit-report.pdf
	$(BIN)/daihou read build/credit-report.pdf --html build/credit-report.html
	@echo "The night's report is build/auto-report.html, an invented borrower's credit report,"
	@echo "explained, is build/credit-report.html: open them in a browser."

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.run
	$(BIN)/python benchmarks/night.py --accounts 1000000 10000000

docs: $(VENV)/.run
	$(BIN)/daihou reference docs/reference

lock: $(VENV)/.python
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --quiet --upgrade \
		--extra build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --quiet \
		--extra build --extra dev --extra ocr -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) build
