/* SPDX-License-Identifier: BSD-2-Clause */
#include "program/line/remembered.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "linux/file.h"

#define TEXT_MAX 256

static void path_of(const char *folder, const char *name, char ret_path[PATH_MAX])
{
	snprintf(ret_path, PATH_MAX, "%s/%s.session", folder, name);
}

static void put_mac(char to[18], struct mac mac)
{
	const uint8_t *b = mac.byte;
	snprintf(to, 18, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4], b[5]);
}

static int format(const struct remembered *remembered, char to[TEXT_MAX])
{
	char address[18], peer[18];
	put_mac(address, remembered->address);
	put_mac(peer, remembered->session.peer);
	return snprintf(to, TEXT_MAX, "interface=%s\naddress=%s\npeer=%s\nsession=%u\n",
			remembered->interface, address, peer, (unsigned)remembered->session.id);
}

int remembered_write(const char *folder, const char *name, const struct remembered *remembered)
{
	char path[PATH_MAX], text[TEXT_MAX];
	path_of(folder, name, path);
	return file_replace(path, 0644, text, (size_t)format(remembered, text));
}

static bool take_mac(const char *text, struct mac *ret_mac)
{
	for (size_t i = 0; i < sizeof(ret_mac->byte); i++) {
		const char *digits = text + 3 * i;
		if (strspn(digits, "0123456789abcdef") != 2)
			return false;
		ret_mac->byte[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return true;
}

static bool parse(const char *text, struct remembered *ret_remembered)
{
	struct remembered r = { .session.known = true };
	char address[18] = { 0 }, peer[18] = { 0 }, number[6];
	if (sscanf(text,
		   "interface=%15[^/ "
		   "\n]\naddress=%17[0-9a-f:]\npeer=%17[0-9a-f:]\nsession=%5[0-9]\n",
		   r.interface, address, peer, number) != 4 ||
	    !take_mac(address, &r.address) || !take_mac(peer, &r.session.peer))
		return false;
	unsigned long id = strtoul(number, NULL, 10);
	if (id == 0 || id >= 0xffff || mac_is_group(r.session.peer))
		return false;
	r.session.id = (uint16_t)id;
	/* Whatever does not read back as it is written was not written by us. */
	char again[TEXT_MAX];
	format(&r, again);
	*ret_remembered = r;
	return strcmp(text, again) == 0;
}

bool remembered_read(const char *folder, const char *name, struct remembered *ret_remembered)
{
	char path[PATH_MAX], text[TEXT_MAX];
	path_of(folder, name, path);
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	if (length < 0)
		return false;
	text[length] = '\0';
	return parse(text, ret_remembered);
}

void remembered_remove(const char *folder, const char *name)
{
	char path[PATH_MAX];
	path_of(folder, name, path);
	unlink(path);
}
