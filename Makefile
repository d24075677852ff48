# The whole of it: `make run` tries the portal, `make test` tests it. Each installs what is missing and says so.
.PHONY: help run test test-fast coverage check bench messages lock
MANAGE := .venv/bin/python manage.py

help:
	@echo "make run       the portal with its demo body on http://127.0.0.1:8000 (PORT=, DATABASE_URL=, REDIS_URL=)"
	@echo "make test      everything: checks, tests on SQLite, tests on PostgreSQL and Redis"
	@echo "make test-fast most of it in three minutes: on SQLite, no browser, no server of a platform (ARGS=)"
	@echo "make coverage  make test, and how much of the code it reaches (at least 94 %)"
	@echo "make check     lint, templates, types, migrations, generated documents, translations, deploy check"
	@echo "make bench     benchmarks"
	@echo "make messages  collects the texts to translate; make lock renews the lock files"

run:
	@.ci/prepare run
	@exec $(MANAGE) serve --end-with-parent

test:
	@.ci/prepare test
	@.ci/test

# The inner loop. Needs no more than `make check` does.
test-fast:
	@.ci/prepare check
	@DATABASE_URL=sqlite:///$(CURDIR)/var/test.sqlite3 REDIS_URL= \
		.venv/bin/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder \
		-m "not postgresql and not browser and not servers and not slow" $(ARGS)

coverage:
	@.ci/prepare test
	@COVERAGE=on .ci/test

check:
	@.ci/prepare check
	@.ci/check

bench:
	@.ci/prepare test
	@exec .venv/bin/python tests/bench/run.py

messages:
	@.ci/prepare check
	@$(MANAGE) makemessages --ignore node_modules --ignore .venv --ignore var --ignore tests

# Only here uv is needed (pip install uv). With extras: older pips otherwise look past a pin for the newest.
lock:
	uv pip compile --quiet --universal --no-strip-extras --generate-hashes pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --no-strip-extras --generate-hashes pyproject.toml --group dev -o requirements-dev.txt
	uv pip compile --quiet --universal --no-strip-extras --generate-hashes --group node -o requirements-node.txt
