# SPDX-License-Identifier: BSD-2-Clause
# bash completion for the commands that take a configuration, and for pppoe-setup.

_dialtone_configs() {
    compgen -G '/etc/ppp/*.conf'
    compgen -G '/etc/sysconfig/network-scripts/ifcfg-ppp*'
}

_dialtone_interfaces() {
    local path
    for path in /sys/class/net/*; do echo "${path##*/}"; done
}

_pppoe_setup() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} from
    case $before in
    --config | -c) from=$(_dialtone_configs) ;;
    --interface | -i) from=$(_dialtone_interfaces) ;;
    --firewall) from='NONE STANDALONE MASQUERADE' ;;
    --on-demand) from=no ;;
    --dns1) from=server ;;
    --user-control | --on-boot) from='yes no' ;;
    --password-file)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --user | -u | --dns2) return ;;
    *)
        from='--config --user --interface --password-file --on-demand --dns1 --dns2 --firewall
            --user-control --on-boot --find --help --version'
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$from" -- "$word")
}

# [CONFIG], and for pppoe-connect and pppoe-start INTERFACE USER [CONFIG] too.
_pppoe_config() {
    local from
    from=$(_dialtone_configs)
    case ${COMP_WORDS[0]##*/} in
    pppoe-connect | pppoe-start) [ "$COMP_CWORD" -eq 1 ] && from="$from $(_dialtone_interfaces)" ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$from --help" -- "${COMP_WORDS[COMP_CWORD]}")
}

complete -F _pppoe_setup pppoe-setup
complete -o default -F _pppoe_config pppoe-connect pppoe-start pppoe-stop pppoe-status
