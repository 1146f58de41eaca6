# Two commands matter: `make demo` and `make test`. Both need only Python 3.11, make and the package registries.
# Everything is installed into .venv beside this file; the browser and the fonts that the tests use come from Debian.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
export OMP_NUM_THREADS = 1

.PHONY: demo test check bench install system clean

demo: install
	@$(RUN)/ddci demo
	@$(RUN)/python -m ddci_web load-examples
	@if [ -t 1 ]; then $(RUN)/python -m ddci_web serve --demo; else echo "→ $(RUN)/ddci serve"; fi

test: install-dev system
	@$(RUN)/pytest

check: install-dev
	@$(RUN)/ruff format --check src tests bench
	@$(RUN)/ruff check src tests bench
	@$(RUN)/mypy
	@$(RUN)/lint-imports --no-cache
	@$(RUN)/python -m tests.budgets

bench: install-dev
	@$(VENV)/bin/uv sync --quiet --frozen --group dev --group bench
	@$(RUN)/python -m bench

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("ddci needs Python 3.11 or newer: https://www.python.org/downloads/" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); } \
	  || { echo "Cần gói python3-venv / please install: apt-get install python3-venv"; exit 1; }
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.installed: $(VENV)/bin/uv pyproject.toml uv.lock
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(RUN)/uv sync --quiet --frozen --no-default-groups --extra web --inexact --compile-bytecode
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/uv pyproject.toml uv.lock
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(RUN)/uv sync --quiet --frozen --group dev --inexact --compile-bytecode
	@touch $@ $(VENV)/.installed

# The browser tests need Chromium and pdftoppm; as root on Debian or Ubuntu they are installed, elsewhere we say what is missing.
system:
	@command -v chromium >/dev/null && command -v pdftoppm >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-liberation2 poppler-utils >/dev/null; \
	  else echo "Cần cài đặt / please install: apt-get install chromium fonts-liberation2 poppler-utils"; exit 1; fi; }

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis
