# Everything happens inside this folder: .venv holds the packages, build/ the results. `make` alone lists the targets.
# The lock names every package with its hashes, so pip has nothing to resolve; `pip check` confirms it.
# ARGS are passed on, as in: make report ARGS="my-articles --out build/mine -p actors=UKR,POL"

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.installed
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv
BENCH_PIP := $(BENCH)/bin/python -m pip --disable-pip-version-check --require-virtualenv
LOCKED := pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras
# Old versions of pip need the extra of jsonschema in the lock, and stumble over the one of lxml.
PLAIN := s/^lxml\[[a-z-]*\]/lxml/

.DEFAULT_GOAL := help
.PHONY: help setup report tables lab figures notebooks bench test lint lock lock-bench licences sbom audit clean
.DELETE_ON_ERROR:

help: ## list the targets
	@echo 'ballotwatch: who said what about which contested ballot, when and where'
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'
	@echo
	@echo 'The first target that needs packages installs them into .venv; nothing outside this folder changes.'

setup: $(STAMP) ## install the locked packages into .venv

$(STAMP): requirements.lock pyproject.toml
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Set-up: updating $(VENV)"; \
	else \
		python="$${PYTHON:-$$(scripts/find-python)}" || exit 1; \
		echo "Set-up: making $(VENV) with $$python ($$($$python -V))"; \
		"$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@echo "Set-up: installing the packages of requirements.lock, compiled (some minutes the first time)"
	@$(PIP) install -qq --require-hashes --no-deps -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation --no-index --editable .
	@$(PIP) check --quiet
	@touch $@
	@echo "Set-up: done, $(VENV) is ready"

report: $(STAMP) ## code the articles of seeds/, run the notebooks, leave pages in build/report/
	@$(BIN)/ballotwatch report $(ARGS)

tables: $(STAMP) ## code the articles of seeds/ to tables in build/tables/
	@$(BIN)/ballotwatch code seeds --out build/tables $(ARGS)

lab: $(STAMP) ## open the notebooks in JupyterLab
	@$(BIN)/ballotwatch lab

notebooks: tables ## run the committed notebooks again and keep their outputs
	@$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False --ExecutePreprocessor.extra_arguments=--log-level=ERROR \
		--log-level=WARN $(NOTEBOOKS)

figures: tables ## draw the seeds' figures for print anew in figures/
	@$(BIN)/python -m ballotwatch.charts.print build/tables figures

test: $(STAMP) lint tables ## run every check: style, tests, and the notebooks against their committed outputs
	@$(BIN)/python -m pytest -q $(ARGS)
	@$(BIN)/python -m pytest -q --nbval --nbval-current-env $(NOTEBOOKS)

# All that is measured runs in one environment, peers and ballotwatch alike, so that the Python is the same.
$(BENCH_STAMP): requirements.lock requirements-bench.lock pyproject.toml
	@python="$${PYTHON:-$$(scripts/find-python)}" && echo "Set-up: making $(BENCH) with $$python ($$($$python -V))" && "$$python" -m venv --clear $(BENCH)
	@echo "Set-up: installing ballotwatch's packages and those it is measured beside (some minutes)"
	@$(BENCH_PIP) install -qq --require-hashes --no-deps -r requirements.lock -r requirements-bench.lock
	@$(BENCH_PIP) install -qq --no-deps --no-build-isolation --no-index --editable .
	@touch $@

bench: $(BENCH_STAMP) $(STAMP) ## measure how fast it is beside its peers, and write docs/speed.md (twenty minutes)
	@$(BIN)/ballotwatch code seeds --out build/tables
	@PYTHONPATH=scripts $(BENCH)/bin/python -m bench $(ARGS)

lint: $(STAMP) ## check the style of the code
	@$(BIN)/ruff check --quiet
	@echo "Style: no complaints"

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	@uv pip compile $(LOCKED) --quiet --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock
	@sed '$(PLAIN)' requirements.lock > requirements.lock.part && mv requirements.lock.part requirements.lock
	@! grep -nE '://|^-|@ ' requirements.lock

lock-bench: ## write requirements-bench.lock anew: what the peers need beyond requirements.lock (needs uv)
	@mkdir -p build
	@uv pip compile $(LOCKED) --group bench -c requirements.lock --quiet --no-header --no-emit-index-url --no-emit-find-links -o build/bench.lock
	@PYTHONPATH=scripts $(BIN)/python -m bench.lock build/bench.lock requirements.lock requirements-bench.lock
	@! grep -nE '://|^-|@ ' requirements-bench.lock

licences: $(STAMP) ## list the licences of all packages, files and data in docs/licences.md
	@$(BIN)/python scripts/licences.py

sbom: $(STAMP) ## write a bill of materials (CycloneDX) to build/sbom.json
	@$(BIN)/python scripts/sbom.py build/sbom.json

audit: $(STAMP) ## ask an advisory source about known weaknesses (needs a network)
	@$(BIN)/python scripts/audit.py

clean: ## remove build/ and caches; .venv stays
	@rm -rf build .pytest_cache .ruff_cache .hypothesis
	@find src tests notebooks scripts -name __pycache__ -prune -exec rm -rf {} +
