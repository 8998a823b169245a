#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Messages in Chinese: to people, not to programs; and nothing else of a locale but messages.
. "$(dirname "$0")/lib.sh"
begin
[ -e "$build/po/zh_TW/LC_MESSAGES/dialtone.mo" ] || { echo "1..0 # SKIP built without messages in other languages (-Dnls)"; exit 0; }

# Locales of the test's own, since a host may have none; catalogues where the programs look for them.
export LOCPATH=$work/locales
mkdir "$LOCPATH"
chmod 755 "$work" "$LOCPATH"
for locale in zh_TW.UTF-8 zh_CN.UTF-8 zh_TW.BIG5 tr_TR.UTF-8 de_DE.UTF-8; do
    localedef -i "${locale%.*}" -f "${locale#*.}" "$LOCPATH/$locale" 2>"$work/localedef.out"
    [ -d "$LOCPATH/$locale" ] || ok 1 "localedef $locale" "$(cat "$work/localedef.out")"
done
folder=${DIALTONE_LOCALEDIR:-/usr/local/share/locale}
above=$folder
until [ -d "$above" ]; do above=${above%/*}; done
mount -t tmpfs tmpfs "$above"
mkdir -p "$folder"
for language in zh_TW zh_CN; do
    mkdir -p "$folder/$language/LC_MESSAGES"
    cp "$build/po/$language/LC_MESSAGES/dialtone.mo" "$folder/$language/LC_MESSAGES"
done

sbin=$work/sbin
mkdir "$sbin"
cp "$line_program" "$build/src/program/command/dialtone" "$sbin"
for name in pppoe-start pppoe-stop pppoe-status; do ln -s dialtone "$sbin/$name"; done
config=$work/line.conf
configure() { # [KEY=VALUE...]
    printf '%s\n' ETH=eth0 USER=alice DEVICE=ppp0 DEFROUTE=no PEERDNS=no "SECRETS=$work/secrets" \
        "PIDFILE=$work/line.pid" CONNECT_TIMEOUT=20 CONNECT_POLL=1 PING=. "$@" >"$config"
}
# piped and shown LANG COMMAND...: to a file, and on a terminal; $code and $work/out.
piped() {
    LANG=$1 on_host "${@:2}" >"$work/out" 2>&1 </dev/null
    code=$?
}
shown() {
    LANG=$1 script -qec "ip netns exec $host_ns ${*:2}" /dev/null </dev/null 2>&1 | tr -d '\r' >"$work/out"
    code=${PIPESTATUS[0]}
}
expect() { # NAME PATTERN
    grep -qE -- "$2" "$work/out"
    ok $? "$1" "$(cat "$work/out")"
}
expect_not() {
    ! grep -qE -- "$2" "$work/out"
    ok $? "$1" "$(cat "$work/out")"
}
english() { # NAME: nothing but ASCII
    ! LC_ALL=C grep -q '[^ -~]' "$work/out"
    ok $? "$1" "$(cat "$work/out")"
}
tw=zh_TW.UTF-8
cn=zh_CN.UTF-8

# What scripts know is English but on a terminal; what only people read is not.
configure
shown $tw "$sbin/pppoe-status" "$config"
expect "status on a terminal: Chinese" '^pppoe-status: 未連線（無法讀取 pppoe 的 PID 檔 '
piped $tw "$sbin/pppoe-status" "$config"
expect "status to a file: English" "^pppoe-status: Link is down \(can't read pppoe PID file "
shown $cn "$sbin/pppoe-status" "$config"
expect "status on a terminal: simplified Chinese" '^pppoe-status: 未连接（无法读取 pppoe 的 PID 文件 '
shown C.UTF-8 "$sbin/pppoe-status" "$config"
expect "status on a terminal in no language: English" '^pppoe-status: Link is down'
shown $tw "$sbin/pppoe-stop" "$config"
expect "stop on a terminal: Chinese" '^pppoe-stop: 似乎沒有 PPPoE 連線'
piped $tw "$sbin/pppoe-stop" "$config"
expect "stop to a file: English" '^pppoe-stop: No PPPoE connection appears to be running'
for name in dialtone pppoe-start pppoe-stop pppoe-status; do
    piped $tw "$sbin/$name" --help
    expect "$name --help: Chinese" '^用法：'
    expect_not "$name --help: all of it" 'Usage|Exit code'
done
piped $tw "$sbin/pppoe-connect" --help
english "pppoe-connect --help to a file: English" # its standard error is a log
shown $tw "$sbin/pppoe-connect" --help
expect "pppoe-connect --help on a terminal: Chinese" '^用法：pppoe-connect'
shown $tw "$server_program" --help
expect "pppoe-server --help on a terminal: Chinese" '^用法：pppoe-server'
piped $tw "$server_program" -I eth0 -N many
english "pppoe-server's complaints to a file: English"
shown $tw "$server_program" -I eth0 -N many
expect "pppoe-server's complaints on a terminal: Chinese" '^pppoe-server: -N many: 需要 1 到 '

# Problems of a configuration, with file and line; strerror() too.
configure 'CONNECT_TIMEOUT=soon' 'SERVICNAME=x'
lines=$(wc -l <"$config")
piped $tw "$sbin/pppoe-start" "$config"
expect "a wrong value: file, line and words" "^pppoe-start: $config:$((lines - 1)): 錯誤：不接受 CONNECT_TIMEOUT=\"soon\"：應為0 到 86400 之間的數字"
expect "an unknown key" "^pppoe-start: $config:$lines: 警告：不認得的設定項目 SERVICNAME（是不是 SERVICENAME？）"
piped $tw "$sbin/dialtone" status nowhere
expect "dialtone: Chinese" '沒有這條線路在運作'
piped $tw "$build/src/program/setup/pppoe-setup" --user x --interface eth0 --password-file "$work/missing"
expect "what failed: Chinese" 'missing: 無法讀取: '

# A line that fails: the words cross the control socket in English, and are translated where shown.
configure SECRETS="$work/wrong" CONNECT_TIMEOUT=2 DEVICE=ppp0
printf '%s\n' 'alice * wrong' >"$work/wrong"
chmod 600 "$work/wrong"
server
piped $tw "$sbin/pppoe-start" "$config"
expect "wrong password: stage, what, and what to try" '^pppoe-start: 在「認證」階段：存取集中器拒絕使用者名稱或密碼.*；建議：請檢查 USER'
expect "wrong password: TIMED OUT in a file" '^TIMED OUT$'
configure SECRETS="$work/wrong" CONNECT_TIMEOUT=0
piped $tw "$sbin/pppoe-start" "$config"
failed() { on_host "$sbin/dialtone" status --json ppp0 | grep -q '"what"'; }
check "a line with a failure" wait_until 10 failed
piped $tw "$sbin/dialtone" status ppp0
expect "dialtone status: the failure in Chinese" '上次失敗 +在「認證」階段：存取集中器拒絕使用者名稱或密碼'
expect "dialtone status: what the peer said, of the codes we know" '對方訊息 +使用者名稱或密碼錯誤，或帳號已在使用中 \(E=691\)'
expect "dialtone status: what to try" '建議 +請檢查 USER'
piped $tw "$sbin/dialtone" status --json ppp0
english "dialtone status --json: English"
expect "dialtone status --json: the words of old" '"what": "the concentrator rejects user name or password"'
shown $tw "$sbin/pppoe-status" "$config"
expect "status on a terminal: the stage and the failure" '未連線，階段：.*；上次在「認證」階段失敗：存取集中器'
piped $tw "$sbin/pppoe-status" "$config"
english "status to a file: all of it English"
shown $tw "$sbin/pppoe-stop" "$config"
expect "stop on a terminal: Chinese" '^正在結束 pppoe-connect \([0-9]+\)'

# A line that comes up.
configure
shown $tw "$sbin/pppoe-start" "$config"
expect "start on a terminal: connected" '已連線！$'
shown $tw "$sbin/pppoe-status" "$config"
expect "status on a terminal: connected" '^pppoe-status: 連線正常，使用介面 ppp0$'
piped $tw "$sbin/pppoe-status" "$config"
expect "status to a file: the line that scripts look for" '^pppoe-status: Link is up and running on interface ppp0$'
piped $tw "$sbin/dialtone" list
expect "dialtone list" '^ppp0：已連線，持續 [0-9]+ 秒'
piped $tw "$sbin/dialtone" status
columns_agree() { # SEPARATOR-PATTERN: behind it all values begin in one column
    /usr/bin/python3 - "$work/out" "$1" <<'PY'
import re, sys, unicodedata
width = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
found = [re.match(sys.argv[2], line) for line in open(sys.argv[1], encoding="utf-8")]
columns = {width(m[0]): m[0] for m in found if m}
print(columns)
sys.exit(0 if len(columns) == 1 and sum(map(bool, found)) > 5 else 1)
PY
}
check "dialtone status: its columns agree" columns_agree '  [^ ]+(?: [^ ]+)?  +'
piped de_DE.UTF-8 "$sbin/dialtone" status
expect "German has no catalogue: English, and numbers as ever" 'received [0-9.]+ k?B in [0-9]+ packets'
piped zh_TW.BIG5 "$sbin/dialtone" list
iconv -f BIG5 -t UTF-8 "$work/out" >"$work/utf8" && mv "$work/utf8" "$work/out"
expect "another character set" '^ppp0：已連線，持續 [0-9]+ 秒'
piped $tw "$sbin/pppoe-stop" "$config"
expect "stop to a file: English" '^Killing pppoe-connect \([0-9]+\)'

# The log of a line, on a terminal even.
configure SECRETS="$work/wrong"
LANG=$tw script -qefc "ip netns exec $host_ns $sbin/pppoe-connect $config" "$work/typescript" </dev/null >/dev/null 2>&1 &
pids+=($!)
check "a line's log on a terminal" wait_log "$work/typescript" 'rejects user name or password' 20
piped $tw "$sbin/pppoe-stop" "$config"
sed '/^Script/d' "$work/typescript" | tr -d '\r' >"$work/out"
english "... is English"
expect "... and has its form" '^link=ppp0 t=\+[0-9.]+ms stage='

# A locale is messages: what is a letter stays the same.
configure DNSTYPE=specify FIREWALL=masquerade DEFROUTE=NIL
piped tr_TR.UTF-8 "$sbin/pppoe-start" "$config"
expect "Turkish: DNSTYPE=specify is SPECIFY still" 'DEFROUTE="NIL" is not allowed'
expect_not "Turkish: and no other error" 'DNSTYPE|FIREWALL'

# Questions, with answers in either language.
etc=$work/setup-etc
mkdir -p "$etc/ppp" "$etc/sysconfig/network-scripts"
ifcfg=$etc/sysconfig/network-scripts/ifcfg-ppp0
drive() { # LANG
    LANG=$1 on_host unshare -m sh -c 'mount --bind "$0" /etc && exec "$@"' "$etc" /usr/bin/python3 \
        "$DIALTONE_SOURCE/tests/netns/drive.py" "$work/setup.raw" "$build/src/program/setup/pppoe-setup" >"$work/drive.out" 2>&1
    code=$?
    tr -d '\r' <"$work/setup.raw" >"$work/out"
    ok $code "setup in $1" "$(cat "$work/drive.out" "$work/out")"
}
drive $tw < <(printf '%s\t%s\n' 'PPPoE 使用者名稱' alice '乙太網路介面' eth0 '隨選撥號' 否 '主要名稱伺服器' nonsense '主要名稱伺服器' server \
    'PPPoE 密碼' x '再次輸入密碼' y '再試一次' 是 'PPPoE 密碼' 'open sesame' '再次輸入密碼' 'open sesame' \
    '一般使用者' 是 '防火牆 (0-2)' 1 '自動連線' no '接受以上設定' 是)
expect "a question's default" '乙太網路介面（預設 eth0）: '
expect "a wrong answer" '不可以：應為 IPv4 或 IPv6 位址、server，或留空。'
check "the summary's columns agree" columns_agree '(?!>>>)(?:[^ ：]+(?: [^ ：]+)?：) *(?=[^ ]+$)'
for line in USER=alice ETH=eth0 DEMAND=no USERCTL=yes ONBOOT=no FIREWALL=STANDALONE; do
    grep -qx "$line" "$ifcfg"
    ok $? "the file has $line" "$(cat "$ifcfg")"
done
rm "$ifcfg"
drive $cn < <(printf '%s\t%s\n' 'PPPoE 用户名' alice '以太网接口' eth0 '按需拨号' 300 '主域名服务器' '' 'PPPoE 密码' x '再次输入密码' x \
    '普通用户' no '防火墙 (0-2)' 0 '自动连接' 是 '接受以上设置' y)
for line in DEMAND=300 ONBOOT=yes USERCTL=no FIREWALL=NONE; do
    grep -qx "$line" "$ifcfg"
    ok $? "the file has $line" "$(cat "$ifcfg")"
done
finish
