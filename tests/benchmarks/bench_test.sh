#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs bench_test.py, from the folder that Bazel runs tests in, with what was built.
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PWD
PROGRAMS=$PWD exec /usr/bin/python3 -m unittest tests/benchmarks/bench_test.py
