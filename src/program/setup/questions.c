/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/setup/questions.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "language/language.h"
#include "program/setup/files.h"
#include "program/setup/find.h"

#define SUMMARY_COLUMNS 20

/*
 * Reads a line, byte by byte: nothing of it stays in a buffer.  signals: a descriptor that ends the
 * reading when it can be read, or -1.  False at the end of input, or if the line is too long.
 */
static bool read_line(char to[ANSWER_MAX], int signals)
{
	size_t length = 0;
	for (;;) {
		struct pollfd polls[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
					   { .fd = signals, .events = POLLIN } };
		if (poll(polls, 2, -1) < 0 && errno == EINTR)
			continue;
		char c;
		if (polls[1].revents || read(STDIN_FILENO, &c, 1) != 1)
			return false;
		if (c == '\n') {
			to[length] = '\0';
			return true;
		}
		if (length == ANSWER_MAX - 1)
			return false;
		to[length++] = c;
	}
}

/*
 * Without echo on a terminal.  A signal that would end the program while there is none is taken as
 * a descriptor, so that the terminal is itself again before the program ends.
 */
static bool read_hidden(char to[ANSWER_MAX])
{
	struct termios before, hidden;
	sigset_t ending, old;
	bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	sigaddset(&ending, SIGQUIT);
	sigaddset(&ending, SIGTSTP);
	sigprocmask(SIG_BLOCK, &ending, &old);
	int signals = signalfd(-1, &ending, SFD_CLOEXEC);
	if (terminal) {
		hidden = before;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	}
	bool good = read_line(to, signals);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	printf("\n");
	if (signals >= 0)
		close(signals);
	sigprocmask(SIG_SETMASK, &old, NULL); /* what has come meanwhile does its work now */
	return good;
}

struct question {
	const char *head; /* NULL: none */
	const char *words; /* what is to be said before */
	const char *prompt;
	const char *fallback; /* the answer if Enter alone is typed; NULL: the empty one */
	const char *(*problem)(const char *value);
	bool yes_no; /* which may be said in the reader's language */
};

/* Until the answer is good. */
static bool ask(const struct question *question, char to[ANSWER_MAX])
{
	char answer[ANSWER_MAX];
	const char *fallback = question->fallback ? question->fallback : "";
	if (question->head)
		printf("\n%s\n\n", _(question->head));
	fputs(_(question->words), stdout);
	for (;;) {
		printf(">>> %s", _(question->prompt));
		if (question->fallback && fallback[0])
			printf(_(" (default %s)"), fallback);
		printf(": ");
		fflush(stdout);
		if (!read_line(answer, -1))
			return false;
		const char *value = !answer[0]	       ? fallback
				    : question->yes_no ? answer_in_english(answer)
						       : answer;
		const char *problem = question->problem(value);
		if (!problem) {
			memmove(to, value, strlen(value) + 1);
			return true;
		}
		printf(_("Not possible: %s.\n"), problem);
	}
}

static bool ask_user(struct answers *a)
{
	struct question question = { N_("USER NAME"), "", N_("Your PPPoE user name"), a->user,
				     answer_problem_user };
	return ask(&question, a->user);
}

static bool ask_interface(struct answers *a)
{
	char fallback[ANSWER_MAX], found[IF_NAMESIZE];
	snprintf(fallback, sizeof(fallback), "%s", a->interface[0] ? a->interface : "eth0");
	const struct question question = {
		N_("INTERFACE"),
		N_("The Ethernet interface that the modem is connected to.  With 'find' each one "
		   "is\n"
		   "tried, and the one that is answered becomes the default.\n"),
		N_("The Ethernet interface"), fallback, answer_problem_interface
	};
	while (ask(&question, a->interface)) {
		if (strcmp(a->interface, "find") != 0)
			return true;
		if (find_concentrators(found))
			snprintf(fallback, sizeof(fallback), "%s", found);
	}
	return false;
}

static bool ask_demand(struct answers *a)
{
	struct question question = {
		NULL,
		N_("\n"
		   "Shall the link come up on demand, or stay up?  To have it come up on demand,\n"
		   "enter the seconds without traffic after which it is to go; else enter 'no'.\n"),
		N_("Demand"),
		a->demand[0] ? a->demand : "no",
		answer_problem_demand,
		true
	};
	return ask(&question, a->demand);
}

static bool ask_dns(struct answers *a)
{
	const struct question first = {
		"DNS",
		N_("The address of your provider's primary name server; 'server' if the\n"
		   "provider's server tells it; nothing, just Enter, to leave the name servers of\n"
		   "this host alone.\n"),
		N_("Primary name server"), NULL, answer_problem_dns
	};
	const struct question second = { NULL, "", N_("Secondary name server, or nothing"), NULL,
					 answer_problem_dns2 };
	a->dns2[0] = '\0';
	if (!ask(&first, a->dns1))
		return false;
	return a->dns1[0] == '\0' || strcmp(a->dns1, "server") == 0 || ask(&second, a->dns2);
}

static bool says_no(const char *answer)
{
	return strcasecmp(answer, "n") == 0 || strcasecmp(answer, "no") == 0 ||
	       strcmp(answer, _(answer_no)) == 0;
}

static bool says_yes(const char *answer)
{
	return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0 ||
	       strcmp(answer, _(answer_yes)) == 0;
}

static bool ask_password(struct answers *a)
{
	char again[ANSWER_MAX], answer[ANSWER_MAX];
	bool same = false, good = true;
	printf(_("\nPASSWORD\n\n"));
	while (good && !same) {
		printf(_(">>> Your PPPoE password: "));
		fflush(stdout);
		good = read_hidden(a->password);
		if (good) {
			printf(_(">>> The password again:  "));
			fflush(stdout);
			good = read_hidden(again);
		}
		const char *problem = good ? answer_problem_password(a->password) : NULL;
		same = good && !problem && strcmp(a->password, again) == 0;
		if (!good || same)
			break;
		printf(_(">>> %s.  Try again? (y/n): "),
		       problem ? problem : _("The two are not the same"));
		fflush(stdout);
		good = read_line(answer, -1) && !says_no(answer);
	}
	explicit_bzero(again, sizeof(again));
	return good;
}

static bool ask_yes_no(const char *prompt, const char *words, const char *fallback,
		       char to[ANSWER_MAX])
{
	struct question question = { NULL, words, prompt, fallback, answer_problem_yes_no, true };
	return ask(&question, to);
}

static const char *firewall_problem(const char *value)
{
	bool good = strlen(value) == 1 && value[0] >= '0' && value[0] <= '2';
	return good ? NULL : _("a number from 0 to 2");
}

static bool ask_firewall(struct answers *a)
{
	static const char *const modes[] = { "NONE", "STANDALONE", "MASQUERADE" };
	static const struct question question = {
		N_("FIREWALLING"),
		N_("The rules are simple ones.  If this machine offers services to the outside,\n"
		   "choose 0 and make rules of your own.\n"
		   "0 - NONE: no rules; protecting this machine is up to you\n"
		   "1 - STANDALONE: for a single machine that uses the Internet\n"
		   "2 - MASQUERADE: for a gateway, whose network shares the line's address\n"),
		N_("The firewall (0-2)"), NULL, firewall_problem
	};
	char answer[ANSWER_MAX];
	if (!ask(&question, answer))
		return false;
	snprintf(a->firewall, sizeof(a->firewall), "%s", modes[answer[0] - '0']);
	return true;
}

static const char *accept_problem(const char *value)
{
	return says_no(value) || says_yes(value) ? NULL : _("y or n");
}

/* False if the input ends. */
static bool ask_all(struct answers *a, const struct given *given, bool ifcfg)
{
	if ((!given->user && !ask_user(a)) || (!given->interface && !ask_interface(a)) ||
	    (!given->demand && !ask_demand(a)) || (!given->dns && !ask_dns(a)) ||
	    (!given->password && !ask_password(a)))
		return false;
	if (ifcfg && !given->user_control &&
	    !ask_yes_no(N_("May users bring the line up and down (yes/no)"), N_("\nUSERS\n\n"),
			a->user_control[0] ? a->user_control : "no", a->user_control))
		return false;
	if (!given->firewall && !ask_firewall(a))
		return false;
	return !ifcfg || given->on_boot ||
	       ask_yes_no(N_("Shall the line come up when the machine starts (yes/no)"),
			  N_("\nSTART\n\n"), a->on_boot[0] ? a->on_boot : "no", a->on_boot);
}

bool questions_ask(struct answers *answers, const struct given *given, const char *config)
{
	static const struct question accept = {
		NULL, "", N_("Accept these settings and adjust configuration files (y/n)?"), NULL,
		accept_problem
	};
	char answer[ANSWER_MAX];
	do {
		if (!ask_all(answers, given, files_is_ifcfg(config)))
			return false;
		questions_summary(answers, config);
		if (!ask(&accept, answer))
			return false;
	} while (says_no(answer));
	return true;
}

static void show(const char *name, const char *value)
{
	language_put_column(stdout, name, SUMMARY_COLUMNS);
	puts(value);
}

void questions_summary(const struct answers *a, const char *config)
{
	char demand[ANSWER_MAX * 2];
	snprintf(demand, sizeof(demand), _("Yes; idle timeout = %s seconds"), a->demand);
	puts(_("\n** Summary of what you entered **\n"));
	show(_("Ethernet Interface:"), a->interface);
	show(_("User name:"), a->user);
	show(_("Activate-on-demand:"), strcmp(a->demand, "no") == 0 ? _("No") : demand);
	if (a->dns1[0] == '\0')
		show("DNS:", _("Do not adjust"));
	else if (strcmp(a->dns1, "server") == 0)
		show(_("DNS addresses:"), _("Supplied by ISP's server"));
	else
		show(_("Primary DNS:"), a->dns1);
	if (a->dns2[0])
		show(_("Secondary DNS:"), a->dns2);
	show(_("Firewalling:"), a->firewall);
	if (files_is_ifcfg(config)) {
		show(_("User Control:"), a->user_control);
		show(_("Start at boot:"), a->on_boot);
	}
	puts("");
}
