/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the control sockets are. */
#pragma once

#include <stddef.h>

#define CONTROL_FOLDER "/run/dialtone"
#define CONTROL_SUFFIX ".socket"
#define CONTROL_PATH_SIZE 64

/* The socket of a line.  0, or -EINVAL for a name that no device can have. */
int control_path(const char *link, char ret_path[CONTROL_PATH_SIZE]);

/* The same of a concentrator: in a folder of their own, so that they are none of the lines. */
int control_server_path(const char *name, char ret_path[CONTROL_PATH_SIZE]);

/* Makes the folders unless they are there; mode 0755.  For whoever may.  0 or a negative errno. */
int control_folder_make(void);

#define CONTROL_LINKS_MAX 64

struct control_links {
	size_t count;
	char name[CONTROL_LINKS_MAX][16];
};

/* The links that have a socket, a dead one maybe, in the order of their names. */
void control_links_list(struct control_links *ret_links);
void control_servers_list(struct control_links *ret_servers); /* likewise */
