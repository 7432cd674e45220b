# Every developer action has a name here. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
LANGUAGES_MO := $(patsubst %.po,%.mo,$(wildcard src/yichuang/locale/*/LC_MESSAGES/*.po src/yichuang/*/locale/*/LC_MESSAGES/*.po))

.PHONY: help run test check types format bench docs styles fonts set-up set-up-dev provide requirements clean

help:  ## list these actions
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

run: .venv/.runtime $(LANGUAGES_MO)  ## start the platform on http://127.0.0.1:8000 with the demonstration (PORT=8001 make run)
	@exec .venv/bin/yichuang run --host "$(HOST)" --port "$(PORT)"

test: set-up-dev  ## everything: style, types, layers, then all tests on SQLite and on PostgreSQL
	@exec .venv/bin/python tools/run_tests.py

check: set-up-dev  ## style, types and layers only
	@exec .venv/bin/python tools/run_tests.py --only style types layers

format: .venv/.dev  ## let ruff lay out and repair the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: .venv/.dev $(LANGUAGES_MO)  ## all benchmarks, each printing its ratio to a named peer or limit
	@for file in bench/bench_*.py; do echo "== $$file"; .venv/bin/python "$$file"; done

docs: .venv/.dev  ## write the generated pages anew from the code
	@.venv/bin/python tools/generate_docs.py

styles: .venv/.dev  ## write the small stylesheet of public pages anew from the rules that templates use
	@.venv/bin/python tools/plain_style.py

fonts: .venv/.runtime  ## bring the Fandol fonts for official documents into var/fonts
	@.venv/bin/python -m yichuang.documents.fonts --into var/fonts

set-up: .venv/.runtime $(LANGUAGES_MO)  ## only prepare what `make run` needs

set-up-dev: .venv/.dev $(LANGUAGES_MO)  ## only prepare what `make test` needs

provide: .venv/.dev  ## bring what tests need from outside Python: browser, Java, MariaDB, Chinese fonts
	@.venv/bin/python tools/provide.py

requirements: .venv/.dev  ## pin the dependencies of pyproject.toml anew, with hashes and without addresses
	@.tools/uv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	@.tools/uv/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements/dev.txt

clean:  ## remove what set-up made; data under var/ stays
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -f $(LANGUAGES_MO)

.venv/.runtime: requirements/runtime.txt requirements/tools.txt tools/set_up.py
	@$(PYTHON) tools/set_up.py runtime

.venv/.dev: requirements/runtime.txt requirements/dev.txt requirements/tools.txt tools/set_up.py
	@$(PYTHON) tools/set_up.py dev

%.mo: %.po tools/compile_translations.py | .venv/.runtime
	@.venv/bin/python tools/compile_translations.py $<
