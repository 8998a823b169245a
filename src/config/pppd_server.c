/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/pppd_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/pppd_options.h"
#include "config/pppd_words.h"
#include "language/language.h"

#define WORD_SIZE 512

struct parser {
	struct pppd_server_options *options;
	struct pppd_words words;
	const char *path;
	void (*complain)(void *context, const struct pppd_server_problem *problem);
	void *context;
	bool failed;
};

enum kind {
	KIND_NUMBER,
	KIND_ON,
	KIND_REQUIRE, /* a bit, in least */
	KIND_REFUSE,
	KIND_IPV6, /* on or off, in least */
	KIND_DNS,
	KIND_NAME,
	KIND_WITHOUT_EFFECT,
};

struct option {
	const char *name;
	enum kind kind;
	size_t offset;
	unsigned least, most;
	const char *note;
};

#define AT(field) offsetof(struct pppd_server_options, field)

/* clang-format off */
static const struct option options[] = {
	{ "lcp-echo-interval", KIND_NUMBER, AT(echo_interval_s), 0, 86400, NULL },
	{ "lcp-echo-failure", KIND_NUMBER, AT(echo_failures), 0, 1000, NULL },
	{ "lcp-echo-adaptive", KIND_ON, AT(echo_adaptive), 0, 0, NULL },
	{ "mtu", KIND_NUMBER, AT(mtu), 128, 1992, NULL },
	{ "mru", KIND_NUMBER, AT(mru), 128, 1992, NULL },
	{ "idle", KIND_NUMBER, AT(idle_s), 0, INT32_MAX, NULL },
	{ "maxconnect", KIND_NUMBER, AT(session_s), 0, INT32_MAX, NULL },
	{ "noauth", KIND_ON, AT(no_auth), 0, 0, NULL },
	{ "require-pap", KIND_REQUIRE, 0, PPPD_SERVER_PAP, 0, NULL },
	{ "+pap", KIND_REQUIRE, 0, PPPD_SERVER_PAP, 0, NULL },
	{ "require-chap", KIND_REQUIRE, 0, PPPD_SERVER_CHAP, 0, NULL },
	{ "+chap", KIND_REQUIRE, 0, PPPD_SERVER_CHAP, 0, NULL },
	{ "require-mschap-v2", KIND_REQUIRE, 0, PPPD_SERVER_MSCHAPV2, 0, NULL },
	{ "+mschap-v2", KIND_REQUIRE, 0, PPPD_SERVER_MSCHAPV2, 0, NULL },
	{ "require-eap", KIND_REQUIRE, 0, PPPD_SERVER_EAP, 0, NULL },
	{ "+eap", KIND_REQUIRE, 0, PPPD_SERVER_EAP, 0, NULL },
	{ "refuse-pap", KIND_REFUSE, 0, PPPD_SERVER_PAP, 0, NULL },
	{ "-pap", KIND_REFUSE, 0, PPPD_SERVER_PAP, 0, NULL },
	{ "refuse-chap", KIND_REFUSE, 0, PPPD_SERVER_CHAP, 0, NULL },
	{ "-chap", KIND_REFUSE, 0, PPPD_SERVER_CHAP, 0, NULL },
	{ "refuse-mschap-v2", KIND_REFUSE, 0, PPPD_SERVER_MSCHAPV2, 0, NULL },
	{ "-mschap-v2", KIND_REFUSE, 0, PPPD_SERVER_MSCHAPV2, 0, NULL },
	{ "refuse-eap", KIND_REFUSE, 0, PPPD_SERVER_EAP, 0, NULL },
	{ "+ipv6", KIND_IPV6, AT(ipv6), 1, 0, NULL }, { "ipv6", KIND_IPV6, AT(ipv6), 1, 0, NULL },
	{ "noipv6", KIND_IPV6, AT(ipv6), 0, 0, NULL }, { "-ipv6", KIND_IPV6, AT(ipv6), 0, 0, NULL },
	{ "ms-dns", KIND_DNS, AT(dns), 0, 0, NULL },
	{ "name", KIND_NAME, AT(name), 0, 0, NULL },
	{ "require-mschap", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("MS-CHAP of the first version is broken") },
	{ "+mschap", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("MS-CHAP of the first version is broken") },
	{ "login", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("the system's passwords are not asked") },
	{ "netmask", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("a host's address stands alone") },
	{ "proxyarp", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("the hosts' addresses are routed") },
	{ "ms-wins", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("no names of NetBIOS are served") },
	{ "plugin", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("no plugins are loaded") },
	{ "require-mppe", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("there is no encryption over PPPoE") },
	{ "require-mppe-128", KIND_WITHOUT_EFFECT, 0, 0, 0, N_("there is no encryption over PPPoE") },
};
/* clang-format on */

__attribute__((format(printf, 3, 4))) static void complain(struct parser *p, bool fatal,
							   const char *format, ...)
{
	char text[320];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '.';
	p->failed |= fatal;
	const struct pppd_server_problem problem = { p->path, p->words.word_line, fatal, text };
	p->complain(p->context, &problem);
}

static void store_number(struct parser *p, const struct option *option, const char *value)
{
	char *end;
	errno = 0;
	unsigned long number = strtoul(value, &end, 0);
	int stored = (int)number;
	if (*value < '0' || *value > '9' || *end != '\0' || errno != 0 || number < option->least ||
	    number > option->most)
		complain(p, true, _("%s \"%.64s\": a number from %u to %u is needed"), option->name,
			 value, option->least, option->most);
	else
		memcpy((char *)p->options + option->offset, &stored, sizeof(stored));
}

static void store_dns(struct parser *p, const char *value)
{
	struct in_addr address;
	uint32_t *dns = p->options->dns;
	if (inet_pton(AF_INET, value, &address) != 1)
		complain(p, true, _("ms-dns \"%.64s\": an IPv4 address is needed"), value);
	else if (dns[1] == 0)
		dns[dns[0] != 0] = ntohl(address.s_addr);
}

static void apply(struct parser *p, const struct option *option, const char *value)
{
	switch (option->kind) {
	case KIND_NUMBER:
		store_number(p, option, value);
		break;
	case KIND_ON:
		*((bool *)p->options + option->offset) = true;
		break;
	case KIND_REQUIRE:
		p->options->require |= option->least;
		break;
	case KIND_REFUSE:
		p->options->refuse |= option->least;
		break;
	case KIND_IPV6:
		p->options->ipv6 = (int)option->least;
		break;
	case KIND_DNS:
		store_dns(p, value);
		break;
	case KIND_NAME:
		snprintf(p->options->name, sizeof(p->options->name), "%s", value);
		break;
	case KIND_WITHOUT_EFFECT:
		complain(p, false, _("%s has no effect: %s"), option->name, _(option->note));
		break;
	}
}

static const struct option *find_option(const char *word)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i].name, word) == 0)
			return &options[i];
	return NULL;
}

/* LOCAL:REMOTE and a netmask behind it are no options; nor do they mean anything here. */
static bool is_addresses(const char *word)
{
	return word[0] == ':' || (word[0] >= '0' && word[0] <= '9');
}

static void take_option(struct parser *p, const char *word)
{
	char value[WORD_SIZE] = "";
	const struct option *option = find_option(word);
	int words = strcmp(word, "netmask") == 0 ? 1 : pppd_options_words(word);
	if (words < 0 && is_addresses(word))
		return;
	if (words < 0) {
		complain(p, false, _("unknown option %.64s: the rest of the line is passed over"),
			 word);
		pppd_words_skip_line(&p->words);
		return;
	}
	for (; words > 0; words--) {
		if (!pppd_words_take(&p->words, value, sizeof(value))) {
			complain(p, true, _("%s: a word is missing behind it"), word);
			return;
		}
	}
	if (option)
		apply(p, option, value);
}

bool pppd_server_parse(struct pppd_server_options *ret_options, const char *path, const char *text,
		       size_t length,
		       void (*complain_to)(void *context,
					   const struct pppd_server_problem *problem),
		       void *context)
{
	char word[WORD_SIZE];
	*ret_options = (struct pppd_server_options){
		.echo_interval_s = -1,
		.echo_failures = -1,
		.mtu = -1,
		.mru = -1,
		.ipv6 = -1,
		.idle_s = -1,
		.session_s = -1,
	};
	struct parser p = {
		.options = ret_options,
		.words = pppd_words_of(text, length),
		.path = path,
		.complain = complain_to,
		.context = context,
	};
	while (!p.failed && pppd_words_take(&p.words, word, sizeof(word)))
		take_option(&p, word);
	if (p.words.wrong)
		complain(&p, true, "%s", _(p.words.wrong));
	return !p.failed;
}
