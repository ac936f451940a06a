# `make deck` and `make test` set up everything they need and run.

PYTHON ?= python3
VENV := .venv
TORCH := .venv-torch
# What tests/firefox.mjs drives Debian's Firefox with, and the decks that livedeck is timed beside.
PUPPETEER := puppeteer-core@24.43.1
DECKS := reveal.js@6.0.2 katex@0.19.1 @marp-team/marp-cli@4.5.1
NPM := npm install --silent --ignore-scripts --no-save --no-package-lock --no-audit --no-fund --prefix
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
BROWSER := chromium:chromium
READERS := pdftoppm:poppler-utils qpdf:qpdf faketime:faketime
SYSTEM := sh .ci/system.sh
# The W3C's checker of HTML, which tests/validator.py runs.
VNU := vnu-jar@26.9.27

.PHONY: deck test lint bench bench-browsing bench-training lock clean

deck: $(VENV)/deck pango
	$(VENV)/bin/python build.py --pdf all $(ARGS)

test: $(VENV)/test pango tools
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest $(ARGS)

bench: $(VENV)/deck pango
	$(VENV)/bin/python benchmarks/run.py $(ARGS)

bench-browsing: $(VENV)/test pango tools .tools/decks/installed
	$(VENV)/bin/python benchmarks/browsing.py --packages .tools/decks/node_modules $(ARGS)

bench-pdf: $(VENV)/deck pango
	$(VENV)/bin/python benchmarks/pdf.py $(ARGS)

bench-training: $(VENV)/deck $(TORCH)/installed
	$(VENV)/bin/python benchmarks/training.py --torch $(TORCH)/bin/python $(ARGS)

# Only to be compared with. pip's own settings say where it comes from.
$(TORCH)/installed: benchmarks/requirements-torch.txt
	$(PYTHON) -m venv $(TORCH)
	$(TORCH)/bin/python -m pip install --quiet -r benchmarks/requirements-torch.txt
	touch $@

# Every version is pinned with its hashes; `make lock` looks for newer ones.
$(VENV)/deck: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/test: $(VENV)/deck requirements-test.lock
	$(VENV)/bin/python -m pip install --quiet --require-hashes -r requirements-test.lock
	touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "livedeck needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV) || \
	  { echo "python3 cannot make a virtual environment; install it: apt-get install python3-venv"; exit 1; }

# WeasyPrint sets type with Pango, a library of the system.
.PHONY: pango
pango:
	@$(SYSTEM) "libpangoft2-1.0.so:$(PANGO)"

.PHONY: tools
tools: .tools/$(PUPPETEER) .tools/$(VNU)
	@$(SYSTEM) $(BROWSER) $(READERS)

.tools/$(PUPPETEER):
	@$(SYSTEM) firefox-esr:firefox-esr npm:npm
	$(NPM) .tools/puppeteer $(PUPPETEER)
	touch $@

.tools/$(VNU):
	@$(SYSTEM) java:default-jre-headless npm:npm
	$(NPM) .tools/vnu $(VNU)
	touch $@

.tools/decks/installed: Makefile
	@command -v npm >/dev/null || sh .ci/system.sh npm
	$(NPM) .tools/decks $(DECKS)
	touch $@

lock: $(VENV)/bin/uv
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --extra keras -o requirements.lock pyproject.toml requirements-build.in
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --extra keras --extra test -o requirements-test.lock pyproject.toml

$(VENV)/bin/uv: | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet uv

clean:
	rm -rf $(VENV) $(TORCH) .tools .livedeck output
