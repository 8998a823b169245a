/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/address_pool.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language/language.h"

#define LINE_MAX_LENGTH 64

static bool parse_line(char *line, struct address_range *ret_range)
{
	struct in_addr address;
	unsigned long last;
	char *end, *dash = strchr(line, '-');
	if (dash)
		*dash = '\0';
	if (inet_pton(AF_INET, line, &address) != 1 || address.s_addr == 0)
		return false;
	ret_range->first = ntohl(address.s_addr);
	ret_range->count = 1;
	if (!dash)
		return true;
	last = strtoul(dash + 1, &end, 10);
	if (dash[1] < '0' || dash[1] > '9' || *end != '\0' || last > 255 ||
	    last < (ret_range->first & 0xff))
		return false;
	ret_range->count = (uint32_t)last - (ret_range->first & 0xff) + 1;
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct address_range *x = a, *y = b;
	return x->first < y->first ? -1 : x->first > y->first;
}

static void join(struct address_pool *pool)
{
	size_t kept = 0;
	qsort(pool->range, pool->ranges, sizeof(*pool->range), compare);
	for (size_t i = 0; i < pool->ranges; i++) {
		const struct address_range *next = &pool->range[i];
		struct address_range *last = kept > 0 ? &pool->range[kept - 1] : NULL;
		if (last && next->first <= last->first + last->count) {
			uint32_t end = next->first + next->count;
			if (end > last->first + last->count)
				last->count = end - last->first;
		} else {
			pool->range[kept++] = *next;
		}
	}
	pool->ranges = kept;
	for (size_t i = 0; i < kept; i++)
		pool->count += pool->range[i].count;
}

/* A line without what stands around it; false if it is too long to be one. */
static bool trim(const char *from, size_t length, char to[LINE_MAX_LENGTH])
{
	const char *comment = memchr(from, '#', length);
	if (comment)
		length = (size_t)(comment - from);
	while (length > 0 && strchr(" \t\r", from[length - 1]))
		length--;
	while (length > 0 && strchr(" \t", *from)) {
		from++;
		length--;
	}
	if (length >= LINE_MAX_LENGTH || memchr(from, '\0', length))
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static size_t count_lines(const char *text, size_t length)
{
	size_t lines = 1;
	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

bool address_pool_parse(const char *text, size_t length, struct address_pool *ret_pool,
			struct address_pool_problem *ret_problem)
{
	struct address_pool pool = { .range = calloc(count_lines(text, length),
						     sizeof(*pool.range)) };
	const char *end = text + length;
	*ret_problem = (struct address_pool_problem){ 0, N_("no memory") };
	for (unsigned line = 1; pool.range && text < end; line++) {
		char word[LINE_MAX_LENGTH];
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t here = (size_t)((stop ? stop : end) - text);
		if (!trim(text, here, word) ||
		    (word[0] != '\0' && !parse_line(word, &pool.range[pool.ranges]))) {
			*ret_problem = (struct address_pool_problem){
				line, N_("neither an IPv4 address nor a range a.b.c.d-e")
			};
			address_pool_free(&pool);
			return false;
		}
		pool.ranges += word[0] != '\0';
		text += here + (stop != NULL);
	}
	if (pool.range && pool.ranges > 0) {
		join(&pool);
		*ret_pool = pool;
		return true;
	}
	if (pool.range)
		ret_problem->what = N_("no address in it");
	address_pool_free(&pool);
	return false;
}

void address_pool_free(struct address_pool *pool)
{
	free(pool->range);
	*pool = (struct address_pool){ .range = NULL };
}
