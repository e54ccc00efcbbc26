# make demo  sets up .venv and builds the sample archive in demo/        make test  sets up and runs every test
# make check what CI runs: format, lint, types, tests, demo              make bench timings
# make docs  the command reference from the commands themselves           make lock  pin every dependency again

PYTHON ?= python3
DEMO   ?= demo
JOBS   ?= auto
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test check bench docs lock clean
.DEFAULT_GOAL := demo

demo: $(READY)
	$(BIN)/duban demo $(DEMO)

test: $(READY)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)
	rm -rf $(VENV)/check-demo
	$(BIN)/duban demo $(VENV)/check-demo
	rm -rf $(VENV)/check-demo

bench: $(READY)
	for each in bench/*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

# The command reference, from the commands themselves; a test fails when it is stale.
docs: $(READY)
	$(BIN)/python tools/make_reference.py

# Needs uv (a build tool of ours, not a dependency); every platform and every extra in one file, with hashes.
lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --all-extras \
	  --python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache

# Three stamps, so that a second run starts at once: the empty environment, the locked packages, the project itself.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo '需要 Python 3.11 或更新版本: 请安装后用 make demo PYTHON=python3.11 指明。'; \
	  echo 'Python 3.11 or newer is needed; name it with: make demo PYTHON=python3.11'; exit 3; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo '本机的 Python 缺少 venv。Debian/Ubuntu 请运行: sudo apt-get install python3-venv;然后再次运行 make。'; \
	  echo 'This Python has no venv module. On Debian/Ubuntu: sudo apt-get install python3-venv; then run make again.'; \
	  exit 3; }
	@touch $@

$(VENV)/.packages: $(VENV)/.made requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	@# Compile now what pip left: a package of the time before Python 3.6 warns when it is compiled, nobody else should.
	@$(BIN)/python -W ignore -m compileall -q $(VENV)/lib >/dev/null 2>&1 || true
	@touch $@

$(READY): $(VENV)/.packages pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@
