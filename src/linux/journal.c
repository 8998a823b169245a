/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *	NAME=VALUE\n              a value of one line
 *	NAME\n | length | VALUE\n  any; length: 64 bits, little-endian
 */
#include "linux/journal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define JOURNAL_PATH "/run/systemd/journal/socket"
#define PARTS 4 /* of a field: name, "=" or length, value, end of line */

int journal_open(void)
{
	if (access(JOURNAL_PATH, W_OK) < 0)
		return -errno;
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return descriptor < 0 ? -errno : descriptor;
}

bool journal_is_standard_error(void)
{
	const char *text = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat now;
	return text && sscanf(text, "%ju:%ju", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &now) == 0 && now.st_dev == device && now.st_ino == inode;
}

static struct iovec part(const void *data, size_t length)
{
	return (struct iovec){ .iov_base = (void *)(uintptr_t)data, .iov_len = length };
}

static void put_length(uint8_t to[9], size_t length)
{
	to[0] = '\n';
	for (unsigned i = 0; i < 8; i++)
		to[1 + i] = (uint8_t)((uint64_t)length >> 8 * i);
}

int journal_send(int socket, const struct journal_field *fields, size_t count)
{
	struct iovec parts[PARTS * JOURNAL_FIELDS_MAX];
	uint8_t lengths[JOURNAL_FIELDS_MAX][9];
	size_t used = 0;
	assert(count <= JOURNAL_FIELDS_MAX);
	for (size_t i = 0; i < count; i++) {
		const char *value = fields[i].value;
		if (!value || value[0] == '\0')
			continue;
		bool lines = strchr(value, '\n') != NULL;
		put_length(lengths[i], strlen(value));
		parts[used++] = part(fields[i].name, strlen(fields[i].name));
		parts[used++] = lines ? part(lengths[i], sizeof(lengths[i])) : part("=", 1);
		parts[used++] = part(value, strlen(value));
		parts[used++] = part("\n", 1);
	}
	/* Not connected: a journal that is started anew is found again. */
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = JOURNAL_PATH };
	const struct msghdr message = {
		.msg_name = &address,
		.msg_namelen = sizeof(address),
		.msg_iov = parts,
		.msg_iovlen = used,
	};
	return sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}
