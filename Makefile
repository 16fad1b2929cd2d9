# make demo    the whole thing on this machine, with a stand-in for the CRYSTAL programs
# make test    all tests            (make test ARGS="tests/cli -k home")
# make lint    formatting, style, types, floors
# make bench   the benchmarks
# make clean   remove what these made
#
# Variables: PYTHON (3.11 or newer), VENV (where the virtual environment is made), DIR (of the
# demo). The first use downloads what requirements.lock names; nothing is downloaded after that.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench clean

DIR ?= crystald-demo
ARGS ?=
export PYTHON VENV

define in_venv
venv="$$(./.ci/environment)"
export PATH="$$venv/bin:$$PATH"
# Caches beside the environment: the checkout and the home directory may be read-only.
export HYPOTHESIS_STORAGE_DIRECTORY="$$venv/cache/hypothesis"
export MPLCONFIGDIR="$$venv/cache/matplotlib"
export MYPY_CACHE_DIR="$$venv/cache/mypy"
export RUFF_CACHE_DIR="$$venv/cache/ruff"
pytest() { python -m pytest -o cache_dir="$$venv/cache/pytest" "$$@"; }
endef

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

demo:
	@$(in_venv)
	crystalctl demo "$(DIR)"

test:
	@$(in_venv)
	# More than there are processors: every other test waits for other processes.
	pytest -n "$$(python -c 'import os; print(min(8, 2 * os.cpu_count()))')" --dist=worksteal $(ARGS)

lint:
	@$(in_venv)
	ruff format --check .
	ruff check .
	mypy
	lint-imports --cache-dir "$$venv/cache/imports"

bench:
	@$(in_venv)
	pytest tests/benchmarks -n0 -o python_files='bench_*.py' -o pythonpath='tests tests/worlds tests/machines tests/texts tests/benchmarks' -q -s $(ARGS)

clean:
	@rm -rf .venv build dist crystald-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
