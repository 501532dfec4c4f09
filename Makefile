# Viva: `make run` serves it, `make demo` lets it hold an interview in the terminal, `make test` runs every test.
.DEFAULT_GOAL := help
SHELL := /bin/bash
CACHE := .cache
LISTEN ?= 127.0.0.1:8080
DATA ?= data
QUESTION ?= parcel-lockers
CANDIDATE ?= demo/$(QUESTION).toml
CLIENTS := replay-tests/clients
DENY_VERSION := 0.20.2

.PHONY: help run demo test bench floor web setup-run setup-test fmt lint test-rust test-web test-clients test-editor test-fuzz test-e2e deny clean

help: ## Print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup-run web ## Serve Viva at http://127.0.0.1:8080 (LISTEN=, DATA=)
	cargo build --release
	@echo
	@echo "Viva hears and speaks without any key. For better ears, mind and voice: OPENAI_API_KEY=... make run,"
	@echo "or any server that speaks OpenAI's API: see 'target/release/viva serve --help'."
	@echo
	target/release/viva serve --listen $(LISTEN) --data $(DATA)

demo: setup-run ## Rehearse a whole spoken interview in the terminal, then replay its recording
	cargo build --release
	scripts/demo.sh $(QUESTION) $(CANDIDATE)

test: setup-test fmt lint test-web test-rust test-clients test-editor test-fuzz test-e2e deny ## Run every test
	@echo "all tests passed"

bench: setup-test web ## Print the figures of docs/benchmarks.md, measured here
	cargo bench --bench vad --bench replay --bench metrics --bench prompt --bench runner --bench editor --bench simulation
	scripts/with-postgres.sh cargo bench --bench interviews
	scripts/with-postgres.sh cargo bench --bench store

floor: web ## Hold 12,000 simulated interviews with an end-of-turn model, print turn-taking against its targets and what each rule is worth
	cargo build --release
	target/release/viva simulate --listens --targets --ablate --scenarios replay-tests/scenarios --interviews 12000

setup-run:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

web: web/dist/index.html ## Build the page

web/dist/index.html: web/package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	npm ci --prefix web --no-audit --no-fund
	npm run build --prefix web

fmt: ## Check the form of the Rust code
	cargo fmt --check

lint: web ## Clippy, warnings denied
	cargo clippy --all-targets -- -D warnings

test-rust: web ## Unit tests, socket tests, recordings and scenarios; those of whole servers on SQLite and on PostgreSQL
	cargo test
	VIVA_TEST_DATABASE=postgres cargo test --lib -- http::

test-web: web ## Types, lint and unit tests of the page
	npm run check --prefix web
	npm run lint --prefix web
	npm test --prefix web

test-clients: web $(CACHE)/clients/ready ## Real clients that others wrote hold a conversation
	cargo build
	$(CLIENTS)/run.sh target/debug/viva $(CACHE)/clients

test-editor: web $(CACHE)/clients/editor-ready ## The npm clients of the shared editor work in it at once, over bad lines
	cargo build
	$(CLIENTS)/editor/run.sh target/debug/viva

test-e2e: web ## A browser holds an interview on the page
	cargo build
	VIVA=$(CURDIR)/target/debug/viva npm run e2e --prefix web

test-fuzz: web $(CACHE)/fuzz/ready ## Every REST route is sent what its description allows and what it does not
	cargo build
	$(CLIENTS)/fuzz/run.sh target/debug/viva $(CACHE)/fuzz

$(CACHE)/clients/ready: $(CLIENTS)/python/requirements.txt $(CLIENTS)/node/package-lock.json
	mkdir -p $(CACHE)/clients
	python3 -m venv $(CACHE)/clients/venv
	$(CACHE)/clients/venv/bin/pip install -q --disable-pip-version-check -r $(CLIENTS)/python/requirements.txt
	npm ci --prefix $(CLIENTS)/node --no-audit --no-fund
	touch $@

$(CACHE)/fuzz/ready: $(CLIENTS)/fuzz/requirements.txt
	rm -rf $(CACHE)/fuzz
	python3 -m venv $(CACHE)/fuzz/venv
	$(CACHE)/fuzz/venv/bin/pip install -q --disable-pip-version-check -r $(CLIENTS)/fuzz/requirements.txt
	touch $@

$(CACHE)/clients/editor-ready: $(CLIENTS)/editor/package-lock.json
	mkdir -p $(CACHE)/clients
	npm ci --prefix $(CLIENTS)/editor --no-audit --no-fund
	touch $@

deny: $(CACHE)/tools/bin/cargo-deny ## Licences, sources, banned crates
	$(CACHE)/tools/bin/cargo-deny --log-level error check licenses bans sources

$(CACHE)/tools/bin/cargo-deny:
	cargo install --quiet --locked --no-default-features --version $(DENY_VERSION) --root $(CACHE)/tools cargo-deny

clean: ## Remove what was built and fetched
	cargo clean
	rm -rf web/dist web/node_modules $(CLIENTS)/*/node_modules $(CACHE)
