/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The open session, on disk: after a crash or a power cut the concentrator still counts it, and
 * whoever knows its number can end it.
 */
#pragma once

#include "link/link.h"

struct remembered {
	char interface[16];
	struct mac address; /* the interface's own in that session */
	struct link_session_id session;
};

/* folder/name.session.  0 or a negative errno. */
int remembered_write(const char *folder, const char *name, const struct remembered *remembered);

/* False if there is none, or it is not as we write it. */
bool remembered_read(const char *folder, const char *name, struct remembered *ret_remembered);

void remembered_remove(const char *folder, const char *name);
