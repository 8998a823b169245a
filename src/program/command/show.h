/* SPDX-License-Identifier: BSD-2-Clause */
/* A line's status for people. */
#pragma once

#include "control/line_status.h"

/* Everything that is known, several lines. */
void show_status(const struct line_status *status);

/* One line: what it is at. */
void show_line(const struct line_status *status);
