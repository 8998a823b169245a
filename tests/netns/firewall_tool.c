/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux/firewall.h from the command line, for netns/firewall.sh:
 *	firewall_tool write|apply NAME DEVICE NONE|STANDALONE|MASQUERADE CLAMP
 *	firewall_tool remove NAME
 */
#include "linux/firewall.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum firewall_mode mode_of(const char *name)
{
	if (strcmp(name, "MASQUERADE") == 0)
		return FIREWALL_MASQUERADE;
	return strcmp(name, "STANDALONE") == 0 ? FIREWALL_STANDALONE : FIREWALL_NONE;
}

static int apply(const char *name, const char *device, enum firewall_mode mode, unsigned clamp_mss)
{
	char why[256] = "";
	struct firewall *firewall = firewall_new(name, false);
	int result = firewall_apply(firewall, device, mode, clamp_mss, why, sizeof(why));
	firewall_free(firewall);
	if (result == 0 && mode == FIREWALL_MASQUERADE)
		result = firewall_set_forwarding(true);
	fputs(why, stderr);
	return result;
}

int main(int argc, char **argv)
{
	char text[FIREWALL_TEXT_MAX] = "";
	int result = -1;
	if (argc == 3 && strcmp(argv[1], "remove") == 0) {
		result = firewall_remove(argv[2]);
	} else if (argc == 6) {
		unsigned clamp_mss = (unsigned)atoi(argv[5]);
		enum firewall_mode mode = mode_of(argv[4]);
		if (strcmp(argv[1], "apply") == 0)
			result = apply(argv[2], argv[3], mode, clamp_mss);
		else
			result = firewall_write(text, sizeof(text), argv[2], argv[3], mode,
						clamp_mss, FIREWALL_LASTING);
	}
	fputs(text, stdout);
	if (result < 0)
		fprintf(stderr, "%s\n", strerror(-result));
	return result < 0;
}
