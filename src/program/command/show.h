/* SPDX-License-Identifier: BSD-2-Clause */
/* A line's status for people. */
#pragma once

#include "control/line_status.h"

/* Everything that is known, several lines. */
void show_status(const struct line_status *status);

/* One line: what it is at. */
void show_line(const struct line_status *status);

#define SHOW_PEER_SAID (LINE_STATUS_TEXT * 2)

/*
 * What the peer said at the last failure: its own words, and those of ours for a code of its
 * (ppp_words_explain()) in the reader's language.
 */
const char *show_peer_said(const struct line_status *status, char text[SHOW_PEER_SAID]);
