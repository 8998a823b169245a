#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# On this host, in namespaces, against our own concentrator: start of the client to usable address, loss by
# PADT to usable address again, memory, idle wake-ups.  local.sh [RUNS] [IDLE-SECONDS]; prints a table.
. "$(dirname "$0")/../tests/netns/lib.sh"
begin
server --auth chap -N 100 # more than runs: a PADT of ours leaves its session with the concentrator
printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 DEFROUTE=yes PEERDNS=yes LCP_INTERVAL=20 LCP_FAILURE=3 \
    "SECRETS=$work/secrets" >"$work/ifcfg-ppp0"
on_host python3 "$(dirname "$0")/local.py" "$line_program" "$work/ifcfg-ppp0" "${1:-20}" "${2:-45}" \
    "$ac_ns"
