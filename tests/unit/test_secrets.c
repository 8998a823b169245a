/* SPDX-License-Identifier: BSD-2-Clause */
/* The secrets files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/secrets.h"

struct problems {
	unsigned count, lines[16];
	char last[128];
};

static void complain(void *context, const struct secrets_problem *problem)
{
	struct problems *problems = context;
	if (problems->count < 16)
		problems->lines[problems->count] = problem->line;
	problems->count++;
	snprintf(problems->last, sizeof(problems->last), "%s:%u: %s", problem->path, problem->line,
		 problem->what);
}

static struct secrets *parse(const char *text, struct problems *problems)
{
	memset(problems, 0, sizeof(*problems));
	struct secrets *secrets = secrets_parse(bytes_of_text(text), "file", complain, problems);
	assert_non_null(secrets);
	return secrets;
}

static const struct secret *find(const struct secrets *secrets, const char *client,
				 const char *server)
{
	return secrets_find(secrets, bytes_of_text(client), bytes_of_text(server));
}

static void assert_secret(const struct secrets *secrets, const char *client, const char *server,
			  const char *wanted)
{
	const struct secret *found = find(secrets, client, server);
	if (!wanted) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_int_equal(found->secret.length, strlen(wanted));
	assert_memory_equal(found->secret.data, wanted, strlen(wanted));
}

static void words_and_quotes(void **state)
{
	(void)state;
	struct problems problems;
	struct secrets *secrets = parse("# comment\n"
					"\n"
					"   \t\n"
					"plain server secret\n"
					"\"two words\"\t'serv er' \"a # b\" # comment\n"
					"back\\ slash s \\\"x\\\\y\n"
					"escapes s \"\\x41\\101\\t\\s\\q\"\n"
					"hash#inside s x#y\n"
					"joined \\\n s li\\\nne\n"
					"half\"quo ted\"'x y' s z\n"
					"'' s \"\"\n"
					"crlf s secret\r\n"
					"last s end",
					&problems);
	assert_int_equal(problems.count, 0);
	assert_secret(secrets, "plain", "server", "secret");
	assert_secret(secrets, "two words", "serv er", "a # b");
	assert_secret(secrets, "back slash", "s", "\"x\\y");
	assert_secret(secrets, "escapes", "s", "AA\t q");
	assert_secret(secrets, "hash#inside", "s", "x#y");
	assert_secret(secrets, "joined", "s", "line");
	assert_secret(secrets, "halfquo tedx y", "s", "z");
	assert_secret(secrets, "", "s", "");
	assert_secret(secrets, "crlf", "s", "secret");
	assert_secret(secrets, "last", "s", "end");
	assert_secret(secrets, "nobody", "s", NULL);
	assert_int_equal(secrets_count(secrets), 10);
	secrets_free(secrets);
}

static void the_best_line_wins(void **state)
{
	(void)state;
	struct problems problems;
	struct secrets *secrets = parse("* * anybody\n"
					"anna * anna-anywhere\n"
					"* home anybody-home\n"
					"anna home anna-home\n"
					"anna home second\n"
					"\"*\" star quoted\n",
					&problems);
	assert_secret(secrets, "anna", "home", "anna-home");
	assert_secret(secrets, "anna", "away", "anna-anywhere");
	assert_secret(secrets, "bert", "home", "anybody-home");
	assert_secret(secrets, "bert", "away", "anybody");
	assert_secret(secrets, "bert", "star", "anybody");
	assert_secret(secrets, "*", "star", "quoted");
	secrets_free(secrets);
	assert_null(find(NULL, "anna", "home"));
	secrets_free(NULL);
}

static void addresses(void **state)
{
	(void)state;
	struct problems problems;
	struct secrets *secrets = parse("none s x\n"
					"any s x *\n"
					"nowhere s x -\n"
					"fixed s x 10.0.0.7\n"
					"prefix s x !10.1.2.3 10.1.0.0/16\n"
					"two s x 10.0.0.7 10.0.0.8 -- ms-dns 9.9.9.9\n"
					"name s x host.example\n"
					"options s x -- 10.0.0.9\n"
					"all s x 0.0.0.0/0\n",
					&problems);
	assert_int_equal(problems.count, 1);
	assert_string_equal(problems.last,
			    "file:7: neither an IPv4 address nor a prefix: fits nobody");
	assert_true(secret_allows(find(secrets, "none", "s"), 0x01020304));
	assert_true(secret_allows(find(secrets, "any", "s"), 0x01020304));
	assert_int_equal(secret_fixed_address(find(secrets, "any", "s")), 0);
	assert_false(secret_allows(find(secrets, "nowhere", "s"), 0x01020304));
	assert_int_equal(secret_fixed_address(find(secrets, "fixed", "s")), 0x0a000007);
	assert_false(secret_allows(find(secrets, "fixed", "s"), 0x0a000008));
	assert_true(secret_allows(find(secrets, "prefix", "s"), 0x0a010001));
	assert_false(secret_allows(find(secrets, "prefix", "s"), 0x0a010203));
	assert_false(secret_allows(find(secrets, "prefix", "s"), 0x0a020001));
	assert_int_equal(secret_fixed_address(find(secrets, "prefix", "s")), 0);
	assert_int_equal(find(secrets, "two", "s")->rule_count, 2);
	assert_true(secret_allows(find(secrets, "two", "s"), 0x0a000008));
	assert_false(secret_allows(find(secrets, "name", "s"), 0x01020304));
	assert_true(secret_allows(find(secrets, "options", "s"), 0x01020304));
	assert_true(secret_allows(find(secrets, "all", "s"), 0xffffffff));
	secrets_free(secrets);
}

static void bad_addresses(void **state)
{
	static const char *const bad[] = { "10.0.0",	 "10.0.0.256", "10.0.0.1/33", "10.0.0.1/",
					   "10.0.0.1.2", "10..0.1",    "!",	      "1.2.3.4x",
					   "0001.2.3.4", "::1" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct problems problems;
		char line[64];
		snprintf(line, sizeof(line), "c s x %s\n", bad[i]);
		struct secrets *secrets = parse(line, &problems);
		assert_int_equal(problems.count, 1);
		assert_false(secret_allows(find(secrets, "c", "s"), 0x0a000001));
		secrets_free(secrets);
	}
}

static void bad_lines_are_named_and_left_out(void **state)
{
	(void)state;
	struct problems problems;
	char text[1024], word[300];
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	snprintf(text, sizeof(text),
		 "one\none two\n\njoined \\\n\n%s s x\nc s @/etc/passwd\nok s x\n", word);
	struct secrets *secrets = parse(text, &problems);
	assert_int_equal(problems.count, 5);
	const unsigned lines[] = { 1, 2, 4, 6, 7 };
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(problems.lines[i], lines[i]);
	assert_int_equal(secrets_count(secrets), 1);
	assert_secret(secrets, "ok", "s", "x");
	secrets_free(secrets);

	secrets = parse("c s \"never closed\nd s x\n", &problems);
	assert_int_equal(secrets_count(secrets), 1);
	assert_secret(secrets, "c", "s", "never closed\nd s x\n");
	secrets_free(secrets);
}

static void many_rules_are_bounded(void **state)
{
	(void)state;
	struct problems problems;
	struct secrets *secrets = parse("c s x 1.0.0.1 1.0.0.2 1.0.0.3 1.0.0.4 1.0.0.5 1.0.0.6 "
					"1.0.0.7 1.0.0.8 1.0.0.9\n",
					&problems);
	assert_int_equal(problems.count, 1);
	assert_true(secret_allows(find(secrets, "c", "s"), 0x01000008));
	assert_false(secret_allows(find(secrets, "c", "s"), 0x01000009));
	secrets_free(secrets);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void files_are_read_and_followed(void **state)
{
	(void)state;
	char folder[] = "/tmp/dialtone-secrets-XXXXXX", path[64], key[64], text[256];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/chap-secrets", folder);
	snprintf(key, sizeof(key), "%s/key", folder);
	snprintf(text, sizeof(text), "a s @%s\nb s @%s.missing\nc s \"@%s\"\n", key, key, key);
	write_file(path, text);
	write_file(key, "# the key\n");
	struct problems problems = { 0 };
	struct secrets *secrets = NULL;
	assert_int_equal(secrets_load(path, complain, &problems, &secrets), 0);
	assert_int_equal(problems.count, 2); /* no word in the key's first line */
	secrets_free(secrets);

	write_file(key, "'the key' more\n");
	memset(&problems, 0, sizeof(problems));
	assert_int_equal(secrets_load(path, complain, &problems, &secrets), 0);
	assert_int_equal(problems.count, 1);
	assert_secret(secrets, "a", "s", "the key");
	assert_secret(secrets, "b", "s", NULL);
	assert_int_equal(find(secrets, "c", "s")->secret.data[0], '@');
	secrets_free(secrets);

	assert_int_equal(secrets_load(folder, complain, &problems, &secrets), -21); /* EISDIR */
	unlink(key);
	assert_int_equal(secrets_load(key, complain, &problems, &secrets), -2); /* ENOENT */
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_quotes),
		cmocka_unit_test(the_best_line_wins),
		cmocka_unit_test(addresses),
		cmocka_unit_test(bad_addresses),
		cmocka_unit_test(bad_lines_are_named_and_left_out),
		cmocka_unit_test(many_rules_are_bounded),
		cmocka_unit_test(files_are_read_and_followed),
	};
	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
