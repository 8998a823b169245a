/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Secrets in frames: the password of PAP, and what is made of one by CHAP and EAP, from which it
 * could be guessed at leisure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Writes asterisks over those in an Ethernet frame.  Lengths stay. */
void capture_hide_secrets(uint8_t *frame, size_t length);
