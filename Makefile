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

in_venv = venv="$$(./.ci/environment)"; PATH="$$venv/bin:$$PATH"; export PATH

help:
	@sed -n 's/^# \{0,1\}//p' Makefile

demo:
	@$(in_venv)
	crystalctl demo "$(DIR)"

test:
	@$(in_venv)
	python -m pytest $(ARGS)

lint:
	@$(in_venv)
	ruff format --check .
	ruff check .
	mypy
	lint-imports

bench:
	@$(in_venv)
	if [ -d tests/benchmarks ]; then python -m pytest tests/benchmarks $(ARGS); \
	else echo "There are no benchmarks in this version."; fi

clean:
	@rm -rf .venv build dist crystald-demo .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
