# make run: build, run the quickstart suite, show the table and where the report is.
# make test: build and run all tests. Both install the system packages if they are missing (Debian).

SWIFT ?= swift
SUITE ?= Suites/quickstart.yaml
OUT ?= runs/$(basename $(notdir $(SUITE)))
PACKAGES := libdnnl-dev libjpeg-dev libpng-dev libsqlite3-dev pkg-config
# Tests flip testability and would rebuild everything: they have a build folder of their own.
TEST_SCRATCH := .build-tests

.PHONY: run test build packages lint format clean

run: build
	.build/release/gauntlet run $(SUITE) --out $(OUT)

build: packages
	$(SWIFT) build -c release --product gauntlet

test: packages
	$(SWIFT) test -c release --scratch-path $(TEST_SCRATCH) --disable-xctest

packages:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "installing$$missing" >&2; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$missing >&2; fi

lint:
	$(SWIFT) format lint --strict --recursive --configuration .swift-format Package.swift Sources Plugins Tests

format:
	$(SWIFT) format --in-place --recursive --configuration .swift-format Package.swift Sources Plugins Tests

clean:
	rm -rf .build $(TEST_SCRATCH) runs
