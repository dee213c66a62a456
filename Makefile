# The project's commands. `make demo` and `make test` install what they need into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One stamp per purpose: a command installs only what it needs, and again only when its pins change.
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test
CHECK_STAMP := $(VENV)/.installed-check
BENCH_STAMP := $(VENV)/.installed-bench
PIP_INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
# Test workers: two for each core, as many tests wait for a process or a clock.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 2)

# What Python compiles is kept, whatever the environment says: the tests start hundreds of processes, and each worker
# rewrites the asserts of all tests anew.
test quick faults explore: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install demo example test quick faults explore check format lock clean bench

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Could not create $(VENV). On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(RUN_STAMP): requirements/playground.txt requirements/bot.txt | $(BIN)/python
	@echo "Installing what the bot and the playground need into $(VENV) …"
	@$(PIP_INSTALL) -r requirements/playground.txt -r requirements/bot.txt
	@touch $@

$(TEST_STAMP): requirements/test.txt | $(BIN)/python
	@echo "Installing what the tests need into $(VENV) …"
	@$(PIP_INSTALL) -r requirements/test.txt
	@touch $@

$(CHECK_STAMP): requirements/check.txt | $(BIN)/python
	@echo "Installing what the checks need into $(VENV) …"
	@$(PIP_INSTALL) -r requirements/check.txt
	@touch $@

$(BENCH_STAMP): requirements/bench.txt | $(BIN)/python
	@echo "Installing what the benchmarks need into $(VENV) …"
	@$(PIP_INSTALL) -r requirements/bench.txt
	@touch $@

install: $(RUN_STAMP) $(TEST_STAMP) $(CHECK_STAMP) ## create .venv with everything, from hash-pinned requirements

demo: $(RUN_STAMP) ## the bot and a Telegram on localhost; prints the page's address, Ctrl-C stops both (FRESH=1: from the start)
	@LOG_LEVEL=$${LOG_LEVEL:-warning} exec $(BIN)/python -m playground --port 8081 --username mt_web_experts_bot --bot-name "MT Web Experts" \
	  --people "Nadia Malik,Ayesha Khan,بلال احمد,Zain Ali" --opened 3 \
	  -- $(BIN)/python main.py demo $(if $(FRESH),--fresh)

example: $(RUN_STAMP) ## the playground with its small example bot
	@exec $(BIN)/python -m playground --port 8081 -- $(BIN)/python -m playground.example

test: $(TEST_STAMP) ## all tests, in parallel; gets a Chromium for the page's tests where there is none
	@$(BIN)/python -m pytest -n $(JOBS) --get-chromium

quick: $(TEST_STAMP) $(CHECK_STAMP) ## in a minute: style, types, unit and domain tests on SQLite, the flows of one family (FAMILY=orders)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@tests=$$($(BIN)/python -m tests.support.quick $(FAMILY)) && \
	  $(BIN)/python -m pytest -n $(JOBS) --databases=sqlite $$tests

faults: export STORM_KILLS ?= 500
faults: export STORM_SEED ?= $(shell date +%s)
faults: export POSTGRES_GONE_SECONDS ?= 30
faults: $(TEST_STAMP) ## kill -9 the bot 500 times on each database, and judge (STORM_SEED=… repeats a storm); PostgreSQL gone for 30 s
	@echo "STORM_SEED=$$STORM_SEED STORM_KILLS=$$STORM_KILLS"
	@$(BIN)/python -m pytest -n $(JOBS) -rP tests/faults/test_kills_at_random_moments.py tests/faults/test_kills_at_points.py \
	  tests/faults/test_postgres_faults.py

explore: $(TEST_STAMP) ## the property tests with other examples than always, and many more
	@HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n $(JOBS) --timeout=1200 $$(git grep -l hypothesis -- 'tests/**/test_*.py')

check: $(TEST_STAMP) $(CHECK_STAMP) ## style, types and import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(CHECK_STAMP) ## lay the code out and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(TEST_STAMP) $(BENCH_STAMP) ## measure, and write benchmarks/RESULTS.md (ONLY=updates: one section of it)
	@$(BIN)/python -m benchmarks.results $(ONLY)

lock: $(CHECK_STAMP) ## pin requirements/*.in anew, with hashes
	@BIN=$(BIN) sh requirements/lock.sh

clean: ## remove the virtual environment and what the tools left
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
