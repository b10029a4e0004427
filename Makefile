# One door: every task is a make target. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra cohort --extra web --extra postgres \
  --no-header --no-emit-index-url --no-annotate
export UV_PYTHON_DOWNLOADS := never
# Tests and checks start hundreds of processes: what they compile is kept, whatever the shell says.
export PYTHONDONTWRITEBYTECODE :=

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(BIN)/python:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Keystage needs Python 3.11 or later; python3 here is $$(python3 --version)."; exit 1; }
	@python3 -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "python3 cannot make virtual environments; installing Debian's python3-venv."; \
	  apt-get update -qq && apt-get install -y -qq python3-venv && python3 -m venv $(VENV); } \
	  || { echo "Install the package python3-venv, then run make again."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# Bytecode is made once here: where Python may not keep it, every start would compile all packages.
$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.bench: $(VENV)/.dev requirements/bench.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

$(VENV)/.spark: $(VENV)/.run requirements/spark.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/spark.txt
	@touch $@

$(VENV)/.java: $(BIN)/python
	@command -v java > /dev/null || test -x "$$JAVA_HOME/bin/java" || { \
	  echo "There is no java, which Spark needs; installing Debian's."; apt-get update -qq && \
	  { apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless \
	  || apt-get install -y -qq --no-install-recommends default-jre-headless; }; } \
	  || { echo "Install Java 17 or later, then run make again."; exit 1; }
	@touch $@

$(VENV)/.browser: $(BIN)/python
	@command -v chromium > /dev/null || { \
	  echo "There is no Chromium, which tests of pages need; installing Debian's."; apt-get update -qq && \
	  apt-get install -y -qq --no-install-recommends chromium; } \
	  || echo "Install Chromium: until then the tests in a browser are left out."
	@touch $@

install: $(VENV)/.run ## install Keystage into .venv

COHORT := out/demo/cohort/pupils.csv --schools out/demo/cohort/schools.csv --year 2022 --release provisional
RETURNS := data/invented/returns
PORT ?= 8000
SERVICE := KEYSTAGE_FOLDER=out/demo/service $(BIN)/python -m keystage.web

demo: $(VENV)/.run ## install Keystage, prove it on published tables and run it on an invented authority
	@echo "1. The department's published tables of two authorities, every figure made again."
	@$(BIN)/keystage verify data/published
	@echo
	@echo "2. An invented local authority of 60 schools, the same one every time."
	@$(BIN)/keystage cohort make --year 2022 --seed 1 --schools 60 --nowhere --csv --replace -o out/demo/cohort
	@echo
	@echo "3. Every measure of 2022 from one pupil file."
	@$(BIN)/keystage measures $(COHORT) -o out/demo/measures
	@awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$$i] = i; next } \
	  { print $$at["PTRWM_EXP"] " of its " $$at["TELIG"] " pupils meet the standard in reading, writing and maths; " \
	  $$at["PTRWM_HIGH"] " the higher standard." }' out/demo/measures/la.csv
	@echo
	@echo "4. Does it look like England? Its figures beside the published ones."
	@$(BIN)/keystage cohort report out/demo/cohort -o out/demo/report.html --replace
	@echo
	@echo "5. Why has its first school (900000) the reading progress it has?"
	@$(BIN)/keystage explain $(COHORT) --school 900000 --figure READPROG
	@echo
	@echo "6. Is the return of another invented school fit to be sent?"
	@$(BIN)/keystage ctf check $(RETURNS)/9990103_CTF_NAALLLL_001.xml --year 2026 --expected $(RETURNS)/expected.csv
	@echo
	@echo "The cohort lies in out/demo/cohort, its tables in out/demo/measures; open out/demo/report.html."
	@echo
	@echo "7. The service of an invented local authority. Stop it with: make demo-stop"
	@$(SERVICE) serve --stop > /dev/null
	@$(SERVICE) prepare
	@$(SERVICE) invent_authority --year 2026 --if-empty
	@$(SERVICE) invent_figures --year 2022 --if-none
	@$(SERVICE) serve --background --port $(PORT)

demo-stop: ## stop the service that make demo started
	@$(SERVICE) serve --stop

check: $(VENV)/.bench $(VENV)/.spark ## format, lint, types, import contracts, docs fresh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	KEYSTAGE_FOLDER=out/check $(BIN)/python -m keystage.web makemigrations --check --dry-run
	$(BIN)/python -m keystage.cli.docs --check

fix: $(VENV)/.dev ## format, and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

PYTEST := $(BIN)/python -m pytest -n 2 --dist loadgroup
# The rooms of the rules are covered, branch by branch, by tests of their own.
RULES := access statute records checks measures
OF_RULES := tests/core $(addprefix tests/,$(RULES))
COMMA := ,
EMPTY :=
COVERED := $(subst $(EMPTY) $(EMPTY),$(COMMA),$(patsubst %,src/keystage/%/*,$(RULES)))
# What reads and writes: the actions, and every page opened once by every role.
ON_POSTGRESQL := $(BIN)/python tests/on_postgresql.py $(PYTEST) -m "not slow" tests/store tests/actions tests/api tests/web/test_every_route_and_role.py

test: $(VENV)/.dev $(VENV)/.spark $(VENV)/.java $(VENV)/.browser ## all tests: the rules with branch coverage, the service on both databases
	$(PYTEST) --cov --cov-report= $(OF_RULES)
	$(BIN)/coverage report --fail-under=100 --include='$(COVERED)'
	$(PYTEST) $(addprefix --ignore=,$(OF_RULES))
	$(ON_POSTGRESQL)

test-postgresql: $(VENV)/.dev ## the service's tests on PostgreSQL, without those in a browser
	$(ON_POSTGRESQL)

docs: $(VENV)/.dev ## write the generated pages again
	$(BIN)/python -m keystage.cli.docs

assets: ## make the styles and scripts of the pages again (needs node)
	src/keystage/web/assets/build.sh

bench: $(VENV)/.bench ## measure speed and memory side by side
	$(BIN)/python benchmarks/run.py

lock: $(BIN)/python ## resolve the locked requirements again
	$(COMPILE) --group dev --group bench -o requirements/bench.txt pyproject.toml requirements/build.in
	$(COMPILE) --group dev -c requirements/bench.txt -o requirements/dev.txt pyproject.toml requirements/build.in
	$(COMPILE) --extra spark -c requirements/bench.txt -o requirements/spark.txt pyproject.toml requirements/build.in
	$(COMPILE) -c requirements/bench.txt -o requirements/run.txt pyproject.toml requirements/build.in

clean: ## remove what the targets made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* .import_linter_cache build dist

.PHONY: assets help install demo demo-stop check fix test test-postgresql docs bench lock clean
