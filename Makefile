# Faultline. `make help` lists the targets.

SHELL   := /bin/bash
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X faultline/pkg/service.version=$(VERSION)
MODULES := deploy pkg services/alerter services/classifier services/faultline services/fetcher tools
PROMTOOL_VERSION := v0.313.1
ARGS    ?=

.DEFAULT_GOAL := help
.PHONY: help run build test check fmt lint tidy alone rules addresses faults bench fuzz drill e2e dashboards chart sim clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build and start everything in one process, with an exercise feed
	env -u FAULTLINE_CONFIG -u FAULTLINE_DATA bin/faultline run --exercise $(ARGS)

build: ## build the four binaries into bin/
	go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./services/faultline/cmd/faultline ./services/fetcher/cmd/fetcher ./services/classifier/cmd/classifier ./services/alerter/cmd/alerter

test: ## run all tests of all modules
	go test work

check: fmt lint tidy alone rules addresses ## the gate: everything a change must pass
	go test -race -timeout 60m work

addresses: ## test the forbidden addresses without cgo too, where names are read otherwise
	CGO_ENABLED=0 go test -run Fault45 ./services/fetcher ./services/fetcher/internal/client

fmt: ## fail when a file is not formatted
	@files=$$(git ls-files '*.go' | xargs gofmt -l); test -z "$$files" || { echo "not formatted (run gofmt -w):"; echo "$$files"; exit 1; }

lint: ## vet and static analysis
	go vet work
	go vet -tags e2e ./services/faultline
	go tool staticcheck work

tidy: ## fail when a go.mod or go.sum is not tidy
	@for m in $(MODULES); do (cd $$m && GOWORK=off go mod tidy -diff) || { echo "$$m: run GOWORK=off go mod tidy there"; exit 1; }; done

alone: ## build each module without the workspace
	@for m in $(MODULES); do echo "alone: $$m"; (cd $$m && GOWORK=off go build ./... && GOWORK=off go vet ./...) || exit 1; done

rules: build ## check the shipped configuration, its rules and the Prometheus rules
	bin/faultline check
	bin/faultline rules test
	@promtool=$$(command -v promtool || true); \
	if [ -z "$$promtool" ]; then promtool="go run github.com/prometheus/prometheus/cmd/promtool@$(PROMTOOL_VERSION)"; fi; \
	$$promtool check rules deploy/prometheus/rules/*.yaml && \
	$$promtool check config deploy/prometheus/prometheus.yml deploy/prometheus/services.yml && \
	$$promtool test rules deploy/prometheus/tests/*.yaml

faults: ## run the tests of bad input and of failures
	go test -count=1 -run 'Fault' work

bench: ## run the benchmarks once; compare two runs with benchstat
	go test -run '^$$' -bench . -benchmem -count=$${COUNT:-1} work

fuzz: ## fuzz each target for FUZZTIME (default 10s)
	tools/fuzz.sh $${FUZZTIME:-10s}

sim: ## simulate 100,000 feeds over 24 h in virtual time; ARGS="-feeds 10000" for less
	go run ./services/fetcher/cmd/pollsim $(ARGS)

drill: build ## the whole exercise, and services that are killed and started again; part of e2e
	go test -count=1 -tags e2e -run 'TestFault59ServicesKilledInTurn|TestWholeExercise' ./services/faultline
	go test -count=1 -tags e2e -run 'TestKilledAgainAndAgain|TestTakenOver' ./services/alerter/cmd/alerter

e2e: build ## the pipeline as its users run it: binaries, signals, restarts
	go test -count=1 -tags e2e -skip Chart ./services/faultline/... ./services/alerter/cmd/...

dashboards: ## ask a real Prometheus, which must be installed, each query of the dashboards during a drill, and whom it tells
	go test -count=1 -v -tags e2e -run 'TestDashboardsAnswer|TestRulesReachOperators' ./services/faultline

chart: ## render the Helm chart with a real helm, built from its module where none is installed (minutes), and start the services as it says
	go test -count=1 -timeout 30m -tags e2e -run Chart ./services/faultline

clean: ## remove what the build made
	rm -rf bin
