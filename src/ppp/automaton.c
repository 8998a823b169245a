/* SPDX-License-Identifier: BSD-2-Clause */
#include "ppp/automaton.h"

/*
 * a: actions and next state; s: next state alone; ______: illegal in that state.  The RFC's
 * footnotes: r (restart option) and p (passive option) are not taken, x (crossed connection)
 * asks for a log entry only.
 */
#define IRC PPP_IRC
#define ZRC PPP_ZRC
#define SCR PPP_SCR
#define SCA PPP_SCA
#define SCN PPP_SCN
#define STR PPP_STR
#define STA PPP_STA
#define SCJ PPP_SCJ
#define SER PPP_SER
#define TLU PPP_TLU
#define TLD PPP_TLD
#define TLS PPP_TLS
#define TLF PPP_TLF
#define a(actions, next) \
	{ \
		(actions), (next), true \
	}
#define s(next) \
	{ \
		0, (next), true \
	}
#define ______ \
	{ \
		0, 0, false \
	}

/* clang-format off */
const struct ppp_transition ppp_automaton[PPP_EVENT_COUNT][PPP_STATE_COUNT] = {
	/*            0 Initial   1 Starting    2 Closed      3 Stopped             4 Closing   5 Stopping
	              6 Req-Sent  7 Ack-Rcvd    8 Ack-Sent    9 Opened */
	[PPP_EVENT_UP] = {
		      s(2),       a(IRC|SCR,6), ______,       ______,               ______,     ______,
		      ______,     ______,       ______,       ______ },
	[PPP_EVENT_DOWN] = {
		      ______,     ______,       s(0),         a(TLS,1),             s(0),       s(1),
		      s(1),       s(1),         s(1),         a(TLD,1) },
	[PPP_EVENT_OPEN] = {
		      a(TLS,1),   s(1),         a(IRC|SCR,6), s(3),                 s(5),       s(5),
		      s(6),       s(7),         s(8),         s(9) },
	[PPP_EVENT_CLOSE] = {
		      s(0),       a(TLF,0),     s(2),         s(2),                 s(4),       s(4),
		      a(IRC|STR,4), a(IRC|STR,4), a(IRC|STR,4), a(TLD|IRC|STR,4) },

	[PPP_EVENT_TIMEOUT] = {
		      ______,     ______,       ______,       ______,               a(STR,4),   a(STR,5),
		      a(SCR,6),   a(SCR,6),     a(SCR,8),     ______ },
	[PPP_EVENT_TIMEOUT_LAST] = {
		      ______,     ______,       ______,       ______,               a(TLF,2),   a(TLF,3),
		      a(TLF,3),   a(TLF,3),     a(TLF,3),     ______ },

	[PPP_EVENT_REQUEST_GOOD] = {
		      ______,     ______,       a(STA,2),     a(IRC|SCR|SCA,8),     s(4),       s(5),
		      a(SCA,8),   a(SCA|TLU,9), a(SCA,8),     a(TLD|SCR|SCA,8) },
	[PPP_EVENT_REQUEST_BAD] = {
		      ______,     ______,       a(STA,2),     a(IRC|SCR|SCN,6),     s(4),       s(5),
		      a(SCN,6),   a(SCN,7),     a(SCN,6),     a(TLD|SCR|SCN,6) },
	[PPP_EVENT_ACK] = {
		      ______,     ______,       a(STA,2),     a(STA,3),             s(4),       s(5),
		      a(IRC,7),   a(SCR,6),     a(IRC|TLU,9), a(TLD|SCR,6) },
	[PPP_EVENT_NAK] = {
		      ______,     ______,       a(STA,2),     a(STA,3),             s(4),       s(5),
		      a(IRC|SCR,6), a(SCR,6),   a(IRC|SCR,8), a(TLD|SCR,6) },

	[PPP_EVENT_TERMINATE_REQUEST] = {
		      ______,     ______,       a(STA,2),     a(STA,3),             a(STA,4),   a(STA,5),
		      a(STA,6),   a(STA,6),     a(STA,6),     a(TLD|ZRC|STA,5) },
	[PPP_EVENT_TERMINATE_ACK] = {
		      ______,     ______,       s(2),         s(3),                 a(TLF,2),   a(TLF,3),
		      s(6),       s(6),         s(8),         a(TLD|SCR,6) },

	[PPP_EVENT_UNKNOWN_CODE] = {
		      ______,     ______,       a(SCJ,2),     a(SCJ,3),             a(SCJ,4),   a(SCJ,5),
		      a(SCJ,6),   a(SCJ,7),     a(SCJ,8),     a(SCJ,9) },
	[PPP_EVENT_REJECT_HARMLESS] = {
		      ______,     ______,       s(2),         s(3),                 s(4),       s(5),
		      s(6),       s(6),         s(8),         s(9) },
	[PPP_EVENT_REJECT_FATAL] = {
		      ______,     ______,       a(TLF,2),     a(TLF,3),             a(TLF,2),   a(TLF,3),
		      a(TLF,3),   a(TLF,3),     a(TLF,3),     a(TLD|IRC|STR,5) },

	[PPP_EVENT_ECHO] = {
		      ______,     ______,       s(2),         s(3),                 s(4),       s(5),
		      s(6),       s(7),         s(8),         a(SER,9) },
};
/* clang-format on */

const char *ppp_state_name(enum ppp_state state)
{
	static const char *const names[PPP_STATE_COUNT] = {
		"Initial",  "Starting", "Closed",   "Stopped",	"Closing",
		"Stopping", "Req-Sent", "Ack-Rcvd", "Ack-Sent", "Opened",
	};
	return names[state];
}
