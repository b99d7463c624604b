# make run: build, run the quickstart suite, show the table and where the report is.
# make test: build and run all tests.
# make bench: time the engine beside PyTorch and NumPy; BENCH=pattern picks works.
# All three install the system packages if they are missing (Debian).

SWIFT ?= swift
SUITE ?= Suites/quickstart.yaml
OUT ?= runs/$(basename $(notdir $(SUITE)))
PACKAGES := libdnnl-dev libjpeg-dev libpng-dev libsqlite3-dev pkg-config zlib1g-dev
# Tests flip testability and would rebuild everything: they have a build folder of their own.
TEST_SCRATCH := .build-tests
BENCH ?=
# The Python of the peers: an environment of their own unless one is given.
PEERS := .build-peers
PEER_PYTHON ?= $(PEERS)/bin/python

# The library products that have a catalogue, as pages of DocC: make docs.
CATALOGUES := GauntletKit GauntletLaws Tensors Gradients Networks FileFormats Harness GauntletCLI
DOCS := .build-docs

.PHONY: run test bench build docs packages lint format clean

run: build
	.build/release/gauntlet run $(SUITE) --out $(OUT)

build: packages
	$(SWIFT) build -c release --product gauntlet

test: packages
	$(SWIFT) test -c release --scratch-path $(TEST_SCRATCH) --disable-xctest

bench: packages $(PEER_PYTHON)
	@# SwiftPM looks for new files of a package beside it only when the manifest is younger than its plan.
	@touch Benchmarks/Package.swift
	@$(SWIFT) build -c release --package-path Benchmarks --scratch-path .build-bench >&2
	@.build-bench/release/bench run --home Benchmarks --python $(PEER_PYTHON) --pattern "$(BENCH)"

$(PEERS)/bin/python: Benchmarks/Peers/requirements.txt
	$(MAKE) packages PACKAGES="python3-venv"
	python3 -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --requirement $< >&2
	@touch $@

# Symbol graphs come out of a build of their own; docc of the toolchain makes pages of them and of Sources/*/*.docc.
docs: packages
	@mkdir -p $(DOCS)/symbols
	$(SWIFT) build --product gauntlet --scratch-path $(DOCS)/build \
	  -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc $(CURDIR)/$(DOCS)/symbols
	@for module in $(CATALOGUES); do \
	  mkdir -p $(DOCS)/$$module && cp $(DOCS)/symbols/$$module.symbols.json $(DOCS)/symbols/$$module@*.symbols.json $(DOCS)/$$module 2>/dev/null; \
	  docc convert Sources/$$module/$$module.docc --additional-symbol-graph-dir $(DOCS)/$$module \
	    --fallback-display-name $$module --fallback-bundle-identifier gauntlet.$$module \
	    --output-path $(DOCS)/$$module.doccarchive --transform-for-static-hosting || exit 1; done

packages:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "installing$$missing" >&2; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing >&2; fi

lint:
	$(SWIFT) format lint --strict --recursive --configuration .swift-format Package.swift Sources Plugins Tests Benchmarks/Package.swift Benchmarks/Sources

format:
	$(SWIFT) format --in-place --recursive --configuration .swift-format Package.swift Sources Plugins Tests Benchmarks/Package.swift Benchmarks/Sources

clean:
	rm -rf .build .build-bench $(PEERS) $(TEST_SCRATCH) runs
