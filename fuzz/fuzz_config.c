/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of a configuration: whatever it is, what comes out keeps its limits. */
#include <stdlib.h>
#include <string.h>

#include "config/line_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_text(const char *text, size_t limit)
{
	must(memchr(text, '\0', limit + 1) != NULL);
}

static void check_device(const char *name)
{
	check_text(name, 15);
	must(!strpbrk(name, "/ \t:%"));
	for (; *name; name++)
		must((unsigned char)*name > ' ' && *name != 0x7f);
}

static void check_config(const struct line_config *config)
{
	check_device(config->interface);
	check_device(config->device);
	check_text(config->user, 255);
	check_text(config->service_name, 255);
	check_text(config->concentrator_name, 255);
	check_text(config->pid_file, 255);
	check_text(config->secrets, 255);
	check_text(config->host_uniq, 128);
	size_t digits = strspn(config->host_uniq, "0123456789abcdefABCDEF");
	must(digits == strlen(config->host_uniq) && digits % 2 == 0);
	must(config->mtu >= 128 && config->mtu <= 1500);
	must(config->mru == 0 || (config->mru >= 128 && config->mru <= 1500));
	must(config->firewall <= LINE_CONFIG_FIREWALL_MASQUERADE);
	must(config->clamp_mss <= LINE_CONFIG_CLAMP_AUTO ||
	     (config->clamp_mss >= 88 && config->clamp_mss <= 1460));
	must(memchr(config->base, '\0', sizeof(config->base)) != NULL);
	must(config->echo_interval_s <= 86400 && config->echo_failures <= 1000);
	must(config->auth > 0 && config->auth < 16);
	must(config->metric <= INT_MAX);
}

static void check_problems(const struct line_config_problems *problems)
{
	bool fatal = false;
	unsigned line = 0;
	must(problems->count <= LINE_CONFIG_PROBLEMS);
	for (unsigned i = 0; i < problems->count; i++) {
		const struct line_config_problem *p = &problems->problem[i];
		must(p->line >= line && p->line > 0); /* in order */
		must(p->text[0] != '\0');
		check_text(p->text, sizeof(p->text) - 1);
		line = p->line;
		fatal |= p->fatal;
	}
	must(problems->fatal == fatal || problems->count == LINE_CONFIG_PROBLEMS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line_config config = line_config_default(), again = line_config_default();
	struct line_config_problems *problems = calloc(2, sizeof(*problems));
	must(problems != NULL);
	/* Never at a null pointer, and with nothing to read behind the end. */
	char *text = malloc(size > 0 ? size : 1);
	must(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	line_config_parse(&config, text, size, &problems[0]);
	check_config(&config);
	check_problems(&problems[0]);
	(void)line_config_missing(&config);

	line_config_parse(&again, text, size, &problems[1]);
	must(problems[0].count == problems[1].count);
	must(strcmp(config.user, again.user) == 0 && config.mtu == again.mtu);
	free(text);
	free(problems);
	return 0;
}
