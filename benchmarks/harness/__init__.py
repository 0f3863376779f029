# SPDX-License-Identifier: Apache-2.0
"""What `./dev bench` runs: our programs beside their peers, in turn, and what came of it."""
