/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of pppoe-setup.  Each function says on standard error what went wrong. */
#pragma once

#include "program/setup/answers.h"

/* The configuration there is on this host, or would be: ifcfg-ppp0 where Fedora's scripts are. */
const char *files_default_config(void);

bool files_is_ifcfg(const char *config);

/*
 * Reads the configuration there is, so that its values can be the defaults.  A file that is not
 * there is fine; one that can't be understood is not: false.
 */
bool files_read_defaults(const char *config, struct answers *ret_answers);

/* Reads a password: the first line of a file, or of standard input for "-". */
bool files_read_password(const char *path, char ret_password[ANSWER_MAX]);

/* Writes the configuration and both secrets files: mode 600, each with a backup NAME-bak. */
bool files_write(const char *config, const struct answers *answers);
