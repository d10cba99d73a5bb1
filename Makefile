# Everything below works on a machine that has Python 3.11 or newer and make.
.DEFAULT_GOAL := help
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p) >/dev/null 2>&1 && $(p) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps --require-hashes
PROOFS := tests/mail/test_kill_window.py tests/mail/test_never_false.py tests/services/test_killed_nights.py tests/services/test_races.py tests/services/test_stories.py tests/services/test_two_paths.py tests/web/test_sendgrid_calls.py
PACKAGES := config models notifications duban flows
CATALOGUES := $(wildcard config/locale/*/LC_MESSAGES/*.po)

.PHONY: help setup setup-dev run test measure-letter screenshots prove prove-mail check format bench bench-doors bench-mail bench-demo docs messages lock wheel clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 14

setup: .venv/.installed ## make the environment in .venv
setup-dev: .venv/.installed-dev ## the same, with what tests and checks need

run: setup ## live through the demo month, then open its pages until Ctrl-C
	@$(BIN)/duban --database var/demo.db demo run --fresh --serve

test: setup-dev ## run the tests; without a browser, fetch one first
	@$(BIN)/python -m tests.web.find_chromium
	$(BIN)/python -m pytest -n 2 --dist loadfile

measure-letter: setup-dev ## print a letter by LibreOffice and measure its page
	$(BIN)/python -m benchmarks.letter_page

screenshots: setup-dev ## take pictures of every page into var/screenshots, to be looked at
	@$(BIN)/python -m tests.web.find_chromium
	$(BIN)/python -m tests.web.screenshots

prove: setup-dev ## all rounds of the proofs that "make test" runs a part of
	$(BIN)/python -m pytest -n 2 --dist loadfile --whole $(PROOFS)

prove-mail: setup-dev ## kill senders of mail and print what became of the mails (KILLS="100 600": kills, mails)
	@$(BIN)/python -m tests.mail.counters $(KILLS)

check: setup-dev ## formatting, lint, types, import direction
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-dev ## rewrite the code in house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev ## time nights and questions against floor and peers (BENCH=--full: 10 M)
	$(BIN)/python -m benchmarks.run $(BENCH)

bench-doors: setup-dev ## time the API and the dashboard against a bare floor (BENCH=100000: findings)
	$(BIN)/python -m benchmarks.doors $(BENCH)

bench-mail: setup-dev ## time mail beside a bare connection and beside SendGrid's own library
	$(BIN)/python -m benchmarks.mail

bench-demo: setup ## time the demo month and the start of commands
	$(BIN)/python benchmarks/demo_nights.py

docs: setup ## draw the state machine into docs/
	$(BIN)/python docs/draw_state_machine.py

messages: setup-dev ## collect the sentences into the Chinese catalogue
	$(BIN)/pybabel --quiet extract --no-wrap -F config/locale/babel.cfg --no-location --sort-output --omit-header -k _ -k ngettext:1,2 -o config/locale/duban.pot .
	$(BIN)/pybabel --quiet update -N --no-wrap --omit-header --ignore-obsolete -i config/locale/duban.pot -D duban -l zh -d config/locale

lock: setup-dev ## resolve the dependencies anew into the two lock files
	$(BIN)/python -m pip --quiet install uv
	$(BIN)/uv pip compile --no-config --quiet --universal --generate-hashes --no-strip-extras --no-header --no-annotate --python-version 3.11 --extra build -o requirements/run.lock pyproject.toml
	$(BIN)/uv pip compile --no-config --quiet --universal --generate-hashes --no-strip-extras --no-header --no-annotate --python-version 3.11 --extra build --extra dev -c requirements/run.lock -o requirements/dev.lock pyproject.toml

wheel: setup ## build the wheel into dist/
	$(BIN)/hatchling build -t wheel

clean: ## remove the environment and everything that was made
	rm -rf .venv var dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed; install it or run: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.locked: requirements/run.lock | .venv/bin/python
	$(PIP) -r requirements/run.lock
	@touch $@

.venv/.installed: .venv/.locked pyproject.toml $(CATALOGUES)
	$(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

.venv/.installed-dev: requirements/dev.lock .venv/.installed
	$(PIP) -r requirements/dev.lock
	@touch $@
