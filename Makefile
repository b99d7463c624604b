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

.PHONY: run test bench build packages lint format clean

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
