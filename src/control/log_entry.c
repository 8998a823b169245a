/* SPDX-License-Identifier: BSD-2-Clause */
#include "control/log_entry.h"

#include <string.h>

#include "control/json.h"

json_t *json_of_log_entry(const struct log_entry *entry)
{
	return json_pack("{s:I, s:I, s:i, s:o, s:o}", "number", (json_int_t)entry->number,
			 "time_ms", (json_int_t)entry->time_ms, "priority", (int)entry->priority,
			 "stage", json_of_text(entry->stage), "text", json_of_text(entry->text));
}

void json_to_log_entry(const json_t *object, struct log_entry *ret_entry)
{
	json_int_t number = json_integer_value(json_object_get(object, "number"));
	json_int_t priority = json_integer_value(json_object_get(object, "priority"));
	bool known = priority >= LOG_ENTRY_ERROR && priority <= LOG_ENTRY_INFO;
	*ret_entry = (struct log_entry){
		.number = number > 0 ? (uint64_t)number : 0,
		.time_ms = json_integer_value(json_object_get(object, "time_ms")),
		.priority = known ? (enum log_priority)priority : LOG_ENTRY_INFO,
	};
	json_copy_text(json_object_get(object, "stage"), ret_entry->stage,
		       sizeof(ret_entry->stage));
	json_copy_text(json_object_get(object, "text"), ret_entry->text, sizeof(ret_entry->text));
}

size_t log_entry_to_text(const struct log_entry *entry, const char *link, char *to, size_t size)
{
	json_t *object = json_of_log_entry(entry);
	if (object)
		json_object_set_new(object, "link", json_of_text(link));
	size_t length = object ? json_write(object, JSON_COMPACT, to, size) : 0;
	json_decref(object);
	return length;
}
