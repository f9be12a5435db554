# Every command sets up what it needs first, and can be typed again at any time.
SHELL := /bin/sh
.PHONY: demo demo-reset test test-deep bench check set-up
.DEFAULT_GOAL := demo

SET_UP = python=$$(scripts/python) && "$$python" -I scripts/set_up.py

# The portal with an invented company; PORT=8123 make demo serves it there.
demo:
	@python=$$(scripts/python) && "$$python" -I boardroom/demo/checks.py
	@$(SET_UP) base
	@exec .venv/bin/python -m boardroom.demo --with-parent

# Forget the demo's data; the next `make demo` starts over.
demo-reset:
	@$(SET_UP) base
	@exec .venv/bin/python -m boardroom.demo --reset

# A test waits for the database or the browser half of its time: three at once for two processors.
AT_ONCE = $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 ))

# Whatever the shell says, what was compiled is kept: else every program that the tests start, and
# every worker of theirs, compiles the portal and all tests anew.
test test-deep: export PYTHONDONTWRITEBYTECODE =

# All tests, in a browser too; what takes minutes is left to test-deep.
test:
	@$(SET_UP) dev --tools
	@scripts/check
	@exec .venv/bin/pytest --numprocesses=$(AT_ONCE) --maxprocesses=8 --dist=worksteal

test-deep:
	@$(SET_UP) dev --tools
	@exec .venv/bin/pytest -m deep

bench:
	@$(SET_UP) dev
	@exec .venv/bin/python bench/run.py

check:
	@$(SET_UP) dev
	@scripts/check

set-up:
	@$(SET_UP) dev
