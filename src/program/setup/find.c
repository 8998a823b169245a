/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/setup/find.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "discover/discover.h"
#include "language/language.h"
#include "linux/process.h"

#define ATTEMPTS 3
#define WAIT_MS 1000

/* The first answer on a port; NULL if there is none. */
static const struct pppoe_survey_answer *answer_on(const struct discover *discover, unsigned port)
{
	for (size_t i = 0; i < discover->answers.count; i++) {
		const struct pppoe_survey_answer *answer = &discover->answers.answer[i];
		if (answer->interface == port && answer->matches)
			return answer;
	}
	return NULL;
}

static void report_answer(const struct pppoe_survey_answer *answer)
{
	struct pppoe_tags tags;
	char name[PPPOE_NAME_MAX + 1] = "", memory[18];
	struct text mac = text_of(memory, sizeof(memory));
	if (pppoe_tags_read(bytes_of(answer->tags, answer->length), &tags))
		text_copy_peer(name, sizeof(name), tags.ac_name.value);
	text_mac(&mac, answer->concentrator);
	printf(_("answered by \"%s\" (%s)\n"), name, memory);
}

static void report(const struct discover *discover)
{
	for (unsigned i = 0; i < discover->port_count; i++) {
		const struct discover_port *port = &discover->port[i];
		const struct pppoe_survey_answer *answer = answer_on(discover, i);
		printf("%s: ", port->interface);
		if (answer)
			report_answer(answer);
		else if (port->state == DISCOVER_DOWN)
			puts(_("down, or no cable"));
		else if (port->state == DISCOVER_ERROR)
			printf(_("cannot be tried: %s\n"), strerror(port->error));
		else
			puts(_("no answer"));
	}
	if (discover->port_count == 0)
		printf(_("There is no Ethernet interface.\n"));
	fflush(stdout);
}

/* Ends the search as soon as there is nobody left to be waited for. */
static bool is_not_enough(void *context, const struct discover *discover,
			  const struct pppoe_survey_answer *answer)
{
	(void)context;
	(void)answer;
	for (unsigned i = 0; i < discover->port_count; i++)
		if (discover->port[i].state == DISCOVER_SILENT)
			return true;
	return false;
}

/* In a process of its own, without privileges.  Its exit code: one more than the port, or 0. */
static int run(struct discover *discover)
{
	int result = process_confine("dialtone");
	if (result < 0) {
		fprintf(stderr, "pppoe-setup: giving up privileges: %s\n", strerror(-result));
		return 0;
	}
	discover_run(discover, is_not_enough, NULL);
	report(discover);
	for (unsigned i = 0; i < discover->port_count; i++)
		if (answer_on(discover, i))
			return (int)i + 1;
	return 0;
}

bool find_concentrators(char ret_interface[IF_NAMESIZE])
{
	static const struct discover_vlans untagged = { .count = 1 };
	const struct pppoe_survey_config config = { .wait_ms = WAIT_MS, .attempts = ATTEMPTS };
	struct discover *discover = discover_new(&config);
	int status = 0;
	unsigned found = 0;
	if (!discover)
		return false;
	discover_add_all(discover, &untagged);
	language_hold();
	fflush(NULL);
	pid_t child = fork();
	if (child == 0)
		_exit(run(discover));
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (child > 0 && WIFEXITED(status))
		found = (unsigned)WEXITSTATUS(status);
	if (found > discover->port_count)
		found = 0;
	if (found > 0)
		memcpy(ret_interface, discover->port[found - 1].interface, IF_NAMESIZE);
	discover_free(discover);
	return found > 0;
}
