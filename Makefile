# demo: the main job end to end.  test: every test.  check: lint, types, layers.  bench: speed beside peers.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO_ARGS ?=

.PHONY: demo test check bench clean

demo: .venv/ready-demo
	$(BIN)/groeibrief demo $(DEMO_ARGS)

test: .venv/ready-dev
	tests/debian-packages
	tests/node-packages
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: .venv/ready-dev
	$(BIN)/ruff check engine tests
	$(BIN)/ruff format --check engine tests
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-dev
	$(BIN)/python tests/bench/table.py

clean:
	rm -rf .venv demo-uit dist

.venv/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "groeibrief needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	touch $@

.venv/ready-demo: .venv/uv pyproject.toml uv.lock
	$(BIN)/uv sync --quiet --locked --no-dev --inexact --extra web --compile-bytecode
	touch $@

.venv/ready-dev: .venv/uv pyproject.toml uv.lock
	$(BIN)/uv sync --quiet --locked --inexact --all-extras --compile-bytecode
	touch $@

# Both engines on 20,000 generated questions, in two processes; takes about half an hour.
.PHONY: test-generative
test-generative: .venv/ready-dev
	for seed in 1 2; do GROEIBRIEF_EXAMPLES=10000 GROEIBRIEF_SEED=$$seed \
	  $(BIN)/python -m pytest -q -s tests/generative/test_generated_agreement.py & pids="$$pids $$!"; done; \
	for pid in $$pids; do wait $$pid || exit 1; done

# Small faults put into the DuckDB engine one by one, shown to its tests; takes about an hour (docs/design/mutation.md).
.PHONY: test-mutants
test-mutants: .venv/ready-dev
	$(BIN)/python tests/mutation/hunt.py

# What holds under faults, load and attack; takes about two hours, and writes docs/betrouwbaarheid.md.
.PHONY: trust
SUITES ?=
trust: .venv/ready-dev
	tests/debian-packages
	tests/node-packages
	$(BIN)/python tests/trust/table.py $(if $(SUITES),--only $(SUITES))

# Known vulnerabilities in what uv.lock fixes, asked of osv.dev; without a way there it fails, and says so.
.PHONY: audit
audit: .venv/uv
	$(BIN)/uv audit --locked --preview-features audit-command

# Everything that ships with groeibrief, with hashes, as CycloneDX 1.5; needs no network.
.PHONY: sbom
sbom: .venv/uv
	mkdir -p dist
	$(BIN)/uv export --quiet --locked --no-dev --all-extras --format cyclonedx1.5 --preview-features sbom-export \
	  --output-file dist/groeibrief.cdx.json
	@echo "dist/groeibrief.cdx.json"
