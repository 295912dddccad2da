# The commands of the project. `make rehearse` and `make test` need only git, make and Python 3.11 or newer.
SHELL  := /bin/sh
WORLD  ?= clean
VENV   := .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY  := $(VENV)/ready

.PHONY: help rehearse test screens soak test-spark airflow lab lint format coverage bench baselines lock catalogues checks endpoints tables schemas clean

help:
	@echo "make rehearse   walk the whole road in the built-in rehearsal (WORLD=clean)"
	@echo "make lab        open the notebooks in JupyterLab, on a rehearsal (WORLD=clean)"
	@echo "make test       run the tests, with a browser where one can be installed"
	@echo "make screens    take a picture of every notebook in each language, and walk them by keyboard alone (a quarter of an hour)"
	@echo "make soak       kill a road a hundred times, and fuzz what the systems answer for ten minutes"
	@echo "make lint       check style and types"
	@echo "make format     bring the style in order"
	@echo "make coverage   run the tests and say which lines none of them reaches"
	@echo "make test-spark compare people on Spark in local mode (needs Java)"
	@echo "make airflow    run the example's DAG over twenty rehearsals in a real Airflow (twenty minutes, or less)"
	@echo "make bench      measure the figures of benchmarks/README.md (QUICK=1: small and fast)"
	@echo "make baselines  install what make bench measures probable duplicates against"
	@echo "make catalogues bring the new sentences of the code into the German and Spanish catalogues"
	@echo "make checks     write docs/checks.md, the list of all checks, from the code"
	@echo "make endpoints  write docs/run-against.md, what each call has been run against, from its table"
	@echo "make tables     write docs/tables.md, the DataFrames of each notebook, from the code"
	@echo "make schemas    write docs/schemas, what programs may rely on, from the code"
	@echo "make docs       build the site of docs/ into build/docs, warnings as errors"
	@echo "make lock       resolve requirements.lock again from pyproject.toml (needs uv)"
	@echo "make clean      remove the environment, rehearsals and caches"

rehearse: $(READY)
	@$(BIN)/runbook rehearse --world $(WORLD)

lab: $(READY)
	@$(BIN)/runbook lab --world $(WORLD)

test: $(READY)
	@sh setup/chromium.sh $(BIN)
	$(BIN)/python -m pytest -n 2 --dist loadfile

# Every notebook in each language, before it is decided: build/screens (about ten minutes). In German also in dark, and
# with axe on every form. Then the whole road is walked by keyboard alone (three minutes). Without a browser nothing is
# looked at, and that is no success.
screens: $(READY)
	@sh setup/chromium.sh $(BIN)
	@rm -rf build/screens
	RUNBOOK_SCREENS=$(CURDIR)/build/screens $(BIN)/python -m pytest -q -n 0 \
	  tests/guide/notebooks/test_screens.py tests/guide/notebooks/test_keyboard_road.py
	@ls build/screens/*.png >/dev/null 2>&1 || { echo "No picture was taken: is there a browser?" >&2; exit 1; }

# Bounded and seeded; not a part of make test, which makes five of these kills.
soak: $(READY)
	RUNBOOK_SOAK_KILLS=100 RUNBOOK_SOAK_MINUTES=10 $(BIN)/python -m pytest -n 0 \
	  tests/guide/test_kills.py tests/guide/test_faults_on_the_road.py \
	  tests/guide/test_files_of_any_shape.py tests/guide/test_disk.py tests/guide/test_forecast_of_calls.py \
	  tests/rehearsal/org/schema/test_describes_of_any_shape.py tests/proof/test_exports_of_any_shape.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify notebooks/*.ipynb

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Fails below the floor in pyproject.toml, where the reason for it stands; takes twice as long as make test.
coverage: $(READY)
	@sh setup/chromium.sh $(BIN)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist loadfile
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

bench: $(READY)
	$(BIN)/python -W ignore -m benchmarks $(if $(QUICK),--quick)

# What probable duplicates are measured against; apart, for they need older packages than the project.
baselines:
	python3 -m venv .venv-baselines
	.venv-baselines/bin/pip install --quiet recordlinkage dedupe "BTrees<6" pyarrow  # dedupe 3.0.3 needs byValue, which BTrees 6 lacks

# An optional job: people compared on Spark, which needs Java.
test-spark: $(READY)
	$(BIN)/pip install --quiet "pyspark>=4,<5"
	$(BIN)/python -m pytest tests/review/duplicates/probable/test_spark.py

# An optional job: Airflow has an environment of its own, and reaches the runbook as a Jupyter kernel.
airflow: $(READY)
	python3 -m venv .venv-airflow
	.venv-airflow/bin/pip install --quiet "apache-airflow>=3,<4" "apache-airflow-providers-papermill>=3.13,<4"
	RUNBOOK_AIRFLOW=$(CURDIR)/.venv-airflow/bin/airflow $(BIN)/python -m pytest -n 0 -s tests/airflow

# One file for Linux, macOS and Windows and Python 3.11 to 3.14 at once, with hashes and without an index address.
lock:
	uv pip compile pyproject.toml --extra postgres --extra dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --output-file requirements.lock
	uv pip compile --group docs --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --output-file docs/requirements.lock

# An environment of its own: who builds the site needs nothing of the project, and the project nothing of it.
docs: .venv-docs/ready
	$(subst $(VENV),.venv-docs,$(BIN))/sphinx-build -W --keep-going -q -b html docs build/docs
	@echo "build/docs/index.html"

.venv-docs/ready: docs/requirements.lock
	python3 -m venv .venv-docs
	$(subst $(VENV),.venv-docs,$(BIN))/pip install --quiet --disable-pip-version-check --require-hashes -r docs/requirements.lock
	@touch $@

catalogues: $(READY)
	@mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-default-keywords --keyword=say --no-location --sort-output \
	  --omit-header --output build/runbook.pot runbook_lib
	for language in $(notdir $(wildcard runbook_lib/locale/??)); do $(BIN)/pybabel --quiet update --domain runbook --input-file build/runbook.pot \
	  --output-dir runbook_lib/locale --locale $$language --no-fuzzy-matching --ignore-obsolete --omit-header \
	  --init-missing; done

checks: $(READY)
	$(BIN)/python -m runbook_lib.review.checks.catalogue > docs/checks.md

tables: $(READY)
	$(BIN)/python -m runbook_lib.guide.engine.tables > docs/tables.md

endpoints: $(READY)
	$(BIN)/python -m runbook_lib.systems.endpoints > docs/run-against.md

schemas: $(READY)
	$(BIN)/python -m runbook_lib.guide.commands.schemas

$(READY): requirements.lock pyproject.toml setup/environment.sh
	@sh setup/environment.sh $(VENV)

clean:
	rm -rf $(VENV) .venv-baselines .venv-docs .venv-airflow rehearsals build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
