#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What `make install` puts where.  TAP.
set -u
build=${DIALTONE_BUILD:-$(cd "$(dirname "$0")/../.." && pwd)/build}
number=0
failed=0
check() { # NAME COMMAND...
    local name=$1 output status
    shift
    output=$("$@" 2>&1)
    status=$?
    number=$((number + 1))
    if [ $status -eq 0 ]; then
        echo "ok $number - $name"
    else
        failed=1
        echo "not ok $number - $name"
        printf '%s\n' "$output" | sed 's/^/# /'
    fi
}
destination=$(mktemp -d)
log=$build/meson-logs/install-log.txt # that of an install by a person, for its uninstall
[ ! -e "$log" ] || cp "$log" "$destination.log"
trap 'rm -rf "$destination"; rm -f "$log"; [ ! -e "$destination.log" ] || mv "$destination.log" "$log"' EXIT

none() { # FIND-EXPRESSION...: no such file
    ! find "$destination" "$@" -printf '%M %u %P %l\n' | grep .
}
prefix=$(meson introspect --buildoptions "$build" |
    python3 -c 'import json, sys; print(*(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
check "meson install" meson install -C "$build" --no-rebuild --destdir "$destination"
check "everything is under the prefix" none ! -type d ! -path "$destination$prefix/*"
check "nothing has privileges of its own" none -perm /7000
check "programs and folders are 755" none \( -path '*/sbin/*' -o -path '*/bin/*' -o -type d \) ! -type l ! -path "$destination" ! -perm 755
check "all else is 644" none -type f ! -path '*/sbin/*' ! -path '*/bin/*' ! -perm 644
check "links lead from name to name" none -type l -lname '/*'
check "none leads nowhere" none -xtype l
for name in pppoe-start pppoe-stop pppoe-status dialtone; do
    check "$name speaks" "$destination$prefix/sbin/$name" --version
done
# meson has it from its list of what was installed.
check "ninja uninstall" ninja -C "$build" uninstall
check "takes all of it away" none ! -type d
echo "1..$number"
exit $failed
