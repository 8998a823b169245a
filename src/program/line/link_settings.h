/* SPDX-License-Identifier: BSD-2-Clause */
/* From the words of the configuration to the values of the machines. */
#pragma once

#include "config/line_config.h"
#include "link/link.h"

struct link_config link_settings_of(const struct line_config *config);
