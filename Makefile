# make run                 try it: on an invented studio, or on a folder of yours with SHOOTS=/path/to/shoots
# make demo-cloud          the demo on three stores, with a simulated Dropbox and Drive (make demo-cloud-stop ends them)
# make test                every test that takes seconds      make test-long   the campaigns that take minutes
# make lint types imports  style, types, who may import whom  make bench       the figures of the README
# make lock                pin the dependencies anew          make clean       take away what was built
#
# Each does its own set-up: a virtual environment in .venv with exactly what requirements.lock names. It is made once,
# and again only when requirements.lock or pyproject.toml change; after that nothing needs the network.

SHELL := /bin/sh
PY := .venv/bin/python
MADE := .venv/.made
export SHOOTS

.PHONY: run demo-cloud demo-cloud-stop test test-long lint types imports bench lock clean venv

run: $(MADE)
	@$(PY) -m backupd.demo.first_run

demo-cloud: $(MADE)
	@$(PY) -m tests.simulators.try_clouds

demo-cloud-stop: $(MADE)
	@$(PY) -m tests.simulators.try_clouds --stop

test: $(MADE)
	$(PY) -m pytest -m "not long" $(PYTEST)

test-long: $(MADE)
	$(PY) -m pytest -m long $(PYTEST)

lint: $(MADE)
	$(PY) -m ruff check .

types: $(MADE)
	$(PY) -m mypy

imports: $(MADE)
	$(PY) -c "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"

bench: $(MADE)
	$(PY) -m bench

lock: $(MADE)
	@command -v uv >/dev/null || { echo 'make lock needs uv: https://docs.astral.sh/uv' >&2; exit 2; }
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --all-extras --output-file requirements.lock

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: $(MADE)

# The stamp holds where the environment was made: an environment cannot be moved, so one that was is made anew.
ifneq ($(shell cat $(MADE) 2>/dev/null),$(CURDIR))
.PHONY: $(MADE)
endif

$(MADE): requirements.lock pyproject.toml
	@set -e; found=; \
	for each in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14; do \
	    if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$each; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo 'backupd needs Python 3.11 or newer, and none was found.' >&2; \
	    echo 'On Debian or Ubuntu: sudo apt-get install python3 python3-venv   (elsewhere: make PYTHON=/path/to/python3)' >&2; \
	    exit 2; \
	fi; \
	if ! "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
	    version=$$("$$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    echo "Python $$version is here, but it cannot make virtual environments." >&2; \
	    echo "On Debian or Ubuntu: sudo apt-get install python$$version-venv" >&2; \
	    exit 2; \
	fi; \
	if ! $(PY) -c 'import sys, os; sys.exit(os.path.realpath(sys.prefix) != os.path.realpath(".venv"))' 2>/dev/null; then \
	    echo "Making .venv with $$("$$found" --version) …"; "$$found" -m venv --clear .venv; \
	fi; \
	echo 'Installing what requirements.lock names (once; it takes a minute or two) …'; \
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	$(PY) -m compileall -q backupd adapters index; \
	printf '%s' "$$PWD" > $(MADE)
