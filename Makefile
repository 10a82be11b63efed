# Needs only Python >= 3.11, git and make; everything else lands in .venv.
.POSIX:
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev serve demo test check format translations traceability bench lock clean

PYTHON ?=
# `make test TESTS=tests/rules` runs a part of them.
TESTS ?=
# Processes that the tests are spread over.
JOBS ?= auto

BIN := .venv/bin
PYTEST = $(BIN)/python -m pytest -q -n $(JOBS) $(TESTS)

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sort | sed 's/:.*## /|/' \
		| while IFS='|' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

setup: ## Make .venv with the kelisim command
	@PYTHON="$(PYTHON)" tools/setup.sh

setup-dev: ## The same with what tests and checks need
	@PYTHON="$(PYTHON)" tools/setup.sh dev

serve: setup ## Run it on SQLite: pages on http://localhost:8000, timers, invented people to try it with
	@$(BIN)/kelisim serve --demo

demo: setup ## Play the demonstration year and print its plans
	@$(BIN)/kelisim simulate service/demonstration/scenario_2026.json

test: setup-dev ## Run all tests, on SQLite and PostgreSQL
	@$(PYTEST)

check: setup-dev ## Format, lint, types, import contracts, diagrams, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/kelisim check
	$(PYTEST)

format: setup-dev ## Put the code into its one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

translations: setup-dev ## Compile the texts of the pages
	@$(BIN)/python -m tools.translations

traceability: setup-dev ## Renew what docs say of clauses, effects and tests
	@$(BIN)/python -m tools.traceability
	@$(BIN)/python -m tools.effects_table

bench: setup-dev ## Measure, each figure beside its floor
	@$(BIN)/python -m bench

lock: ## Renew both lock files with the newest packages that fit
	@PYTHON="$(PYTHON)" tools/lock.sh

clean: ## Remove .venv and everything the tools left
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
