# What this project can do, on a machine with Python 3.11 or newer and nothing else prepared.
# Each target installs what it lacks, and is quiet and quick where nothing is to do.

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs vscode clean
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

is_new_enough = -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON ?= $(shell for python in python3.11 python3 python3.14 python3.13 python3.12; do \
	$$python $(is_new_enough) && echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# The last mypy that checks for Python 3.8.
OLD_MYPY := .cache/mypy38
OLD_MYPY_READY := $(OLD_MYPY)/.ready-1.14.1

# Attaching to processes of others, and root trees, are for root.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo -n --preserve-env env PATH="$$PATH" HOME="$$HOME")

# Tests wait for programs most of their time.
TESTS_AT_ONCE := $(shell expr 2 \* `nproc`)

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

demo: $(READY) ## attach to a program that was not prepared, debug it, and leave it as it was
	@$(AS_ROOT) $(BIN)/python tools/demo.py

test: $(READY) lint ## install interpreters and tools that are missing, check everything, run the tests
	@$(BIN)/python -m tests.support.install
	@$(AS_ROOT) $(BIN)/python -m pytest --numprocesses=$(TESTS_AT_ONCE) --dist=worksteal $(PYTEST)

lint: $(READY) $(OLD_MYPY_READY) ## check style, types and the oldest grammar
	@$(BIN)/python tools/check.py

bench: $(READY) ## measure, side by side with other debuggers
	@$(BIN)/python -m pip install --quiet --group bench
	@$(AS_ROOT) $(BIN)/python -m bench

docs: $(READY) ## build the documentation in build/docs
	@$(BIN)/python -m pip install --quiet --group docs
	@$(BIN)/sphinx-build -q -W -b html docs build/docs
	@echo build/docs/index.html

vscode: ## build the VS Code extension, editors/vscode/remora.vsix
	@cd editors/vscode && npm ci --silent && npm run --silent package

clean: ## remove what was built and installed here
	rm -rf $(VENV) .cache build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf $(addprefix editors/vscode/,node_modules dist out remora.vsix)

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON to one." >&2; exit 1; }
	@sh tools/make_venv.sh "$(PYTHON)" $(VENV)
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

$(OLD_MYPY_READY):
	@sh tools/make_venv.sh "$(PYTHON)" $(OLD_MYPY)
	@$(OLD_MYPY)/bin/python -m pip install --quiet mypy==1.14.1
	@touch $@
