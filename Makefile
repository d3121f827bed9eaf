# Every target does its own set-up: a virtual environment from pinned lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Most of these tests wait for other processes, so three fit on two cores.
TEST_PROCESSES ?= 3
.DEFAULT_GOAL := help

.PHONY: help setup setup-dev setup-text demo check test lock docs pictures format clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.demo: requirements/demo.txt
	@bash deploy/setup.sh $(PYTHON) $(VENV) demo
	@touch $@

$(VENV)/.dev: requirements/dev.txt
	@bash deploy/setup.sh $(PYTHON) $(VENV) dev
	@touch $@ $(VENV)/.demo

setup: $(VENV)/.demo ## install what the demo needs

setup-dev: $(VENV)/.dev ## install what the tests need

setup-text: ## install the bot and its text models alone, for a small server
	@bash deploy/setup.sh $(PYTHON) $(VENV) text

demo: setup ## the local Telegram in your browser, with the bot in it
	@$(BIN)/samovar demo

check: setup-dev ## lint, types, layers and unit tests, without services
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/pytest -q tests/unit

test: setup-dev ## everything, as CI runs it
	@bash deploy/test-tools.sh
	$(MAKE) check
	$(BIN)/pytest -q -n $(TEST_PROCESSES) --dist loadfile --ignore=tests/unit

format: setup-dev ## let ruff mend what it can
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format .

docs: setup-dev ## write the generated pages anew
	@{ printf '# Configuration\n\nRead from the environment and from `.env`. This page is written by `make docs`.\n\n'; \
	  $(BIN)/samovar settings; } > docs/configuration.md
	@$(BIN)/python -m playground.coverage > docs/playground-coverage.md

pictures: setup-dev ## take the pictures of the README from the browser test
	$(BIN)/pytest -q tests/browser/test_demo.py tests/browser/test_town_story.py
	@mkdir -p docs/pictures
	@$(BIN)/python -c "from PIL import Image; [Image.open(f'var/screenshots/{n}.png').convert('P', palette=1, colors=256).save(f'docs/pictures/{n}.png', optimize=True) for n in ('alice', 'group', 'phone', 'playground-request', 'playground-poll', 'playground-draft', 'playground-workshop', 'playground-phone')]"

lock: setup-dev ## pin all dependencies again
	@bash deploy/lock.sh $(BIN)

clean: ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
