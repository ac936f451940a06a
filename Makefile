# `make deck` and `make test` set up everything they need and run.

PYTHON ?= python3
VENV := .venv
TORCH := .venv-torch
NEWEST := .venv-newest
# What tests/firefox.mjs drives Debian's Firefox with.
PUPPETEER := puppeteer-core@24.43.1
NPM := npm install --silent --ignore-scripts --no-save --no-package-lock --no-audit --no-fund --prefix
PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
READERS := chromium:chromium pdftoppm:poppler-utils qpdf:qpdf faketime:faketime
# Which Playwright's own node needs.
ATOMIC := libatomic.so.1:libatomic1
SYSTEM := sh .ci/system.sh
# The W3C's checker of HTML, which tests/validator.py runs.
VNU := vnu-jar@26.9.27
# What finds in a page what shuts somebody out: tests/axe.py.
AXE := axe-core@4.14.1
# What livedeck's formulas are compared with.
KATEX := katex@0.19.1

.PHONY: deck test bench bench-browsing bench-pdf bench-serve bench-training lock newest clean

deck: $(VENV)/deck pango
	$(VENV)/bin/python build.py --pdf all $(ARGS)

test: $(VENV)/test pango tools
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

bench: $(VENV)/deck pango .tools/peers/installed
	$(VENV)/bin/python benchmarks/run.py $(ARGS)

bench-browsing: $(VENV)/test pango tools .tools/peers/installed
	$(VENV)/bin/python benchmarks/browsing.py $(ARGS)

bench-pdf: $(VENV)/test pango tools .tools/peers/installed
	$(VENV)/bin/python benchmarks/pdf.py $(ARGS)

bench-serve: $(VENV)/test pango tools .tools/peers/installed
	$(VENV)/bin/python benchmarks/serve.py $(ARGS)

bench-training: $(VENV)/deck $(TORCH)/installed
	$(VENV)/bin/python benchmarks/training.py --torch $(TORCH)/bin/python $(ARGS)

# Only to be compared with. pip's own settings say where it comes from.
$(TORCH)/installed: benchmarks/requirements-torch.txt
	$(PYTHON) -m venv $(TORCH)
	$(TORCH)/bin/python -m pip install --quiet -r benchmarks/requirements-torch.txt
	touch $@

# Every version is pinned with its hashes; `make lock` pins what is new.
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
tools: .tools/$(PUPPETEER) .tools/$(VNU) .tools/$(AXE) .tools/$(KATEX)
	@$(SYSTEM) $(READERS) $(ATOMIC)

.tools/$(PUPPETEER):
	@$(SYSTEM) firefox-esr:firefox-esr npm:npm
	$(NPM) .tools/puppeteer $(PUPPETEER)
	touch $@

.tools/$(VNU):
	@$(SYSTEM) java:default-jre-headless npm:npm
	$(NPM) .tools/vnu $(VNU)
	touch $@

.tools/$(AXE):
	@$(SYSTEM) npm:npm
	$(NPM) .tools/axe $(AXE)
	touch $@

.tools/$(KATEX):
	@$(SYSTEM) npm:npm
	$(NPM) .tools/katex $(KATEX)
	touch $@

# What livedeck is timed beside. Chromium is there already.
.tools/peers/installed: benchmarks/package.json benchmarks/requirements-peers.txt | $(VENV)/bin/python
	@$(SYSTEM) npm:npm
	mkdir -p $(@D)
	cp benchmarks/package.json $(@D)
	PUPPETEER_SKIP_DOWNLOAD=1 $(NPM) $(@D)
	$(VENV)/bin/python -m venv $(@D)/venv
	$(@D)/venv/bin/python -m pip install --quiet -r benchmarks/requirements-peers.txt
	touch $@

lock: $(VENV)/bin/uv
	for tool in puppeteer-core vnu-jar axe-core katex; do \
	  sed -i "s/$$tool@[0-9.]*/$$tool@$$(npm view $$tool version)/" Makefile; done
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --extra lecture -o requirements.lock pyproject.toml requirements-build.in
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --no-emit-find-links --extra lecture --extra test -o requirements-test.lock pyproject.toml

# What would break if everything were its newest release, whatever is locked or bounded.
newest: pango tools
	$(PYTHON) -m venv --clear $(NEWEST)
	$(NEWEST)/bin/python -m pip install --quiet packaging
	$(NEWEST)/bin/python .ci/newest.py $(ARGS)

$(VENV)/bin/uv: | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet uv

clean:
	rm -rf $(VENV) $(TORCH) $(NEWEST) .tools .livedeck output
