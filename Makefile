# Daihou 贷后. `make run` sets up and runs a real book; `make test` sets up and runs every test.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= build/auto
BANK_DIR ?= build/bank
BORROWER ?= 0000000293

.PHONY: help run run-bank test lint bench docs lock clean

help:
	@echo "make run    set up, land the real auto book, run its month-end nights, write the report;"
	@echo "            then live through three months of a simulated bank that asks a simulated bureau,"
	@echo "            and explain one borrower's own report"
	@echo "make run-bank  the simulated bank and bureau only"
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
	@$(MAKE) --no-print-directory run-bank
	@echo "The night's report is build/auto-report.html; a simulated borrower's own credit report,"
	@echo "explained, is build/own-report.html: open them in a browser."

# The simulated bank has a key, a password and a database of its own, never those of a real book.
run-bank: $(VENV)/.run
	rm -rf $(BANK_DIR)
	@set -e; unset DAIHOU_DATABASE_URL; export DAIHOU_HOME=$(BANK_DIR); \
	export DAIHOU_KEY=$$($(BIN)/python -c \
		'import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())'); \
	export DAIHOU_BUREAU_PASSWORD=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(16))'); \
	set -x; \
	$(BIN)/daihou init $(BANK_DIR) --example bank --accounts 400 --identities; \
	$(BIN)/daihou land; \
	$(BIN)/daihou staff add ada --role admin --by ada; \
	$(BIN)/daihou staff add batch --role operator --cap 5000 --by ada; \
	$(BIN)/daihou staff add cho --role compliance --by ada; \
	{ set +x; } 2>/dev/null; \
	$(BIN)/daihou bureau-sim --bank $(BANK_DIR) --state $(BANK_DIR)/bureau --port 8750 \
		> $(BANK_DIR)/bureau.log 2>&1 & bureau=$$!; trap "kill $$bureau 2>/dev/null || true" EXIT; \
	until grep -q listening $(BANK_DIR)/bureau.log; do \
		kill -0 $$bureau 2>/dev/null || { cat $(BANK_DIR)/bureau.log; exit 1; }; sleep 0.2; done; \
	set -x; \
	$(BIN)/daihou rehearse --from 2025-03-31 --to 2025-06-23; \
	$(BIN)/daihou inquiries plan --top 5; \
	$(BIN)/daihou inquiries audit --from 2025-03-31 --to 2025-06-30 --by cho; \
	$(BIN)/daihou own-report --bureau http://127.0.0.1:8750 --name 客户$(BORROWER) \
		--id-no 00000000$(BORROWER) --to build/own-report.pdf; \
	$(BIN)/daihou read build/own-report.pdf --html build/own-report.html; \
	{ set +x; } 2>/dev/null

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
