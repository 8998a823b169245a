/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The words of pppd's options files: between white space or in quotes, a backslash takes the next
 * character literally or joins two lines, `#` at the start of a word begins a comment.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct pppd_words {
	const char *next, *end; /* what is left of the text */
	unsigned line; /* of `next`, from 1 */
	unsigned word_line; /* of the word taken last */
	const char *wrong; /* why there is none; NULL: the end of the file */
};

/* text: borrowed. */
struct pppd_words pppd_words_of(const char *text, size_t length);

/* The next word, over the ends of lines; false at the end, or if something is wrong. */
bool pppd_words_take(struct pppd_words *words, char *word, size_t size);

/* Whether there is anything left. */
bool pppd_words_end(const struct pppd_words *words);

void pppd_words_skip_line(struct pppd_words *words);
