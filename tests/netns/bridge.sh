#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# pppoe between a pppd and a concentrator that are both played by hand (bridge.py).
. "$(dirname "$0")/lib.sh"
begin
on_host python3 "$(dirname "$0")/bridge.py" "$build/src/program/bridge/pppoe" "$ac_ns" "$work"
