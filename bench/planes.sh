#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Data planes beside each other on this host, in namespaces, over veth, with the same far side (our tun): planes.sh
# [RUNS] [SECONDS] [OUTPUT]. Prints a table; OUTPUT.json and OUTPUT.svg where OUTPUT is given. See planes.py.
. "$(dirname "$0")/../tests/netns/lib.sh"
begin
ip -n "$host_ns" link set eth0 mtu 1500
python3 "$(dirname "$0")/planes.py" "$host_ns" "$ac_ns" "$build/bench/plane_end" "${1:-5}" "${2:-2}" "${3:-}"
