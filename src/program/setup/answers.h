/* SPDX-License-Identifier: BSD-2-Clause */
/* What pppoe-setup wants to know. */
#pragma once

#include <stdbool.h>

#define ANSWER_MAX 256

struct answers {
	char user[ANSWER_MAX];
	char interface[ANSWER_MAX];
	char demand[ANSWER_MAX]; /* "no", or the idle time in seconds */
	char dns1[ANSWER_MAX]; /* "": don't adjust; "server"; or an address */
	char dns2[ANSWER_MAX];
	char password[ANSWER_MAX]; /* to be wiped */
	char firewall[ANSWER_MAX]; /* NONE, STANDALONE or MASQUERADE */
	char user_control[ANSWER_MAX], on_boot[ANSWER_MAX]; /* yes or no; ifcfg alone */
};

/* Which of them were given as options, and are not to be asked for. */
struct given {
	bool user, interface, demand, dns, password, firewall, user_control, on_boot;
};

enum setup_exit { SETUP_OK, SETUP_FAILED, SETUP_USAGE };

/* In every language one may answer in English, too. */
extern const char answer_yes[], answer_no[];

/* A yes or no of the reader's language as the English one; any other value as it is. */
const char *answer_in_english(const char *value);

/* NULL, or what is wrong with a value, in words. */
const char *answer_problem_user(const char *value);
const char *answer_problem_interface(const char *value);
const char *answer_problem_demand(const char *value);
const char *answer_problem_dns(const char *value); /* of the first one: "server" may stand there */
const char *answer_problem_dns2(const char *value);
const char *answer_problem_password(const char *value);
const char *answer_problem_firewall(const char *value); /* and makes no difference of case */
const char *answer_problem_yes_no(const char *value);
