/* SPDX-License-Identifier: BSD-2-Clause */
/* A value as a shell, and config/line_config.h, reads it: bare where that does, else in quotes. */
#pragma once

#include <stdio.h>

void shell_word_write(FILE *out, const char *value);
