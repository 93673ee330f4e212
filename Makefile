# Needlework. Python 3.11 or later and make are all that these need.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# As many at once as there are cores, four at most: each brings engines of its own.
ATONCE := -n logical --maxprocesses 4
LOCK   := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: demo serve test prove check lock bench clean

demo: $(VENV)/.run ## set up, run the main job on the Jinchang lists, print the result
	$(BIN)/needlework demo

serve: $(VENV)/.run ## the page and the API on http://127.0.0.1:8000
	$(BIN)/needlework serve

test: $(VENV)/.dev ## all tests that this machine can run; says what it skipped and how to have it
	$(BIN)/python -m pytest $(ATONCE)

prove: $(VENV)/.dev ## every property on ten times as many random instances, and a table of what holds
	NEEDLEWORK_PROVE=1 $(BIN)/python -m pytest $(ATONCE) tests/property

check: $(VENV)/.dev ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## the solver against its peers; writes tests/benchmarks/results.json
	$(BIN)/python -m tests.benchmarks

lock: $(VENV)/.dev ## renew the locked, hashed requirements
	$(LOCK) --group build pyproject.toml -o requirements.txt
	$(LOCK) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python %d.%d is too old: 3.11 or later is needed. Maybe: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
