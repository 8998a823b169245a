/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/pppd_failure.h"

#include "base/words.h"

#define AS_IT_WAS LINK_STAGE_COUNT
#define OPTIONS N_("check PPPD_EXTRA, LINUX_PLUGIN and /etc/ppp/options")
#define SAID N_("see what pppd said in the log")

struct meaning {
	int code;
	enum link_stage stage; /* AS_IT_WAS: what the line was at */
	const char *what, *advice;
};

/* clang-format off */
static const struct meaning meanings[] = {
	{ 0, AS_IT_WAS, N_("the concentrator ended the session"), "" },
	{ 1, AS_IT_WAS, N_("pppd met a fatal error"), SAID },
	{ 2, LINK_OFF, N_("pppd does not accept its options"), OPTIONS },
	{ 3, LINK_OFF, N_("pppd may not be used by this user"), N_("run pppoe-connect as root") },
	{ 4, LINK_OFF, N_("the kernel has no PPP"),
	  N_("load the module ppp_generic, or leave ENGINE and LINUX_PLUGIN out: our own engine needs no module") },
	{ 5, AS_IT_WAS, N_("somebody ended pppd"), "" },
	{ 6, LINK_OFF, N_("pppd cannot lock its device"), OPTIONS },
	{ 7, LINK_OFF, N_("pppd cannot open its device"), OPTIONS },
	{ 8, LINK_DISCOVERY, N_("pppd's connect script failed"),
	  N_("look for `connect` in PPPD_EXTRA and /etc/ppp/options") },
	{ 9, LINK_OFF, N_("pppd cannot run pppoe"), N_("check PPPOE") },
	{ 10, AS_IT_WAS, N_("no network protocol came up"), SAID },
	{ 11, LINK_AUTHENTICATION, N_("the concentrator did not authenticate itself"),
	  N_("take require-... out of PPPD_EXTRA and /etc/ppp/options") },
	{ 12, LINK_OPEN, N_("there was no traffic"), "" },
	{ 13, LINK_OPEN, N_("the time that maxconnect allows is over"), "" },
	{ 15, LINK_OPEN, N_("the concentrator does not answer echo requests"), "" },
	{ 17, LINK_LCP, N_("the line is looped back: our own packets return"), N_("look for a loop in the cabling") },
	{ 18, LINK_OFF, N_("pppd's init script failed"), OPTIONS },
	{ 19, LINK_AUTHENTICATION, N_("the concentrator rejects user name or password"),
	  N_("check USER and the password in chap-secrets or pap-secrets; the account may also be locked, or in use elsewhere") },
	{ PPPD_CANNOT_BE_RUN, LINK_OFF, N_("pppd cannot be run"),
	  N_("install the package ppp, or set PPPD; our own engine needs neither: ENGINE=builtin") },
};
/* clang-format on */

static struct link_failure failure_of(const struct meaning *meaning, enum link_stage stage)
{
	bool was_up = stage == LINK_OPEN;
	return (struct link_failure){
		.stage = meaning->stage == AS_IT_WAS ? stage : meaning->stage,
		.cause = meaning->code == 19 ? REDIAL_REJECTED
			 : was_up	     ? REDIAL_LOST
					     : REDIAL_FAILED,
		.what = meaning->what,
		.advice = meaning->advice,
	};
}

struct link_failure pppd_failure_of_exit(int exit_code, enum link_stage stage)
{
	static const struct meaning lost = { 16, AS_IT_WAS, N_("the session was lost"), "" };
	static const struct meaning no_session = {
		16, AS_IT_WAS, N_("no session was opened"),
		N_("check the cable, the modem's bridge mode, and SERVICENAME and ACNAME")
	};
	static const struct meaning unknown = { -1, AS_IT_WAS, N_("pppd failed"), SAID };
	if (exit_code == 16)
		return failure_of(stage == LINK_OPEN ? &lost : &no_session, stage);
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].code == exit_code)
			return failure_of(&meanings[i], stage);
	return failure_of(&unknown, stage);
}

struct link_failure pppd_failure_of_signal(enum link_stage stage)
{
	static const struct meaning killed = { -1, AS_IT_WAS, N_("pppd was killed"), "" };
	return failure_of(&killed, stage);
}
