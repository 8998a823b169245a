/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * N_("..."): marks a text that people are shown, so that the catalogues in po/ have it.  It stays
 * what it is, English; whoever shows it asks language_of() of language/language.h for the other.
 */
#pragma once

#define N_(text) text
