# SPDX-License-Identifier: BSD-2-Clause
# bash completion for Dialtone's commands.  What options and verbs there are is read from their --help.

# _dialtone_help COMMAND: the installed one's, in English; never that of a file which happens to lie here.
_dialtone_help() {
    LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command "${1##*/}" --help 2>/dev/null </dev/null
}

_dialtone_configs() {
    compgen -G '/etc/ppp/*.conf'
    compgen -G '/etc/ppp/peers/*'
    compgen -G '/etc/sysconfig/network-scripts/ifcfg-ppp*'
}

# What stands for a configuration without its path: `dialtone up home` for /etc/ppp/home.conf.
_dialtone_names() {
    local path
    _dialtone_configs | while read -r path; do
        path=${path##*/}
        path=${path%.conf}
        echo "${path#ifcfg-}"
    done
}

_dialtone_links() { _dialtone_sockets /run/dialtone; }

_dialtone_sockets() { # FOLDER
    local path
    for path in "$1"/*.socket; do
        path=${path##*/}
        [ "$path" = '*.socket' ] || echo "${path%.socket}"
    done
}

_dialtone_interfaces() {
    local path
    for path in /sys/class/net/*; do echo "${path##*/}"; done
}

# _dialtone_offer WORD WORDS: those that begin with the word.
_dialtone_offer() { mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1"); }

_dialtone_offer_files() {
    compopt -o filenames 2>/dev/null # there is nothing to set when a test calls
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Those of pppoe-server that its --help has no room for.
_dialtone_server_options='  --service-any
  --pado-delay MS
  --padi-rate COUNT
  --padi-rate-per-mac COUNT
  --dialling COUNT
  --sessions-per-mac COUNT
  --name NAME
  --mtu BYTES
  --max-payload BYTES
  --ipv6
  --no-ipv6
  --echo-interval S
  --echo-failures COUNT
  --device NAME
  --control NAME
  --group GROUP'

_dialtone_option_lines() {
    _dialtone_help "$1" | grep -E '^ +-'
    [ "${1##*/}" != pppoe-server ] || echo "$_dialtone_server_options"
}

_dialtone_options() {
    printf '%s\n' -h --help -V --version
    _dialtone_option_lines "$1" | grep -oE '(^|[ ,])--?[[:alnum:]][[:alnum:]-]*' | tr -d ' ,'
}

# _dialtone_argument COMMAND OPTION: what --help calls the option's argument; nothing if it has none.
_dialtone_argument() {
    local rest
    rest=$(_dialtone_option_lines "$1" | grep -E "(^|[ ,])$2( |\$|,)" | head -n 1)
    rest=${rest#*"$2"}
    # The other spelling may come first: -c, --config FILE
    [[ $rest =~ ^,\ --?[[:alnum:]-]+(.*) ]] && rest=${BASH_REMATCH[1]}
    [[ $rest =~ ^\ ([[:upper:]]+) ]] && echo "${BASH_REMATCH[1]}"
}

# The value of an option; 1 if it takes none.
_dialtone_value() { # COMMAND OPTION WORD
    local argument
    argument=$(_dialtone_argument "$1" "$2")
    [ -n "$argument" ] || return 1
    case ${1##*/}:$2 in
    pppoe-setup:--config | pppoe-setup:-c) _dialtone_offer "$3" "$(_dialtone_configs)" ;;
    *:--interface | pppoe-setup:-i | *:-I) _dialtone_offer "$3" "$(_dialtone_interfaces)" ;;
    *:--firewall) _dialtone_offer "$3" 'NONE STANDALONE MASQUERADE' ;;
    *:--on-demand) _dialtone_offer "$3" no ;;
    *:--dns1) _dialtone_offer "$3" server ;;
    *:--user-control | *:--on-boot) _dialtone_offer "$3" 'yes no' ;;
    *:--group) mapfile -t COMPREPLY < <(compgen -g -- "$3") ;;
    *:--auth) _dialtone_offer "$3" 'chap mschap-v2 eap pap none' ;;
    *) [ "$argument" != FILE ] || _dialtone_offer_files "$3" ;;
    esac
}

# Sets word and before, with --option=value, which bash cuts in three, as if it were --option value.
_dialtone_words() {
    word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    if [ "$before" = = ] && [ "$COMP_CWORD" -ge 3 ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    elif [ "$word" = = ]; then
        word=
    fi
}

# Options alone.
_dialtone_plain() {
    local word before
    _dialtone_words
    COMPREPLY=()
    _dialtone_value "$1" "$before" "$word" || _dialtone_offer "$word" "$(_dialtone_options "$1")"
}

# [CONFIG], and for some INTERFACE USER [CONFIG] too.
_dialtone_config() {
    local word before from=
    _dialtone_words
    case $word:${1##*/} in
    -*) from=$(_dialtone_options "$1") ;;
    *:pppoe-connect | *:pppoe-start)
        [ "$COMP_CWORD" -ne 1 ] || from=$(_dialtone_interfaces)
        [ "$COMP_CWORD" -eq 2 ] || from="$from $(_dialtone_configs)"
        ;;
    *) from=$(_dialtone_configs) ;;
    esac
    _dialtone_offer "$word" "$from"
}

_dialtone() {
    local word before help takes from=
    _dialtone_words
    help=$(_dialtone_help "$1")
    if [ "$COMP_CWORD" -eq 1 ]; then
        from="$(sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p' <<<"$help") --help --version"
        case $help in *'kick WHICH'*) from="$from kick drain reload" ;; esac
    elif [ "$before" = --server ]; then
        from=$(_dialtone_sockets /run/dialtone/server)
    else
        # What the verb takes stands behind it in --help.
        takes=$(sed -n "s/^  ${COMP_WORDS[1]//[^a-z]/} \\{1,\\}\\(.*\\)/\\1/p" <<<"$help")
        case $takes in
        '['*'[LINK]'*) from="$(grep -oE -- '\[--?[a-z]+' <<<"$takes" | tr -d '[') $(_dialtone_links)" ;;
        'LINK|CONFIG '*) from="$(_dialtone_links) $(_dialtone_names) $(_dialtone_configs)" ;;
        'LINK '*) from=$(_dialtone_links) ;;
        *'[INTERFACE]'*) from="--json $(_dialtone_interfaces)" ;;
        esac
        case ${COMP_WORDS[1]} in
        sessions) from='--json --server' ;;
        kick | reload) from=--server ;;
        drain) from='--cancel --server' ;;
        esac
    fi
    _dialtone_offer "$word" "$from"
}

complete -F _dialtone dialtone
complete -F _dialtone_plain pppoe pppoe-setup pppoe-server pppoe-discovery pppoe-sniff dialtone-keeper pppstats
complete -o default -F _dialtone_plain pppdump
complete -o default -F _dialtone_config pppoe-connect pppoe-start pppoe-stop pppoe-status
