/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "config/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/words.h"

/* Whole words end up in `bytes`: none is longer than what stands for it in the file. */
struct secrets {
	struct secret *entries;
	size_t count, capacity;
	uint8_t *bytes;
	size_t used, size;
};

/*
 * One word: `quoted` if any part of it was, so that "*" is a name and * is everybody.  Its bytes
 * are cut at SECRET_WORD_MAX, `too_long` then.
 */
struct word {
	uint8_t bytes[SECRET_WORD_MAX];
	size_t length;
	bool quoted, too_long;
};

struct scanner {
	struct reader text;
	unsigned line; /* from 1 */
	const char *path;
	secrets_complain *complain;
	void *context;
};

static void complain(const struct scanner *s, unsigned line, const char *what)
{
	struct secrets_problem problem = { s->path, line, what };
	if (s->complain)
		s->complain(s->context, &problem);
}

static int peek(const struct scanner *s)
{
	struct reader ahead = s->text;
	return ahead.left > 0 ? reader_u8(&ahead) : -1;
}

static int take(struct scanner *s)
{
	if (s->text.left == 0)
		return -1;
	int c = reader_u8(&s->text);
	if (c == '\n')
		s->line++;
	return c;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void append(struct word *word, int c)
{
	if (word->length == sizeof(word->bytes))
		word->too_long = true;
	else
		word->bytes[word->length++] = (uint8_t)c;
}

static int digit_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

static int take_number(struct scanner *s, int base, unsigned digits)
{
	int value = 0;
	for (unsigned i = 0; i < digits && digit_value(peek(s)) < base; i++)
		value = value * base + digit_value(take(s));
	return value & 0xff;
}

/* After a backslash. */
static void take_escape(struct scanner *s, struct word *word)
{
	static const char escapes[] = "a\ab\bf\fn\nr\rs t\tv\v";
	int c = peek(s);
	if (c >= '0' && c <= '7') {
		append(word, take_number(s, 8, 3));
		return;
	}
	c = take(s);
	if (c < 0 || c == '\n')
		return; /* a joined line */
	if (c == 'x' && digit_value(peek(s)) < 16) {
		append(word, take_number(s, 16, 2));
		return;
	}
	for (size_t i = 0; i + 1 < sizeof(escapes); i += 2) {
		if (escapes[i] == c) {
			append(word, escapes[i + 1]);
			return;
		}
	}
	append(word, c);
}

/* A quote that is not closed ends with the file, as the reader of pppd has it. */
static void take_quoted(struct scanner *s, struct word *word, int quote)
{
	word->quoted = true;
	for (int c = take(s); c >= 0 && c != quote; c = take(s)) {
		if (c == '\\')
			take_escape(s, word);
		else
			append(word, c);
	}
}

/* Blanks, and joined lines between words. */
static void skip_blanks(struct scanner *s)
{
	for (;;) {
		struct reader ahead = s->text;
		bool joined = reader_u8(&ahead) == '\\' && reader_u8(&ahead) == '\n';
		if (!joined && !is_blank(peek(s)))
			return;
		take(s);
		if (joined)
			take(s);
	}
}

/* Takes the next word of this line; false at its end. */
static bool take_word(struct scanner *s, struct word *word)
{
	skip_blanks(s);
	if (peek(s) == '#')
		while (peek(s) >= 0 && peek(s) != '\n')
			take(s);
	if (peek(s) < 0 || peek(s) == '\n')
		return false;
	word->length = 0;
	word->quoted = word->too_long = false;
	while (peek(s) >= 0 && peek(s) != '\n' && !is_blank(peek(s))) {
		int c = take(s);
		if (c == '"' || c == '\'')
			take_quoted(s, word, c);
		else if (c == '\\')
			take_escape(s, word);
		else
			append(word, c);
	}
	return true;
}

static struct bytes word_bytes(const struct word *word)
{
	return bytes_of(word->bytes, word->length);
}

static bool word_is(const struct word *word, const char *text)
{
	return !word->quoted && bytes_equal(word_bytes(word), bytes_of_text(text));
}

/* A decimal number up to `most`; false if there is none. */
static bool read_number(struct reader *r, uint32_t most, uint32_t *ret_number)
{
	uint32_t number = 0;
	unsigned digits = 0;
	for (struct reader ahead = *r; ahead.left > 0; *r = ahead) {
		int value = digit_value(reader_u8(&ahead));
		if (value > 9)
			break;
		number = number * 10 + (uint32_t)value;
		if (++digits > 3 || number > most)
			return false;
	}
	*ret_number = number;
	return digits > 0;
}

/* [!]a.b.c.d[/length] */
static bool read_rule(struct bytes word, struct secret_rule *ret_rule)
{
	struct reader r = reader_of(word), ahead = r;
	struct secret_rule rule = { 0, 32, false };
	if (reader_u8(&ahead) == '!') {
		rule.refuse = true;
		r = ahead;
	}
	for (unsigned i = 0; i < 4; i++) {
		uint32_t part;
		if ((i > 0 && reader_u8(&r) != '.') || !read_number(&r, 255, &part))
			return false;
		rule.prefix = rule.prefix << 8 | part;
	}
	uint32_t length = 32;
	if (r.left > 0 && (reader_u8(&r) != '/' || !read_number(&r, 32, &length)))
		return false;
	if (r.left > 0 || r.failed)
		return false;
	rule.length = (uint8_t)length;
	*ret_rule = rule;
	return true;
}

/* What can't be understood fits nothing: pppd, too, goes on without a name it can't resolve. */
static void take_addresses(struct scanner *s, struct secret *entry, struct word *word)
{
	entry->any_address = true;
	bool ended = false;
	unsigned line = s->line;
	while (take_word(s, word)) {
		struct secret_rule rule = { 0, 0, false };
		if (ended || word_is(word, "--")) {
			ended = true;
			continue;
		}
		entry->any_address = false;
		if (word_is(word, "-"))
			rule.refuse = true;
		else if (!word_is(word, "*") && !read_rule(word_bytes(word), &rule)) {
			complain(s, line, N_("neither an IPv4 address nor a prefix: fits nobody"));
			continue;
		}
		if (entry->rule_count < SECRET_RULES_MAX)
			entry->rules[entry->rule_count++] = rule;
		else
			complain(s, line, N_("too many addresses: the rest is ignored"));
	}
}

static void keep(struct secrets *secrets, const struct word *word, struct bytes *ret_bytes)
{
	uint8_t *to = secrets->bytes + secrets->used;
	size_t length = word->length;
	if (length > secrets->size - secrets->used)
		length = secrets->size - secrets->used; /* never: see struct secrets */
	memcpy(to, word->bytes, length);
	secrets->used += length;
	*ret_bytes = bytes_of(to, length);
}

static ssize_t read_file(const char *path, uint8_t *to, size_t capacity)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (descriptor < 0)
		return -errno;
	size_t length = 0;
	ssize_t result;
	for (;;) {
		result = read(descriptor, to + length, capacity - length);
		if (result < 0 && errno == EINTR)
			continue;
		if (result <= 0)
			break;
		length += (size_t)result;
		if (length == capacity)
			break;
	}
	int error = errno;
	close(descriptor);
	if (result < 0)
		return -error;
	return (ssize_t)length;
}

/* `word` is "@/path"; replaced by the first word of that file. */
static bool follow(struct word *word)
{
	char path[SECRET_WORD_MAX + 1];
	uint8_t text[4 * SECRET_WORD_MAX];
	memcpy(path, word->bytes + 1, word->length - 1);
	path[word->length - 1] = '\0';
	ssize_t length = read_file(path, text, sizeof(text));
	if (length < 0)
		return false;
	struct scanner s = { .text = reader_of(bytes_of(text, (size_t)length)), .line = 1 };
	bool found = take_word(&s, word) && !word->too_long;
	explicit_bzero(text, sizeof(text));
	return found;
}

/*
 * The first pass counts what the second will need, so that secrets are never copied about in
 * memory that grows.  Here: a line of the file, up to its newline.
 */
static bool take_line(struct scanner *s, struct secrets *secrets, bool follow_files,
		      struct word *word)
{
	struct secret entry = { 0 };
	unsigned line = s->line;
	struct bytes *const parts[] = { &entry.client, &entry.server, &entry.secret };
	bool good = true;
	size_t before = secrets->used;
	for (unsigned i = 0; i < 3; i++) {
		if (!take_word(s, word)) {
			if (i > 0)
				complain(s, line, N_("client, server and secret are needed"));
			good = false;
			break;
		}
		if (i == 0)
			entry.any_client = word_is(word, "*");
		if (i == 1)
			entry.any_server = word_is(word, "*");
		if (i == 2 && !word->quoted && word->length > 1 && word->bytes[0] == '@' &&
		    word->bytes[1] == '/' && !(follow_files && follow(word))) {
			complain(s, line, N_("the file of the secret can't be read"));
			good = false;
		}
		if (word->too_long) {
			complain(s, line, N_("a word is longer than 255 bytes"));
			good = false;
		}
		keep(secrets, word, parts[i]);
	}
	take_addresses(s, &entry, word);
	if (good && secrets->count < secrets->capacity)
		secrets->entries[secrets->count++] = entry;
	else
		secrets->used = before;
	return take(s) >= 0;
}

static struct secrets *make_secrets(struct bytes text)
{
	size_t lines = 1, files = 0;
	for (struct reader r = reader_of(text); r.left > 0;) {
		uint8_t c = reader_u8(&r);
		lines += c == '\n';
		files += c == '@';
	}
	struct secrets *secrets = calloc(1, sizeof(*secrets));
	if (!secrets)
		return NULL;
	secrets->capacity = lines;
	secrets->size = text.length + files * SECRET_WORD_MAX;
	secrets->entries = calloc(lines, sizeof(*secrets->entries));
	secrets->bytes = malloc(secrets->size + 1);
	if (!secrets->entries || !secrets->bytes) {
		secrets_free(secrets);
		return NULL;
	}
	return secrets;
}

static struct secrets *parse(struct bytes text, const char *path, bool follow_files,
			     secrets_complain *complain_to, void *context)
{
	struct secrets *secrets = make_secrets(text);
	if (!secrets)
		return NULL;
	struct scanner s = {
		.text = reader_of(text),
		.line = 1,
		.path = path,
		.complain = complain_to,
		.context = context,
	};
	struct word word;
	while (take_line(&s, secrets, follow_files, &word))
		continue;
	explicit_bzero(&word, sizeof(word));
	return secrets;
}

struct secrets *secrets_parse(struct bytes text, const char *path, secrets_complain *complain_to,
			      void *context)
{
	return parse(text, path, false, complain_to, context);
}

int secrets_load(const char *path, secrets_complain *complain_to, void *context,
		 struct secrets **ret_secrets)
{
	uint8_t *text = malloc(SECRETS_FILE_MAX);
	if (!text)
		return -ENOMEM;
	ssize_t length = read_file(path, text, SECRETS_FILE_MAX);
	int result = length < 0 ? (int)length : 0;
	if (length == SECRETS_FILE_MAX)
		result = -EFBIG;
	if (result == 0) {
		struct secrets *secrets =
			parse(bytes_of(text, (size_t)length), path, true, complain_to, context);
		if (secrets)
			*ret_secrets = secrets;
		else
			result = -ENOMEM;
	}
	if (length > 0)
		explicit_bzero(text, (size_t)length);
	free(text);
	return result;
}

void secrets_free(struct secrets *secrets)
{
	if (!secrets)
		return;
	if (secrets->bytes)
		explicit_bzero(secrets->bytes, secrets->size);
	free(secrets->bytes);
	free(secrets->entries);
	free(secrets);
}

const struct secret *secrets_find(const struct secrets *secrets, struct bytes client,
				  struct bytes server)
{
	const struct secret *best = NULL;
	int best_fit = -1;
	for (size_t i = 0; i < secrets_count(secrets); i++) {
		const struct secret *entry = &secrets->entries[i];
		if (!entry->any_client && !bytes_equal(entry->client, client))
			continue;
		if (!entry->any_server && !bytes_equal(entry->server, server))
			continue;
		int fit = (entry->any_client ? 0 : 1) + (entry->any_server ? 0 : 2);
		if (fit > best_fit) {
			best = entry;
			best_fit = fit;
		}
	}
	return best;
}

size_t secrets_count(const struct secrets *secrets)
{
	return secrets ? secrets->count : 0;
}

const struct secret *secrets_at(const struct secrets *secrets, size_t index)
{
	return &secrets->entries[index];
}

bool secret_allows(const struct secret *secret, uint32_t address)
{
	for (unsigned i = 0; i < secret->rule_count; i++) {
		const struct secret_rule *rule = &secret->rules[i];
		uint32_t mask = rule->length == 0 ? 0 : UINT32_MAX << (32 - rule->length);
		if (((address ^ rule->prefix) & mask) == 0)
			return !rule->refuse;
	}
	return secret->any_address;
}

uint32_t secret_fixed_address(const struct secret *secret)
{
	const struct secret_rule *first = secret->rules;
	bool single = secret->rule_count > 0 && first->length == 32 && !first->refuse;
	return single ? first->prefix : 0;
}
