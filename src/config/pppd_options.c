/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/pppd_options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/pppd_words.h"
#include "language/language.h"

#define PEERS "/etc/ppp/peers/"
#define WORD_MAX LINE_CONFIG_TEXT

struct parser {
	struct line_config *config;
	const struct pppd_options_reader *reader;
	const char *path;
	struct pppd_words words; /* what is left of the text */
	unsigned depth;
	unsigned *files; /* taken in so far, by all */
	bool has_user; /* `user` beats `name` */
	bool has_plugin;
	bool failed;
};

enum kind {
	KIND_IGNORED, /* its words are passed over */
	KIND_WARNED, /* the same, and the note says why that may matter */
	KIND_WARNED_UNLESS_0, /* 0 says what happens anyway */
	KIND_ON,
	KIND_DEMAND,
	KIND_OFF,
	KIND_NUMBER,
	KIND_TEXT,
	KIND_USER,
	KIND_NAME,
	KIND_DEVICE,
	KIND_UNIT,
	KIND_MAC,
	KIND_HEX,
	KIND_REFUSE, /* an authentication protocol not to be used: bit `least` */
	KIND_PLUGIN,
	KIND_PTY,
	KIND_FILE,
	KIND_CALL,
};

struct option {
	const char *name;
	enum kind kind;
	unsigned words; /* that follow it */
	size_t offset;
	unsigned least, most;
	const char *note;
};

#define AT(field) offsetof(struct line_config, field)
#define IGNORED(name, words) \
	{ \
		name, KIND_IGNORED, words, 0, 0, 0, NULL \
	}
#define WARNED(name, words, note) \
	{ \
		name, KIND_WARNED, words, 0, 0, 0, note \
	}
#define ON(name, field) \
	{ \
		name, KIND_ON, 0, AT(field), 0, 0, NULL \
	}
#define OFF(name, field) \
	{ \
		name, KIND_OFF, 0, AT(field), 0, 0, NULL \
	}
#define NUMBER(name, field, least, most) \
	{ \
		name, KIND_NUMBER, 1, AT(field), least, most, NULL \
	}
#define TEXT(name, field) \
	{ \
		name, KIND_TEXT, 1, AT(field), 0, 255, NULL \
	}

#define REDIAL N_("how often and how soon to dial again depends on what failed")
#define NO_PROOF N_("the concentrator is not asked to authenticate itself")

/* clang-format off */
static const struct option options[] = {
	{ "user", KIND_USER, 1, AT(user), 0, 255, NULL },
	{ "name", KIND_NAME, 1, AT(user), 0, 255, NULL },
	NUMBER("mtu", mtu, 128, 1500),
	NUMBER("mru", mru, 128, 1500),
	ON("defaultroute", default_route), OFF("nodefaultroute", default_route),
	OFF("-defaultroute", default_route),
	NUMBER("defaultroute-metric", metric, 0, INT_MAX),
	ON("defaultroute6", ipv6_default_route), OFF("nodefaultroute6", ipv6_default_route),
	ON("usepeerdns", peer_dns), OFF("nousepeerdns", peer_dns),
	ON("persist", persist), OFF("nopersist", persist),
	{ "demand", KIND_DEMAND, 0, AT(demand), 0, 0, NULL }, /* which implies persist */
	NUMBER("idle", demand_idle_s, 0, INT_MAX),
	NUMBER("lcp-echo-interval", echo_interval_s, 0, 86400),
	NUMBER("lcp-echo-failure", echo_failures, 0, 1000),
	ON("lcp-echo-adaptive", echo_adaptive),
	ON("+ipv6", ipv6), OFF("noipv6", ipv6), OFF("-ipv6", ipv6),
	{ "ipv6", KIND_ON, 1, AT(ipv6), 0, 0, NULL }, /* and the identifiers, which are agreed on */
	{ "unit", KIND_UNIT, 1, AT(device), 0, 32767, NULL },
	{ "ifname", KIND_DEVICE, 1, AT(device), 0, 15, NULL },
	{ "refuse-pap", KIND_REFUSE, 0, 0, 0, 0, NULL }, { "-pap", KIND_REFUSE, 0, 0, 0, 0, NULL },
	{ "refuse-chap", KIND_REFUSE, 0, 0, 1, 0, NULL }, { "-chap", KIND_REFUSE, 0, 0, 1, 0, NULL },
	{ "refuse-mschap-v2", KIND_REFUSE, 0, 0, 2, 0, NULL },
	{ "-mschap-v2", KIND_REFUSE, 0, 0, 2, 0, NULL },
	{ "refuse-eap", KIND_REFUSE, 0, 0, 3, 0, NULL },
	IGNORED("refuse-mschap", 0), IGNORED("-mschap", 0), /* it is never used */
	{ "plugin", KIND_PLUGIN, 1, 0, 0, 0, NULL },
	{ "pty", KIND_PTY, 1, 0, 0, 0, NULL },
	TEXT("pppoe-service", service_name), TEXT("rp_pppoe_service", service_name),
	TEXT("pppoe-ac", concentrator_name), TEXT("rp_pppoe_ac", concentrator_name),
	{ "pppoe-mac", KIND_MAC, 1, AT(concentrator_address), 0, 0, NULL },
	{ "rp_pppoe_mac", KIND_MAC, 1, AT(concentrator_address), 0, 0, NULL },
	{ "pppoe-host-uniq", KIND_HEX, 1, AT(host_uniq), 0, 128, NULL },
	{ "host-uniq", KIND_HEX, 1, AT(host_uniq), 0, 128, NULL },
	TEXT("ipparam", ip_parameter), TEXT("linkname", link_name),
	{ "file", KIND_FILE, 1, 0, 0, 0, NULL },
	{ "call", KIND_CALL, 1, 0, 0, 0, NULL },

	/* Ours to agree on, or of no meaning over Ethernet. */
	IGNORED("noauth", 0), IGNORED("-detach", 0), IGNORED("nodetach", 0), IGNORED("detach", 0),
	IGNORED("updetach", 0), IGNORED("up_sdnotify", 0), IGNORED("hide-password", 0),
	IGNORED("show-password", 0), IGNORED("debug", 0), IGNORED("-d", 0), IGNORED("dump", 0),
	IGNORED("dryrun", 0), IGNORED("kdebug", 1), IGNORED("logfile", 1), IGNORED("logfd", 1),
	IGNORED("nolog", 0), IGNORED("asyncmap", 1), IGNORED("default-asyncmap", 0),
	IGNORED("-am", 0), IGNORED("default-mru", 0), IGNORED("-mru", 0), IGNORED("noaccomp", 0),
	IGNORED("-ac", 0), IGNORED("nopcomp", 0), IGNORED("-pc", 0), IGNORED("novj", 0),
	IGNORED("-vj", 0), IGNORED("novjccomp", 0), IGNORED("-vjccomp", 0),
	IGNORED("vj-max-slots", 1), IGNORED("noccp", 0), IGNORED("-ccp", 0), IGNORED("nobsdcomp", 0),
	IGNORED("-bsdcomp", 0), IGNORED("bsdcomp", 1), IGNORED("deflate", 1),
	IGNORED("nodeflate", 0), IGNORED("-deflate", 0), IGNORED("nopredictor1", 0),
	IGNORED("predictor1", 0), IGNORED("nomppe", 0), IGNORED("-mppe", 0), IGNORED("nomppe-40", 0),
	IGNORED("nomppe-128", 0), IGNORED("nomppe-stateful", 0), IGNORED("nomagic", 0),
	IGNORED("-mn", 0), IGNORED("noipdefault", 0), IGNORED("ipcp-accept-local", 0),
	IGNORED("ipcp-accept-remote", 0), IGNORED("ipv6cp-accept-local", 0),
	IGNORED("ipv6cp-accept-remote", 0), IGNORED("noremoteip", 0), IGNORED("noendpoint", 0),
	IGNORED("endpoint", 1), IGNORED("passive", 0), IGNORED("-p", 0), IGNORED("silent", 0),
	IGNORED("lock", 0), IGNORED("nolock", 0), IGNORED("crtscts", 0), IGNORED("nocrtscts", 0),
	IGNORED("-crtscts", 0), IGNORED("cdtrcts", 0), IGNORED("nocdtrcts", 0),
	IGNORED("xonxoff", 0), IGNORED("modem", 0), IGNORED("local", 0), IGNORED("sync", 0),
	IGNORED("notty", 0), IGNORED("stop-bits", 1), IGNORED("escape", 1), IGNORED("receive-all", 0),
	IGNORED("noipx", 0), IGNORED("-ipx-protocol", 0), IGNORED("noproxyarp", 0),
	IGNORED("-proxyarp", 0), IGNORED("nomp", 0), IGNORED("nomultilink", 0),
	IGNORED("nompshortseq", 0), IGNORED("ktune", 0), IGNORED("noktune", 0),
	IGNORED("replacedefaultroute", 0), IGNORED("noreplacedefaultroute", 0),
	IGNORED("usehostname", 0), IGNORED("domain", 1), IGNORED("remotename", 1),
	IGNORED("privgroup", 1), IGNORED("record", 1), IGNORED("connect-delay", 1),
	IGNORED("child-timeout", 1), IGNORED("set", 1), IGNORED("unset", 1),
	IGNORED("lcp-restart", 1), IGNORED("lcp-max-configure", 1), IGNORED("lcp-max-failure", 1),
	IGNORED("lcp-max-terminate", 1), IGNORED("ipcp-restart", 1), IGNORED("ipcp-max-configure", 1),
	IGNORED("ipcp-max-failure", 1), IGNORED("ipcp-max-terminate", 1),
	IGNORED("ipv6cp-restart", 1), IGNORED("ipv6cp-max-configure", 1),
	IGNORED("ipv6cp-max-failure", 1), IGNORED("ipv6cp-max-terminate", 1),
	IGNORED("chap-interval", 1), IGNORED("chap-restart", 1), IGNORED("chap-timeout", 1),
	IGNORED("chap-max-challenge", 1), IGNORED("pap-restart", 1), IGNORED("pap-timeout", 1),
	IGNORED("pap-max-authreq", 1), IGNORED("eap-interval", 1), IGNORED("eap-restart", 1),
	IGNORED("eap-timeout", 1), IGNORED("eap-max-rreq", 1), IGNORED("eap-max-sreq", 1),
	IGNORED("pppoe-verbose", 1), IGNORED("rp_pppoe_verbose", 1),
	IGNORED("pppoe-padi-timeout", 1), IGNORED("pppoe-padi-attempts", 1), IGNORED("auth", 0),
	IGNORED("connect", 1), IGNORED("disconnect", 1), IGNORED("init", 1), IGNORED("welcome", 1),

	WARNED("holdoff", 1, REDIAL), { "maxfail", KIND_WARNED_UNLESS_0, 1, 0, 0, 0, REDIAL },
	WARNED("active-filter", 1, N_("every IP packet is traffic")), WARNED("pass-filter", 1, N_("for a firewall to do")),
	WARNED("maxconnect", 1, N_("the line is kept up")),
	WARNED("require-pap", 0, NO_PROOF), WARNED("+pap", 0, NO_PROOF),
	WARNED("require-chap", 0, NO_PROOF), WARNED("+chap", 0, NO_PROOF),
	WARNED("require-mschap", 0, NO_PROOF), WARNED("+mschap", 0, NO_PROOF),
	WARNED("require-mschap-v2", 0, NO_PROOF), WARNED("+mschap-v2", 0, NO_PROOF),
	WARNED("require-eap", 0, NO_PROOF), WARNED("+eap", 0, NO_PROOF),
	WARNED("require-mppe", 0, N_("there is no encryption over PPPoE")),
	WARNED("require-mppe-40", 0, N_("there is no encryption over PPPoE")),
	WARNED("require-mppe-128", 0, N_("there is no encryption over PPPoE")),
	WARNED("password", 1, N_("the password belongs into chap-secrets or pap-secrets")),
	WARNED("noip", 0, N_("a line without IPv4 is to come")),
	WARNED("multilink", 0, N_("a line is one link")), WARNED("mp", 0, N_("a line is one link")),
	WARNED("mrru", 1, N_("a line is one link")), WARNED("proxyarp", 0, N_("for the host's own set-up")),
	WARNED("ms-dns", 1, N_("of a server")), WARNED("ms-wins", 1, N_("of a server")),
	WARNED("login", 0, N_("of a server")), WARNED("allow-ip", 1, N_("of a server")),
	WARNED("pppoe-sess", 1, N_("the session is always asked for")),
	WARNED("rp_pppoe_sess", 1, N_("the session is always asked for")),
};
/* clang-format on */

struct line_config pppd_options_default(void)
{
	struct line_config config = line_config_default();
	config.default_route = false;
	config.peer_dns = false;
	config.persist = false;
	config.echo_interval_s = 0;
	config.echo_failures = 0;
	config.default_routes_file[0] = '\0';
	config.from_pppd = true;
	return config;
}

__attribute__((format(printf, 4, 5))) static void complain(struct parser *p, unsigned line,
							   bool fatal, const char *format, ...)
{
	char text[320];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (char *c = text; *c; c++) /* no terminal is to obey what stands in a file */
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '.';
	p->failed |= fatal;
	struct pppd_options_problem problem = { p->path, line, fatal, text };
	p->reader->complain(p->reader->context, &problem);
}

/* The next word, over the ends of lines; false at the end of the file. */
static bool take_word(struct parser *p, char word[WORD_MAX])
{
	bool good = pppd_words_take(&p->words, word, WORD_MAX);
	if (p->words.wrong)
		complain(p, p->words.word_line, true, "%s", _(p->words.wrong));
	return good;
}

static void refuse(struct parser *p, const char *option, const char *value, const char *allowed)
{
	complain(p, p->words.word_line, true, _("%s \"%.64s\" is not allowed: it takes %s"), option,
		 value, allowed);
}

/* Decimal, or with a 0 or 0x before it, as pppd has it. */
static bool parse_number(const char *value, unsigned least, unsigned most, unsigned *ret)
{
	char *end;
	if (*value < '0' || *value > '9')
		return false;
	errno = 0;
	unsigned long number = strtoul(value, &end, 0);
	if (*end != '\0' || errno != 0 || number < least || number > most)
		return false;
	*ret = (unsigned)number;
	return true;
}

/*
 * What a key of pppoe.conf checks already is given to it: one judge of names, addresses and digits.
 * Values are put between single quotes, so none may hold one.
 */
static bool set_by_key(struct line_config *config, const char *key, const char *value)
{
	char line[WORD_MAX + 32];
	struct line_config_problems *problems = calloc(1, sizeof(*problems));
	bool good = problems && !strpbrk(value, "'\n");
	if (good) {
		int length = snprintf(line, sizeof(line), "%s='%s'", key, value);
		line_config_parse(config, line, (size_t)length, problems);
		good = problems->count == 0;
	}
	free(problems);
	return good;
}

static bool is_interface(const char *word)
{
	struct line_config scratch = line_config_default();
	return set_by_key(&scratch, "ETH", word);
}

/* `pppoe -I eth0 -T 80 -m 1412`: Debian's stock peers file runs rp-pppoe's program like that. */
static void take_pty(struct parser *p, char *command)
{
	char *rest = NULL, *word = strtok_r(command, " \t", &rest);
	const char *slash = word ? strrchr(word, '/') : NULL;
	if (!word || strcmp(slash ? slash + 1 : word, "pppoe") != 0) {
		complain(p, p->words.word_line, true,
			 _("pty: only pppoe is known, and nothing is executed"));
		return;
	}
	static const struct {
		char letter;
		const char *key;
	} keys[] = {
		{ 'I', "ETH" }, { 'm', "CLAMPMSS" }, { 'S', "SERVICENAME" }, { 'C', "ACNAME" }
	};
	while ((word = strtok_r(NULL, " \t", &rest)) != NULL) {
		const char *key = NULL;
		if (word[0] != '-' || !strchr("ImSCTpDFfe", word[1]) || word[1] == '\0')
			continue; /* -U, -s, ...: about the pipe between pppoe and pppd */
		char letter = word[1];
		const char *value = word[2] ? word + 2 : strtok_r(NULL, " \t", &rest);
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (keys[i].letter == letter)
				key = keys[i].key;
		if (key && (!value || !set_by_key(p->config, key, value)))
			complain(p, p->words.word_line, true,
				 _("pty: pppoe -%c \"%.64s\" is not allowed"), letter,
				 value ? value : "");
	}
	p->has_plugin = true;
}

static void take_plugin(struct parser *p, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	p->has_plugin |= strcmp(name, "rp-pppoe.so") == 0 || strcmp(name, "pppoe.so") == 0;
	if (strcmp(name, "rp-pppoe.so") != 0 && strcmp(name, "pppoe.so") != 0)
		complain(p, p->words.word_line, false,
			 _("plugin %.64s is not known here: passed over"), path);
}

static void take_file(struct parser *p, const char *path);

static void take_call(struct parser *p, const char *name)
{
	char path[sizeof(PEERS) + WORD_MAX];
	/* A name below that folder, not a way out of it: the same in pppd. */
	bool leaves = name[0] == '/' || name[0] == '\0' || strcmp(name, "..") == 0 ||
		      strncmp(name, "../", 3) == 0 || strstr(name, "/../") ||
		      (strlen(name) > 3 && strcmp(name + strlen(name) - 3, "/..") == 0);
	if (leaves) {
		complain(p, p->words.word_line, true, _("call \"%.64s\": not the name of a peer"),
			 name);
		return;
	}
	snprintf(path, sizeof(path), PEERS "%s", name);
	take_file(p, path);
}

static void store_text(struct parser *p, const struct option *option, const char *value)
{
	char *to = (char *)p->config + option->offset;
	memcpy(to, value, strlen(value) + 1); /* a word is no longer than LINE_CONFIG_TEXT */
}

static void store_number(struct parser *p, const struct option *option, const char *value)
{
	char allowed[128];
	unsigned *to = (unsigned *)(void *)((char *)p->config + option->offset);
	snprintf(allowed, sizeof(allowed), _("a number from %u to %u"), option->least,
		 option->most);
	if (!parse_number(value, option->least, option->most, to))
		refuse(p, option->name, value, allowed);
}

static void store_checked(struct parser *p, const struct option *option, const char *key,
			  const char *value, const char *allowed)
{
	if (!set_by_key(p->config, key, value))
		refuse(p, option->name, value, allowed);
}

static void warn(struct parser *p, const struct option *option)
{
	complain(p, p->words.word_line, false, _("%s has no effect: %s"), option->name,
		 _(option->note));
}

static void apply(struct parser *p, const struct option *option, char *value)
{
	switch (option->kind) {
	case KIND_IGNORED:
		break;
	case KIND_WARNED_UNLESS_0:
		if (strcmp(value, "0") != 0)
			warn(p, option);
		break;
	case KIND_WARNED:
		warn(p, option);
		break;
	case KIND_DEMAND:
		p->config->demand = p->config->persist = true;
		break;
	case KIND_ON:
	case KIND_OFF:
		*((bool *)p->config + option->offset) = option->kind == KIND_ON;
		break;
	case KIND_NUMBER:
		store_number(p, option, value);
		break;
	case KIND_USER:
		p->has_user = true;
		store_text(p, option, value);
		break;
	case KIND_NAME:
		if (!p->has_user)
			store_text(p, option, value);
		break;
	case KIND_TEXT:
		store_text(p, option, value);
		break;
	case KIND_DEVICE:
		store_checked(p, option, "DEVICE", value, _("a name of at most 15 characters"));
		break;
	case KIND_UNIT:
		store_checked(p, option, "UNIT", value, _("a number from 0 to 32767"));
		break;
	case KIND_MAC:
		store_checked(p, option, "ACMAC", value, _("an Ethernet address"));
		break;
	case KIND_HEX:
		store_checked(p, option, "HOST_UNIQ", value,
			      "pairs of hexadecimal digits, up to 64");
		break;
	case KIND_REFUSE:
		p->config->auth &= ~(1u << option->least);
		break;
	case KIND_PLUGIN:
		take_plugin(p, value);
		break;
	case KIND_PTY:
		take_pty(p, value);
		break;
	case KIND_FILE:
		take_file(p, value);
		break;
	case KIND_CALL:
		take_call(p, value);
		break;
	}
}

/* LOCAL:REMOTE, either of which may be missing: the local one is asked for. */
static bool take_addresses(struct parser *p, const char *word)
{
	char local[INET_ADDRSTRLEN];
	struct in_addr in;
	size_t length = strcspn(word, ":");
	if (word[length] != ':' || length >= sizeof(local))
		return false;
	const char *remote = word + length + 1;
	memcpy(local, word, length);
	local[length] = '\0';
	if ((*remote != '\0' && inet_pton(AF_INET, remote, &in) != 1) ||
	    (length > 0 && inet_pton(AF_INET, local, &in) != 1))
		return false;
	if (length > 0)
		p->config->address = ntohl(in.s_addr);
	return length > 0 || *remote != '\0';
}

/*
 * A word that is no option: nic-eth0; the name of the interface, once the plugin is there;
 * addresses; a speed; or what we don't know.
 */
static void take_other(struct parser *p, const char *word)
{
	bool nic = strncmp(word, "nic-", 4) == 0;
	unsigned speed;
	if (nic && set_by_key(p->config, "ETH", word + 4))
		return;
	if (take_addresses(p, word) || parse_number(word, 0, UINT_MAX, &speed))
		return;
	bool device = p->has_plugin && p->config->interface[0] == '\0' && is_interface(word);
	if (device && strpbrk(word, "0123456789")) {
		set_by_key(p->config, "ETH", word);
		return;
	}
	complain(p, p->words.word_line, false,
		 _("unknown option %.64s: the rest of the line is passed over"), word);
	pppd_words_skip_line(&p->words);
}

static const struct option *find_option(const char *word)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i].name, word) == 0)
			return &options[i];
	return NULL;
}

int pppd_options_words(const char *name)
{
	const struct option *option = find_option(name);
	return option ? (int)option->words : -1;
}

static void parse(struct parser *p)
{
	char word[WORD_MAX], value[WORD_MAX];
	while (take_word(p, word)) {
		const struct option *option = find_option(word);
		if (!option) {
			take_other(p, word);
			continue;
		}
		if (option->words > 0 && !take_word(p, value)) {
			complain(p, p->words.word_line, true, _("%s: a word is missing behind it"),
				 word);
			return;
		}
		apply(p, option, value);
	}
	if (!pppd_words_end(&p->words) && !p->failed)
		complain(p, p->words.line, true, _("the file cannot be read to its end"));
}

/* With its own text and place in it; what it finds out goes on counting for the one around it. */
static void parse_inner(struct parser *p, const char *path, const char *text, size_t length)
{
	struct parser inner = *p;
	++*p->files;
	inner.path = path;
	inner.words = pppd_words_of(text, length);
	inner.depth++;
	parse(&inner);
	p->has_user = inner.has_user;
	p->has_plugin = inner.has_plugin;
	p->failed = inner.failed;
}

/* missing: the error that is none, 0 if there is not one. */
static void take_file_unless(struct parser *p, const char *path, int missing)
{
	if (p->depth == PPPD_OPTIONS_DEPTH || *p->files == PPPD_OPTIONS_FILES) {
		complain(p, p->words.word_line, true,
			 _("%.128s: too many files that take in files"), path);
		return;
	}
	char *text = malloc(PPPD_OPTIONS_FILE_MAX);
	ssize_t length =
		text ? p->reader->read(p->reader->context, path, text, PPPD_OPTIONS_FILE_MAX)
		     : -ENOMEM;
	if (length >= 0)
		parse_inner(p, path, text, (size_t)length);
	else if (length != missing)
		complain(p, p->words.word_line, true, _("%.128s: cannot be read: %s"), path,
			 strerror((int)-length));
	free(text);
}

static void take_file(struct parser *p, const char *path)
{
	take_file_unless(p, path, 0);
}

static bool load(struct line_config *config, const char *path,
		 const struct pppd_options_reader *reader, bool with_system)
{
	unsigned files = 0;
	struct parser p = { .config = config, .reader = reader, .path = path, .files = &files };
	if (with_system)
		take_file_unless(&p, PPPD_OPTIONS_SYSTEM, -ENOENT);
	take_file(&p, path);
	if (!p.failed && config->auth == 0)
		complain(&p, 0, true, _("every way to authenticate is refused"));
	return !p.failed;
}

bool pppd_options_load(struct line_config *config, const char *path,
		       const struct pppd_options_reader *reader)
{
	return load(config, path, reader, false);
}

bool pppd_options_load_peer(struct line_config *config, const char *path,
			    const struct pppd_options_reader *reader)
{
	return load(config, path, reader, true);
}
