/* SPDX-License-Identifier: BSD-2-Clause */
/* Between jansson's values and ours; for this room alone. */
#pragma once

#include <jansson.h>

#include "control/line_status.h"
#include "control/log_entry.h"

/* A new object, or NULL without memory. */
json_t *json_of_status(const struct line_status *status);

/* Reads an object; texts are made printable. */
void json_to_status(const json_t *object, struct line_status *ret_status);

json_t *json_of_log_entry(const struct log_entry *entry); /* likewise */
void json_to_log_entry(const json_t *object, struct log_entry *ret_entry);

/* A new string of any text: what is not printable UTF-8 becomes a dot. */
json_t *json_of_text(const char *text);

/* Copies a string, made printable and cut; "" if value is none. */
void json_copy_text(const json_t *value, char *to, size_t size);

/* Writes it with a NUL.  Its length without, or 0 if it does not fit. */
size_t json_write(const json_t *value, size_t flags, char *to, size_t size);
