#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each authentication protocol end to end, and what happens when it does not succeed.
. "$(dirname "$0")/lib.sh"
begin
ip -n "$host_ns" addr add 192.0.2.2/24 dev eth0
ip -n "$host_ns" route add default via 192.0.2.1 metric 100

for auth in pap chap mschap-v2 eap; do
    remember
    server --auth "$auth"
    line
    check "$auth: the line comes up" wait_up
    check "$auth: the concentrator is reached through it" ping_ac
    check "$auth: said so in the log" grep -qiE "stage=auth accepted user=\"alice\" by=(PAP|CHAP-MD5|MS-CHAPv2|EAP-MD5)" "$work/line.log"
    check "$auth: no password in the log or the arguments" \
        sh -c "! grep -q sesame '$work/line.log' '$work/ac.log' /proc/$line/cmdline"
    stop_line
    ok $? "$auth: hung up with exit code 0"
    check "$auth: the concentrator saw Terminate-Request or PADT" wait_log "$work/ac.log" "event=(down|closed|ended)" 2
    stop_server
    unchanged "$auth: nothing is left behind"
done

server --auth chap,mschap-v2,pap,eap
line AUTH=pap
check "only PAP allowed here: agreed on" wait_up
check "only PAP allowed here: by PAP" grep -q "by=PAP" "$work/line.log"
stop_line

remember
line USER=mallory
check "wrong password: fails at auth with advice" \
    wait_log "$work/line.log" 'stage=.* failed: at=auth .*try: check USER' 5
check "wrong password: waits half a minute or so" \
    grep -qE 'redial_in_ms=(2[6-9]|3[0-4])[0-9]{3}$' "$work/line.log"
check "wrong password: what the peer said" grep -qE 'peer_said' "$work/line.log"
stop_line
ok $? "wrong password: still stops with 0"
unchanged "wrong password: nothing is left behind"

line USER=mallory RETRY_ON_FAILURE=no
wait "$line"
ok $(($? != 1)) "wrong password without retry: exit code 1"

line USER=carol
check "no secret: says so" wait_log "$work/line.log" 'no password is known for this user name' 5
stop_line
stop_server

server --auth mschap-v2
line USER=mallory
check "wrong password by MS-CHAPv2: the code in plain words" \
    wait_log "$work/line.log" 'wrong user name or password.*E=691' 5
stop_line
stop_server
server --auth pap
line AUTH=chap,mschap-v2
check "PAP demanded but not allowed: never sent" wait_log "$work/line.log" 'failed:' 10
check "PAP demanded but not allowed: said so" grep -q 'demands an authentication protocol' "$work/line.log"
stop_line
finish
