# Two commands matter: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test suite setup setup-dev browser lint types contracts check demo clean

run: setup
	@$(BIN)/chairtime up

# Types are checked while the first tests wait for servers.
test: setup-dev browser
	@$(MAKE) --no-print-directory --jobs=2 lint types contracts suite

suite:
	$(BIN)/python -m tests.run -n 3 --dist loadfile --no-loadscope-reorder

check: lint types contracts

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "  installing the locked dependencies (about a minute the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@ $(VENV)/.runtime

# The browser tests use the system's Chromium; installed here when it is missing and we may.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  (command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq chromium >/dev/null) || \
	  (echo "  Chromium is missing and cannot be installed from here: apt-get install chromium"; exit 1)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy .

contracts:
	$(BIN)/lint-imports

demo: setup
	$(BIN)/chairtime demo --plans 40 --seed 7 --json

clean:
	rm -rf $(VENV) .chairtime .mypy_cache .ruff_cache .pytest_cache

# The long forms of what `make test` runs briefly.
.PHONY: million race chaos bench screenshots
million:
	$(BIN)/python -m tests.rules.million

race:
	$(BIN)/python -m tests.chaos.race

chaos:
	$(BIN)/python -m tests.chaos.sends --count 1000

bench:
	$(BIN)/python -m benchmarks.rules
	$(BIN)/python -m benchmarks.openings
	$(BIN)/python -m benchmarks.amortization
	$(BIN)/python -m benchmarks.plan_days --plans 20000
	$(BIN)/python -m benchmarks.plan_run --plans 5000 --texts 500

screenshots:
	$(BIN)/python -m tests.browser.screenshots docs/screenshots
