#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Our pppoe and Debian's, in turn, each fed by bridge_feed.c.  bridge.sh [RUNS]; prints a table, and fails
# if ours is not three times as fast, or as sparing, as promised (bench/README.md).
. "$(dirname "$0")/../tests/netns/lib.sh"
begin
on_host python3 "$(dirname "$0")/bridge.py" "$build" "$ac_ns" "${1:-7}"
