/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/names.h"

#include <stddef.h>

#include "ppp/packet.h"

#define CCP 0x80fd

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* clang-format off */
static const struct { uint16_t protocol; const char *name; } protocols[] = {
	{ PPP_IPV4,   "IPv4" },
	{ 0x002b,     "IPX" },
	{ 0x002d,     "VJ-TCP" },
	{ 0x002f,     "VJ-Uncompressed" },
	{ 0x003d,     "Multilink" },
	{ 0x0053,     "Encrypted" },
	{ PPP_IPV6,   "IPv6" },
	{ 0x00fd,     "Compressed" },
	{ 0x0281,     "MPLS" },
	{ PPP_IPCP,   "IPCP" },
	{ 0x802b,     "IPXCP" },
	{ 0x8053,     "ECP" },
	{ PPP_IPV6CP, "IPV6CP" },
	{ CCP,        "CCP" },
	{ 0x8281,     "MPLSCP" },
	{ PPP_LCP,    "LCP" },
	{ PPP_PAP,    "PAP" },
	{ 0xc025,     "LQR" },
	{ 0xc029,     "CBCP" },
	{ 0xc02b,     "BACP" },
	{ PPP_CHAP,   "CHAP" },
	{ PPP_EAP,    "EAP" },
};

/* From code 1 on: RFC 1661 section 5 and RFC 1570, RFC 1334, RFC 1994, RFC 3748. */
static const char *const control_codes[] = {
	"Configure-Request", "Configure-Ack", "Configure-Nak", "Configure-Reject", "Terminate-Request",
	"Terminate-Ack", "Code-Reject", "Protocol-Reject", "Echo-Request", "Echo-Reply",
	"Discard-Request", "Identification", "Time-Remaining", "Reset-Request", "Reset-Ack",
};
static const char *const pap_codes[] = { "Authenticate-Request", "Authenticate-Ack", "Authenticate-Nak" };
static const char *const chap_codes[] = { "Challenge", "Response", "Success", "Failure" };
static const char *const eap_codes[] = { "Request", "Response", "Success", "Failure" };

static const struct { uint16_t protocol; uint8_t type; enum ppp_option_form form; const char *name; } options[] = {
	{ PPP_LCP, 0,  PPP_OPTION_BYTES,          "Vendor-Extension" },
	{ PPP_LCP, 1,  PPP_OPTION_NUMBER,         "MRU" },
	{ PPP_LCP, 2,  PPP_OPTION_HEX,            "ACCM" },
	{ PPP_LCP, 3,  PPP_OPTION_AUTHENTICATION, "Authentication-Protocol" },
	{ PPP_LCP, 4,  PPP_OPTION_BYTES,          "Quality-Protocol" },
	{ PPP_LCP, 5,  PPP_OPTION_HEX,            "Magic-Number" },
	{ PPP_LCP, 7,  PPP_OPTION_FLAG,           "Protocol-Field-Compression" },
	{ PPP_LCP, 8,  PPP_OPTION_FLAG,           "Address-and-Control-Field-Compression" },
	{ PPP_LCP, 9,  PPP_OPTION_HEX,            "FCS-Alternatives" },
	{ PPP_LCP, 10, PPP_OPTION_NUMBER,         "Self-Describing-Padding" },
	{ PPP_LCP, 13, PPP_OPTION_BYTES,          "Callback" },
	{ PPP_LCP, 17, PPP_OPTION_NUMBER,         "Multilink-MRRU" },
	{ PPP_LCP, 18, PPP_OPTION_FLAG,           "Multilink-Short-Sequence" },
	{ PPP_LCP, 19, PPP_OPTION_BYTES,          "Endpoint-Discriminator" },
	{ PPP_LCP, 23, PPP_OPTION_HEX,            "Link-Discriminator" },
	{ PPP_IPCP, 1,   PPP_OPTION_BYTES, "IP-Addresses" },
	{ PPP_IPCP, 2,   PPP_OPTION_BYTES, "IP-Compression-Protocol" },
	{ PPP_IPCP, 3,   PPP_OPTION_IPV4,  "IP-Address" },
	{ PPP_IPCP, 4,   PPP_OPTION_IPV4,  "Mobile-IPv4" },
	{ PPP_IPCP, 129, PPP_OPTION_IPV4,  "Primary-DNS" },
	{ PPP_IPCP, 130, PPP_OPTION_IPV4,  "Primary-NBNS" },
	{ PPP_IPCP, 131, PPP_OPTION_IPV4,  "Secondary-DNS" },
	{ PPP_IPCP, 132, PPP_OPTION_IPV4,  "Secondary-NBNS" },
	{ PPP_IPV6CP, 1, PPP_OPTION_INTERFACE_ID, "Interface-Identifier" },
	{ PPP_IPV6CP, 2, PPP_OPTION_HEX,          "IPv6-Compression-Protocol" },
	{ CCP, 17, PPP_OPTION_BYTES, "LZS" },
	{ CCP, 18, PPP_OPTION_HEX,   "MPPC" },
	{ CCP, 21, PPP_OPTION_BYTES, "BSD-Compress" },
	{ CCP, 26, PPP_OPTION_BYTES, "Deflate" },
};
/* clang-format on */

const char *ppp_protocol_name(uint16_t protocol)
{
	for (size_t i = 0; i < COUNT(protocols); i++)
		if (protocols[i].protocol == protocol)
			return protocols[i].name;
	return NULL;
}

bool ppp_protocol_negotiates(uint16_t protocol)
{
	/* RFC 1661 section 2: 8000 to bfff are the network control protocols. */
	return protocol == PPP_LCP || protocol == 0xc02b || (protocol & 0xc000) == 0x8000;
}

static const char *code_of(const char *const *names, size_t count, uint8_t code)
{
	return code >= 1 && code <= count ? names[code - 1] : NULL;
}

const char *ppp_code_name(uint16_t protocol, uint8_t code)
{
	if (ppp_protocol_negotiates(protocol))
		return code_of(control_codes, COUNT(control_codes), code);
	switch (protocol) {
	case PPP_PAP:
		return code_of(pap_codes, COUNT(pap_codes), code);
	case PPP_CHAP:
		return code_of(chap_codes, COUNT(chap_codes), code);
	case PPP_EAP:
		return code_of(eap_codes, COUNT(eap_codes), code);
	default:
		return NULL;
	}
}

const char *ppp_option_name(uint16_t protocol, uint8_t type, enum ppp_option_form *ret_form)
{
	*ret_form = PPP_OPTION_BYTES;
	for (size_t i = 0; i < COUNT(options); i++) {
		if (options[i].protocol != protocol || options[i].type != type)
			continue;
		*ret_form = options[i].form;
		return options[i].name;
	}
	return NULL;
}
