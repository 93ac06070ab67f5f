# All that is done to Homespun from a clone of it. `make` alone says what there is.
#
# What takes long leaves a stamp, so that it happens again only when what it was made from has changed.

PYTHON ?= python3
NPM ?= npm
ARGS ?=
WORKERS ?= 3

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check
RUN_STAMP := .venv/.run
DEV_STAMP := .venv/.dev
BENCH_STAMP := .venv/.bench
LEARN_STAMP := .venv/.learn
TORCH := torch==2.13.0
NODE_STAMP := web/node_modules/.installed
WEB_APP := src/homespun/web_app/index.html
WEB_SOURCES := $(shell find web -name node_modules -prune -o -type f -print)
CHROMIUM := $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name))))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(RUN_STAMP) $(WEB_APP) ## Install what is missing, build the web app, fetch the model, and serve (ARGS="--port 9000")
	$(BIN)/homespun serve $(ARGS)

.PHONY: test
test: $(DEV_STAMP) $(WEB_APP) ## Install what tests need and run them all, in 3 processes (ARGS="-k journal" WORKERS=4)
	@$(if $(CHROMIUM),echo "Browser tests run in $(CHROMIUM).",echo "No Chromium here: browser tests are SKIPPED.")
	$(if $(SHM),TMPDIR=$(SHM)) $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

# Where files lie in memory, if there is room for those of a whole run: databases sync each thing that they write.
SHM = $(shell df -Pk /dev/shm 2> /dev/null | awk 'NR > 1 && $$4 > 8000000 { print "/dev/shm" }')

.PHONY: lint
lint: lint-python lint-web ## Check style, types, import contracts, and that the web client fits the API

.PHONY: lint-python
lint-python: $(DEV_STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: lint-web
lint-web: $(DEV_STAMP) $(NODE_STAMP)
	$(BIN)/python -m homespun.api.openapi | diff web/openapi.json - || { echo "make client brings it up to date."; exit 1; }
	cd web && $(NPM) run --silent api:check && $(NPM) run --silent lint && $(NPM) run --silent typecheck
	cd web && $(NPM) run --silent test

.PHONY: format
format: $(DEV_STAMP) $(NODE_STAMP) ## Put the code into the one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	cd web && $(NPM) run --silent format

.PHONY: client
client: $(DEV_STAMP) $(NODE_STAMP) ## Generate the web client's types from the API
	$(BIN)/python -m homespun.api.openapi > web/openapi.json
	cd web && $(NPM) run --silent api

.PHONY: web
web: $(WEB_APP) ## Build the web app

.PHONY: bench
bench: $(BENCH_STAMP) ## Measure engine, server and journal into docs/reference/figures (some 15 minutes)
	$(BIN)/python -m benchmarks $(ARGS)

.PHONY: learn
learn: $(LEARN_STAMP) ## Install what training needs (PyTorch, TRL)

.PHONY: learn-proof
learn-proof: $(LEARN_STAMP) ## Prove that it learns: a simulated firm votes, real training (ARGS="--parts rounds")
	$(BIN)/python -m benchmarks.learn_proof $(ARGS)

.PHONY: build
build: $(RUN_STAMP) $(WEB_APP) ## Build the wheel, web app included, into dist/
	$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

.PHONY: lock
lock: $(DEV_STAMP) ## Renew requirements/ to the newest versions that pyproject.toml allows
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --upgrade --output-file requirements/run.txt
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --group dev -c requirements/run.txt --upgrade --output-file requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --group dev --group bench -c requirements/dev.txt --upgrade --output-file requirements/bench.txt
	$(BIN)/uv pip compile $(LOCK_OPTIONS) --group learn -c requirements/dev.txt --upgrade --output-file requirements/learn.txt

LOCK_OPTIONS := pyproject.toml --quiet --universal --generate-hashes --no-header --no-emit-index-url --group build

.PHONY: clean
clean: ## Remove all that was built or installed here; conversations and models stay
	rm -rf .venv web/node_modules src/homespun/web_app dist build .test-cache \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# ---------------------------------------------------------------- what the commands above stand on

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
		|| { echo "Homespun needs Python 3.11 to 3.14. Name one: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python can't make an environment. On Debian: apt-get install python3-venv"; exit 1; }

# The lock files pin everything by hash. The project itself is installed as an editable copy, with the locked hatchling.
$(RUN_STAMP): requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --only-binary :all: -r $<
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements/dev.txt $(RUN_STAMP)
	$(PIP) install --quiet --require-hashes --only-binary :all: -r $<
	@touch $@

$(BENCH_STAMP): requirements/bench.txt $(DEV_STAMP)
	$(PIP) install --quiet --require-hashes --only-binary :all: -r $<
	@touch $@

# torch is a file of its own for each kind of machine (processor, CUDA), so no hash fits all: its version is exact
# instead. All else that it asks for is locked already, but for the libraries of CUDA that come with that build.
$(LEARN_STAMP): requirements/learn.txt $(DEV_STAMP)
	$(PIP) install --quiet --require-hashes --no-deps --only-binary :all: -r $<
	$(PIP) install --quiet --only-binary :all: $(TORCH)
	@touch $@

$(NODE_STAMP): web/package.json web/package-lock.json
	@command -v node > /dev/null || { echo "The web app needs Node 20.19 or newer (https://nodejs.org)."; exit 1; }
	cd web && $(NPM) ci --no-audit --no-fund
	@touch $@

$(WEB_APP): $(NODE_STAMP) $(WEB_SOURCES)
	cd web && $(NPM) run --silent build
	@touch $@
