# Tasks of this repository. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:
.ONESHELL:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
# Dozens of processes start in a test run: without compiled files each one compiles all it imports.
export PYTHONDONTWRITEBYTECODE :=

# The first of these that runs; the set-up says so if it is not Python 3.11.
ifndef PYTHON
PYTHON := $(shell for p in python3.11 python3 python; do $$p -c '' 2>/dev/null && echo $$p && break; done)
endif
BIN := .venv/bin
SETUP := $(or $(PYTHON),python3.11) -m infra.local.setup
PYTEST_ARGS ?=
# Most tests wait as often as they compute, so there is one worker more than cores.
ABREAST := -n $$(($$(nproc) + 1)) --maxprocesses 5 --dist worksteal
export FUZZ_SHARE ?= 1

.PHONY: help setup setup-test demo test fuzz up down clean doctor bench bench-scale lint fmt types contracts generated package lock ci

help: ## List the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## Install what the demo and the local stack need (.venv, .venv-localstack)
	@$(SETUP) demo

setup-test: ## Install what the tests need beyond that (.venv, .venv-sam)
	@$(SETUP) test

demo: setup ## Install if needed, start a throw-away stack, and hear one call from end to end
	@$(BIN)/aiconnected demo

# Calls are timed: they have the machine to themselves. Each half may select nothing (5), not both.
test: setup-test ## Install if needed, and run all tests
	@apart=0; calls=0
	$(BIN)/pytest $(ABREAST) -m "not e2e" $(PYTEST_ARGS) || apart=$$?
	$(BIN)/pytest -m e2e $(PYTEST_ARGS) || calls=$$?
	case $$apart:$$calls in 0:0 | 0:5 | 5:0) ;; *) exit 1 ;; esac

up: setup ## Start the local stack in the foreground; data are kept between runs
	@$(BIN)/aiconnected up

down: ## Stop the local stack of this checkout
	@$(BIN)/aiconnected down

clean: ## Stop the local stack and remove its data, logs and recordings
	@$(SETUP) clean

doctor: setup ## Say what is wrong with this machine or with the running stack
	@$(BIN)/aiconnected doctor

bench: setup-test ## Measure speed and memory against the targets, at most 25 minutes
	@$(BIN)/aiconnected bench

bench-scale: setup-test ## Time lists and searches over a million calls (SCALE=0.01 for a hundredth)
	@$(BIN)/python -m tests.bench.scale

fuzz: setup-test ## Ask every route of the API what a program makes up (FUZZ_SHARE=5: a fifth of it)
	@$(BIN)/pytest $(ABREAST) tests/fuzz/fuzz.py $(PYTEST_ARGS)

lint: setup-test ## Check style and formatting
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

fmt: setup-test ## Format, and fix what can be fixed without thought
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

types: setup-test ## Check types, strictly
	@$(BIN)/basedpyright

contracts: setup-test ## Check which module may import which
	@$(BIN)/lint-imports

generated: setup-test ## Fail if a committed generated file differs from what its source says
	@$(BIN)/python -m infra.local.setup.generated

package: setup-test ## Build the Lambda zips that template.yaml names, in .build/package
	@$(BIN)/python -m infra.package.build

lock: setup-test ## Write the hash-pinned requirement files from pyproject.toml (ARGS=--upgrade)
	@$(BIN)/python -m infra.local.setup.locks $(ARGS)

ci: setup-test ## All that must pass before a change lands
	@$(MAKE) --jobs 2 --output-sync lint types contracts generated
	$(MAKE) test
	$(MAKE) fuzz
