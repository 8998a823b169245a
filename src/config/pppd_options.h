/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options files of pppd, /etc/ppp/options and /etc/ppp/peers/NAME, as far as they concern a
 * PPPoE line:
 *
 *	plugin rp-pppoe.so        # or pty "pppoe -I eth0 -m 1412"
 *	nic-eth0
 *	user "me@provider"
 *	defaultroute
 *
 * Words stand between white space or in quotes, a backslash takes the next character literally, `#`
 * at the start of a word begins a comment.  Nothing is executed.  What has no meaning here is
 * passed over; what is not known is a warning, and the rest of its line is passed over.
 */
#pragma once

#include <sys/types.h>

#include "config/line_config.h"

#define PPPD_OPTIONS_FILE_MAX 65536
#define PPPD_OPTIONS_DEPTH 8 /* files that take in files */
#define PPPD_OPTIONS_FILES 64 /* in all */

struct pppd_options_problem {
	const char *path;
	unsigned line; /* from 1; 0: the file as a whole */
	bool fatal; /* false: a warning */
	const char *text; /* printable */
};

/* How files are read, and problems told.  Both are called with `context`. */
struct pppd_options_reader {
	/* Reads a whole file; returns its length, or a negative errno. */
	ssize_t (*read)(void *context, const char *path, void *to, size_t capacity);
	void (*complain)(void *context, const struct pppd_options_problem *problem);
	void *context;
};

/* What pppd does if nothing is said: no default route, no name servers, no redial, no echo. */
struct line_config pppd_options_default(void);

#define PPPD_OPTIONS_SYSTEM "/etc/ppp/options"

/*
 * Reads the file into *config, over what is there, and those that it takes in (`file FILE`, `call
 * NAME`).  Returns false if a problem was fatal.
 */
bool pppd_options_load(struct line_config *config, const char *path,
		       const struct pppd_options_reader *reader);

/* The same for a peer: PPPD_OPTIONS_SYSTEM is read before it, if it is there. */
bool pppd_options_load_peer(struct line_config *config, const char *path,
			    const struct pppd_options_reader *reader);

/* How many words follow that option of pppd; negative if there is no such option. */
int pppd_options_words(const char *name);
