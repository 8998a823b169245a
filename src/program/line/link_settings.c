/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/link_settings.h"

#include <stdio.h>

static unsigned hex_value(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

static void set_pppoe(struct pppoe_host_config *pppoe, const struct line_config *config)
{
	pppoe->has_service_name = config->service_name[0] != '\0';
	snprintf(pppoe->service_name, sizeof(pppoe->service_name), "%s", config->service_name);
	snprintf(pppoe->concentrator_name, sizeof(pppoe->concentrator_name), "%s",
		 config->concentrator_name);
	pppoe->concentrator_address = config->concentrator_address;
	const char *digits = config->host_uniq;
	for (size_t i = 0; digits[0] && digits[1] && i < sizeof(pppoe->host_uniq); i++) {
		pppoe->host_uniq[i] = (uint8_t)(hex_value(digits[0]) << 4 | hex_value(digits[1]));
		pppoe->host_uniq_length = i + 1;
		digits += 2;
	}
}

static void set_ppp(struct ppp_config *ppp, const struct line_config *config)
{
	static const enum ppp_auth auths[] = { PPP_AUTH_PAP, PPP_AUTH_CHAP_MD5, PPP_AUTH_MSCHAPV2,
					       PPP_AUTH_EAP_MD5 };
	snprintf(ppp->name, sizeof(ppp->name), "%s", config->user);
	ppp->prove_by = 0;
	for (size_t i = 0; i < sizeof(auths) / sizeof(auths[0]); i++)
		if (config->auth & 1u << i)
			ppp->prove_by |= auths[i];
	ppp->mru = (uint16_t)(config->mru ? config->mru : config->mtu);
	ppp->ipv6 = config->ipv6;
	ppp->address = config->address;
	ppp->request_dns = config->peer_dns;
	ppp->echo_interval_ms = config->echo_interval_s * 1000;
	ppp->echo_failures = config->echo_failures;
	ppp->echo_adaptive = config->echo_adaptive;
}

struct link_config link_settings_of(const struct line_config *config)
{
	struct link_config link = link_config_default();
	set_pppoe(&link.pppoe, config);
	set_ppp(&link.ppp, config);
	link.mtu = (uint16_t)config->mtu;
	/* On demand it is the monitor that decides when to dial again. */
	link.persist = config->persist && !config->demand;
	unsigned most_s = UINT32_MAX / 1000;
	link.idle_ms = 1000 * (config->demand_idle_s < most_s ? config->demand_idle_s : most_s);
	return link;
}
