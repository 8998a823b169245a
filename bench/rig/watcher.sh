#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The recorder's ldvr_pppoe_client, as its notes describe it: every 2 minutes it looks for ppp0, and
# without one it runs pppoe-stop and pppoe-start.
while sleep 120; do
	ip link show dev ppp0 && continue
	"$KEEPER_FOLDER/pppoe-stop" "$KEEPER_CONFIG"
	"$KEEPER_FOLDER/pppoe-start" "$KEEPER_CONFIG"
done >/dev/null 2>&1
