PYTHON ?= python3
BIN := .venv/bin
OLDEST := .venv-oldest/bin

# What `make bench` adds to pytest's arguments: make bench BENCH="--bench-json bench.json"
BENCH ?=

.PHONY: demo sample test lint test-oldest bench

demo: .venv/.installed
	$(BIN)/csi demo -o reports/demo --force

# The reports that reports/sample shows; needs chromium, LibreOffice, pdftoppm and a Chinese font.
sample: .venv/.installed
	$(BIN)/python reports/sample/make_sample.py

test: lint
	$(BIN)/pytest -n auto
	$(BIN)/pytest -n auto -m slow

lint: .venv/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The lower bounds of pyproject.toml: the quick tests on the oldest versions that they allow.
# Warnings of old packages about still newer ones are not ours, so here they are no errors.
test-oldest: .venv-oldest/.developing
	$(OLDEST)/python -m pytest -n auto -W default

# Ours and other programs' speed side by side, on one core. Reports; nothing fails for being slow.
bench: .venv/.developing
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/bench/bench_*.py \
		--benchmark-columns=min,median,max,rounds --benchmark-sort=fullname $(BENCH)

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip

.venv/.installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/.developing: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ .venv/.installed

.venv-oldest/.developing: pyproject.toml
	$(PYTHON) -m venv .venv-oldest
	$(OLDEST)/python -m pip install --quiet uv
	$(OLDEST)/uv pip install --quiet --python $(OLDEST)/python --resolution lowest-direct --editable '.[dev]'
	touch $@
