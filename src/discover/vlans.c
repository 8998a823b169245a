/* SPDX-License-Identifier: BSD-2-Clause */
#include "discover/vlans.h"

#include <stdlib.h>

static bool read_id(const char **text, unsigned long *ret_id)
{
	char *end;
	if (**text < '0' || **text > '9')
		return false;
	*ret_id = strtoul(*text, &end, 10);
	*text = end;
	return *ret_id <= PPPOE_SURVEY_VLAN_LAST;
}

bool vlans_read(const char *text, struct discover_vlans *ret_vlans)
{
	bool wanted[PPPOE_SURVEY_VLAN_LAST + 1] = { false };
	for (;;) {
		unsigned long first, last;
		if (!read_id(&text, &first))
			return false;
		last = first;
		if (*text == '-') {
			text++;
			if (!read_id(&text, &last) || last < first)
				return false;
		}
		for (unsigned long id = first; id <= last; id++)
			wanted[id] = true;
		if (*text == '\0')
			break;
		if (*text++ != ',')
			return false;
	}
	ret_vlans->count = 0;
	for (unsigned id = 0; id <= PPPOE_SURVEY_VLAN_LAST; id++)
		if (wanted[id])
			ret_vlans->id[ret_vlans->count++] = (uint16_t)id;
	return true;
}
