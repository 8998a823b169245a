/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/setup/answers.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <strings.h>

#include "language/language.h"

const char answer_yes[] = N_("yes"), answer_no[] = N_("no");

const char *answer_in_english(const char *value)
{
	if (strcmp(value, _(answer_yes)) == 0)
		return answer_yes;
	return strcmp(value, _(answer_no)) == 0 ? answer_no : value;
}

static bool has_control(const char *value)
{
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return true;
	return false;
}

const char *answer_problem_user(const char *value)
{
	if (value[0] == '\0')
		return _("a user name is needed");
	return has_control(value) ? _("a user name has no control characters") : NULL;
}

const char *answer_problem_interface(const char *value)
{
	bool good = value[0] != '\0' && strlen(value) < IF_NAMESIZE &&
		    !strpbrk(value, "/ \t:%'\"\\") && !has_control(value);
	return good ? NULL : _("an interface has a name of 1 to 15 characters");
}

const char *answer_problem_demand(const char *value)
{
	bool number = value[0] != '\0' && strlen(value) <= 9 &&
		      strspn(value, "0123456789") == strlen(value);
	return number || strcmp(value, "no") == 0 ? NULL : _("no, or a number of seconds");
}

static bool is_address(const char *value)
{
	struct in6_addr address; /* which has room for either */
	return inet_pton(strchr(value, ':') ? AF_INET6 : AF_INET, value, &address) == 1;
}

const char *answer_problem_dns(const char *value)
{
	bool good = value[0] == '\0' || strcmp(value, "server") == 0 || is_address(value);
	return good ? NULL : _("an IPv4 or IPv6 address, or server, or nothing");
}

const char *answer_problem_dns2(const char *value)
{
	return value[0] == '\0' || is_address(value) ? NULL
						     : _("an IPv4 or IPv6 address, or nothing");
}

const char *answer_problem_password(const char *value)
{
	return has_control(value) ? _("a password has no control characters") : NULL;
}

const char *answer_problem_firewall(const char *value)
{
	bool good = strcasecmp(value, "NONE") == 0 || strcasecmp(value, "STANDALONE") == 0 ||
		    strcasecmp(value, "MASQUERADE") == 0;
	return good ? NULL : _("NONE, STANDALONE or MASQUERADE");
}

const char *answer_problem_yes_no(const char *value)
{
	return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0 ? NULL : _("yes or no");
}
