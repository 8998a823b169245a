/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The language of whoever reads our messages (gettext; the catalogues are in po/).  People are
 * spoken to in theirs: _().  What a program reads is never translated: logs, JSON, files; and the
 * lines that scripts know from rp-pppoe only where they go to a terminal: language_classic().
 *
 * Of the locale nothing but messages is taken.  Numbers, and what is a letter or a capital, stay as
 * in the C locale: a file means the same to everybody.
 */
#pragma once

#include <stdio.h>

#include "base/words.h"

/*
 * What the environment (LANGUAGE, LC_ALL, LC_MESSAGES, LANG) asks for, strerror() and getopt_long()
 * included; English until then.  For the main of a program, once.
 */
void language_open(void);

/*
 * The same for a program that runs in the background and whose standard error is its log: only if
 * that is a terminal.
 */
void language_open_for_terminal(void);

/*
 * Reads the catalogues now, if there are any: for a program that is about to get an empty root
 * directory, from where it could not.
 */
void language_hold(void);

/* English again, before there is a log to write. */
void language_close(void);

/* The text in the reader's language, or as it is; "" stays "".  Both live for ever. */
const char *language_of(const char *text) __attribute__((format_arg(1)));

/* The same if `to` is a terminal; otherwise as it is, for a script that may be reading. */
const char *language_for(FILE *to, const char *text) __attribute__((format_arg(2)));

/*
 * Prints a line that scripts know, in the language_for() its reader.  The catalogues have `format`
 * without a mark.
 */
void language_classic(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Writes the text, then blanks up to so many columns: a Chinese character takes two.  At least as
 * many as it takes.
 */
void language_put_column(FILE *to, const char *text, int columns);

#define _(text) language_of(text)
