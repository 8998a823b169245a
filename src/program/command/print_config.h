/* SPDX-License-Identifier: BSD-2-Clause */
/* dialtone config: how a configuration is understood. */
#pragma once

/*
 * Prints every setting of the file, as a configuration of its own, with the place of each as a
 * comment.  Returns the exit code.
 */
int print_config(const char *me, const char *path);
