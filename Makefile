# Two commands matter: `make run` and `make test`. Both set up what is missing.

# Leptos puts this name into the addresses of its files when it is compiled; every build must use the same.
export LEPTOS_OUTPUT_NAME := inferno-kpi

.DEFAULT_GOAL := help
.PHONY: help run demo build test check advisories soak equality attack fuzz measure measure-samples measure-growth coverage clean

help: ## Show what can be asked for
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Serve on 127.0.0.1:3000 with the data in ./data
	@exec target/release/inferno-kpi serve

demo: build ## Serve generated data, kept in ./demo-data
	@exec target/release/inferno-kpi serve --demo

build: ## Set up what is missing; build server and site for release
	@scripts/setup.sh run
	@scripts/build.sh release

test: ## Set up what is missing; run every test, those in the browser too
	@scripts/setup.sh test
	@scripts/test.sh

check: ## Format, lints, layers, licences and sources of packages, without running the product
	@scripts/check.sh

advisories: ## What is known against the packages used, and how old that knowledge is
	@scripts/advisories.sh

soak: ## A thousand rounds of faults (kills, disks, databases): nothing acknowledged is lost or doubled
	@scripts/soak.sh

equality: ## Evaluate 10,000 random histories from memory, SQLite and PostgreSQL: equal to the last bit
	@INFERNO_KPI_EQUALITY_CASES=10000 scripts/with-postgres.sh cargo test --release -p storage-postgres --test equality

attack: ## Attack a release server on loopback, measure, and write the table of docs/security.md
	@scripts/attack.sh

measure: ## Measure the release build for docs/performance.md
	@scripts/measure.sh

measure-samples: ## Measure the keeping of samples side by side with InfluxDB
	@scripts/measure-samples.sh

measure-growth: ## Measure what growing data cost on both databases: ingest, start, memory, pages
	@scripts/measure-growth.sh

coverage: ## Which lines of the core its tests run, as target/test-results/lcov.info
	@scripts/coverage.sh

fuzz: ## Fuzz every parser, ten minutes each
	@scripts/fuzz.sh

clean: ## Remove everything built; the data stay
	@cargo clean
	@rm -rf end2end/node_modules
