# Each target makes .venv when it is missing or out of date, then does its work.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UV := $(shell command -v uv 2>/dev/null)
# The environment may forbid bytecode; without it every import costs three times as much.
export PYTHONDONTWRITEBYTECODE :=
export EASTBOUND_HOME := $(CURDIR)
# One thread per process: notebooks run side by side, and results must not depend on the core count.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
BENCHMARKS ?=

.PHONY: report test test-pages test-browser test-real faults pictures lint bench bench-panel lab messages clean

report: $(STAMP)
	$(BIN)/eastbound report

test: $(STAMP)
	@echo 'Left out here: tests marked pages (every notebook and README command: make test-pages), browser (they need'
	@echo 'Chromium: make test-browser), real (an outside part: make test-real) or faults (slow: make faults).'
	$(BIN)/python -m pytest -n auto --dist loadfile -m 'not pages and not browser and not real and not faults'

test-pages: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadfile -m pages tests/notebooks tests/contracts/test_readme.py tests/reports

test-browser: $(STAMP)
	$(BIN)/python -m pytest -m browser tests/browser

pictures: $(STAMP)
	$(BIN)/python tests/browser/pictures.py

test-real: $(STAMP)
	$(BIN)/python -m pytest -m real tests/real

faults: $(STAMP)
	$(BIN)/python -m pytest -m faults tests
	$(BIN)/python tests/faults/campaign/run.py

lint: $(STAMP)
	$(BIN)/ruff format --check lib tests
	$(BIN)/ruff check lib tests
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python tests/benchmarks/run.py $(BENCHMARKS)
	$(BIN)/python tests/benchmarks/scenarios.py
	$(BIN)/python tests/benchmarks/cluster.py
	$(BIN)/python tests/benchmarks/explorer.py
	$(BIN)/python tests/benchmarks/notebooks.py
	$(BIN)/python tests/benchmarks/factory.py

bench-panel: $(STAMP)
	$(BIN)/python tests/benchmarks/panel.py
	$(BIN)/python tests/benchmarks/share_panel.py

# new messages of the editions in Russian and Chinese into lib/eastbound/locale
messages: $(STAMP)
	$(BIN)/python -m eastbound.reports.editions.messages

lab: $(STAMP)
	$(BIN)/eastbound lab

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml constraints.txt
ifdef UV
	test -x $(BIN)/python || $(UV) venv --python $(PYTHON) $(VENV)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(UV) pip install --compile-bytecode --constraint constraints.txt --editable '.[dev]'
else
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[dev]'
endif
	touch $@
