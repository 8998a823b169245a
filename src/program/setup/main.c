/* SPDX-License-Identifier: BSD-2-Clause */
/* pppoe-setup: asks for what a line needs, and writes its files. */
#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "language/language.h"
#include "program/setup/files.h"
#include "program/setup/find.h"
#include "program/setup/questions.h"

static const char usage[] =
	N_("Usage: pppoe-setup [OPTION]...\n"
	   "       pppoe-setup --find\n"
	   "Asks for what a PPPoE line needs and writes its files.  What is given by an\n"
	   "option is not asked for; with --user, --interface, --password-file nothing is.\n"
	   "\n"
	   "  -c, --config FILE         the configuration (/etc/ppp/pppoe.conf, or Fedora's\n"
	   "                            /etc/sysconfig/network-scripts/ifcfg-ppp0)\n"
	   "  -u, --user NAME           the user name\n"
	   "  -i, --interface NAME      the Ethernet interface\n"
	   "      --password-file FILE  its first line is the password; - for standard input\n"
	   "      --on-demand VALUE     no, or after how many idle seconds it goes (no)\n"
	   "      --dns1 VALUE          name server: an address; server; nothing: leave it\n"
	   "      --dns2 ADDRESS        a second one\n"
	   "      --firewall VALUE      NONE, STANDALONE or MASQUERADE (NONE)\n"
	   "      --user-control VALUE  may users bring it up: yes or no (no); ifcfg alone\n"
	   "      --on-boot VALUE       does it come up at boot: yes or no (no); ifcfg alone\n"
	   "      --find                say on which interface a concentrator answers\n"
	   "  -h, --help; -V, --version\n"
	   "\n"
	   "Exit code: 0 done; 1 not all is written, or --find found nobody; 2 wrong usage.\n");

enum setup_option {
	OPTION_PASSWORD_FILE = 256,
	OPTION_DEMAND,
	OPTION_DNS1,
	OPTION_DNS2,
	OPTION_FIREWALL,
	OPTION_USER_CONTROL,
	OPTION_ON_BOOT,
	OPTION_FIND,
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "user", required_argument, NULL, 'u' },
	{ "interface", required_argument, NULL, 'i' },
	{ "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
	{ "on-demand", required_argument, NULL, OPTION_DEMAND },
	{ "demand", required_argument, NULL, OPTION_DEMAND },
	{ "dns1", required_argument, NULL, OPTION_DNS1 },
	{ "dns2", required_argument, NULL, OPTION_DNS2 },
	{ "firewall", required_argument, NULL, OPTION_FIREWALL },
	{ "user-control", required_argument, NULL, OPTION_USER_CONTROL },
	{ "on-boot", required_argument, NULL, OPTION_ON_BOOT },
	{ "find", no_argument, NULL, OPTION_FIND },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

struct setup {
	const char *config, *password_file;
	struct answers answers;
	struct given given;
	bool find;
};

static bool give(const char *option, const char *value, const char *(*problem)(const char *),
		 char to[ANSWER_MAX], bool *ret_given)
{
	const char *words = strlen(value) < ANSWER_MAX ? problem(value) : _("at most 255 bytes");
	if (words) {
		fprintf(stderr, "pppoe-setup: %s %s: %s\n", option, value, words);
		return false;
	}
	memcpy(to, value, strlen(value) + 1);
	*ret_given = true;
	return true;
}

static bool set_option(struct setup *s, int option, const char *value)
{
	struct answers *a = &s->answers;
	struct given *g = &s->given;
	switch (option) {
	case 'c':
		s->config = value;
		return true;
	case 'u':
		return give("--user", value, answer_problem_user, a->user, &g->user);
	case 'i':
		return give("--interface", value, answer_problem_interface, a->interface,
			    &g->interface);
	case OPTION_PASSWORD_FILE:
		s->password_file = value;
		return true;
	case OPTION_DEMAND:
		return give("--on-demand", value, answer_problem_demand, a->demand, &g->demand);
	case OPTION_DNS1:
		return give("--dns1", value, answer_problem_dns, a->dns1, &g->dns);
	case OPTION_DNS2:
		return give("--dns2", value, answer_problem_dns2, a->dns2, &g->dns);
	case OPTION_FIREWALL:
		return give("--firewall", value, answer_problem_firewall, a->firewall,
			    &g->firewall);
	case OPTION_USER_CONTROL:
		return give("--user-control", value, answer_problem_yes_no, a->user_control,
			    &g->user_control);
	case OPTION_ON_BOOT:
		return give("--on-boot", value, answer_problem_yes_no, a->on_boot, &g->on_boot);
	case OPTION_FIND:
		s->find = true;
		return true;
	default:
		return false;
	}
}

/* What is neither given nor, since nothing is asked, to be asked for. */
static void set_defaults(struct answers *a)
{
	if (a->demand[0] == '\0')
		snprintf(a->demand, sizeof(a->demand), "no");
	if (a->firewall[0] == '\0')
		snprintf(a->firewall, sizeof(a->firewall), "NONE");
	if (a->user_control[0] == '\0')
		snprintf(a->user_control, sizeof(a->user_control), "no");
	if (a->on_boot[0] == '\0')
		snprintf(a->on_boot, sizeof(a->on_boot), "no");
	for (char *c = a->firewall; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

/* Where nothing is given, what the file says is the default. */
static bool read_defaults(struct setup *s)
{
	struct answers *a = &s->answers, before = { 0 };
	if (!files_read_defaults(s->config, &before))
		return false;
	if (!s->given.user)
		memcpy(a->user, before.user, sizeof(a->user));
	if (!s->given.interface)
		memcpy(a->interface, before.interface, sizeof(a->interface));
	if (!s->given.demand)
		memcpy(a->demand, before.demand, sizeof(a->demand));
	if (!s->given.on_boot)
		memcpy(a->on_boot, before.on_boot, sizeof(a->on_boot));
	if (!s->given.user_control)
		memcpy(a->user_control, before.user_control, sizeof(a->user_control));
	return true;
}

static enum setup_exit find(void)
{
	char interface[IF_NAMESIZE];
	return find_concentrators(interface) ? SETUP_OK : SETUP_FAILED;
}

static enum setup_exit set_up(struct setup *s)
{
	if (geteuid() != 0) {
		fputs(_("pppoe-setup: only root can set a line up\n"), stderr);
		return SETUP_FAILED;
	}
	if (!read_defaults(s))
		return SETUP_FAILED;
	if (s->password_file) {
		if (!files_read_password(s->password_file, s->answers.password))
			return SETUP_FAILED;
		s->given.password = true;
		const char *problem = answer_problem_password(s->answers.password);
		if (problem) {
			fprintf(stderr, "pppoe-setup: %s: %s\n", s->password_file, problem);
			return SETUP_FAILED;
		}
	}
	bool silent = s->given.user && s->given.interface && s->given.password;
	if (!silent) {
		printf(_("Setting up a PPPoE line in %s.\n"), s->config);
		if (!questions_ask(&s->answers, &s->given, s->config)) {
			fputs(_("\npppoe-setup: given up; nothing was written\n"), stderr);
			return SETUP_FAILED;
		}
	}
	set_defaults(&s->answers);
	if (!files_write(s->config, &s->answers))
		return SETUP_FAILED;
	if (!silent)
		puts(_("\n"
		       "It is all set up.  'pppoe-start' brings the line up, 'pppoe-stop' takes "
		       "it\n"
		       "down, and 'pppoe-status' says how it is."));
	return SETUP_OK;
}

int main(int argc, char **argv)
{
	struct setup setup = { .config = files_default_config() };
	int option;
	language_open();
	while ((option = getopt_long(argc, argv, "c:u:i:hV", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(_(usage), stdout);
			return SETUP_OK;
		}
		if (option == 'V') {
			puts("pppoe-setup (Dialtone) " DIALTONE_VERSION);
			return SETUP_OK;
		}
		if (option == '?' || !set_option(&setup, option, optarg))
			return SETUP_USAGE;
	}
	if (optind < argc) {
		fputs(_(usage), stderr);
		return SETUP_USAGE;
	}
	enum setup_exit code = setup.find ? find() : set_up(&setup);
	explicit_bzero(&setup, sizeof(setup));
	return (int)code;
}
