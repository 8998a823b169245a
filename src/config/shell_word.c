/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shell_word.h"

#include <string.h>

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@.,:/+-"

void shell_word_write(FILE *out, const char *value)
{
	if (strspn(value, PLAIN) == strlen(value)) {
		fputs(value, out);
		return;
	}
	fputc('\'', out);
	for (; *value; value++) {
		if (*value == '\'')
			fputs("'\\''", out);
		else
			fputc(*value, out);
	}
	fputc('\'', out);
}
