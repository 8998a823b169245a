/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/pppd_words.h"

#include "language/language.h"

struct pppd_words pppd_words_of(const char *text, size_t length)
{
	return (struct pppd_words){ .next = text, .end = text + length, .line = 1 };
}

static int take(struct pppd_words *w)
{
	if (w->next == w->end)
		return -1;
	if (*w->next == '\n')
		w->line++;
	return (unsigned char)*w->next++;
}

static int peek(const struct pppd_words *w)
{
	return w->next == w->end ? -1 : (unsigned char)*w->next;
}

bool pppd_words_end(const struct pppd_words *w)
{
	return peek(w) < 0;
}

static bool is_space(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void pppd_words_skip_line(struct pppd_words *w)
{
	while (peek(w) >= 0 && peek(w) != '\n')
		take(w);
}

static void skip_to_word(struct pppd_words *w)
{
	while (is_space(peek(w)) || peek(w) == '#') {
		if (peek(w) == '#')
			pppd_words_skip_line(w);
		else
			take(w);
	}
}

bool pppd_words_take(struct pppd_words *w, char *word, size_t size)
{
	skip_to_word(w);
	w->word_line = w->line;
	w->wrong = NULL;
	if (peek(w) < 0)
		return false;
	size_t length = 0;
	int quote = 0;
	while (peek(w) >= 0 && (quote || !is_space(peek(w)))) {
		int c = take(w);
		if (c == quote || (!quote && (c == '"' || c == '\''))) {
			quote = quote ? 0 : c;
			continue;
		}
		if (c == '\\' && peek(w) >= 0) {
			c = take(w);
			if (c == '\n')
				continue; /* a joined line */
		}
		if (c == '\0' || length == size - 1) {
			w->wrong = N_("a word is too long, or not text");
			pppd_words_skip_line(w);
			return false;
		}
		word[length++] = (char)c;
	}
	word[length] = '\0';
	if (quote)
		w->wrong = N_("a quote is not closed");
	return !quote;
}
