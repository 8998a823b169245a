/* SPDX-License-Identifier: BSD-2-Clause */
/* The resolver's plain file: what is kept, written and put back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "linux/file.h"
#include "linux/resolver.h"

static const struct resolver_servers servers = { { "9.9.9.9", "149.112.112.112" } };
static const struct resolver_servers others = { { "192.0.2.1", "" } };

#define TURNS 200 /* of each of two lines */

struct place {
	char folder[64], file[96], kept[96], other_kept[96];
	struct resolver_paths paths, other; /* of two lines */
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	assert_non_null(p);
	snprintf(p->folder, sizeof(p->folder), "/tmp/test_resolver.XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->file, sizeof(p->file), "%s/resolv.conf", p->folder);
	snprintf(p->kept, sizeof(p->kept), "%s/ppp0.resolv", p->folder);
	snprintf(p->other_kept, sizeof(p->other_kept), "%s/ppp1.resolv", p->folder);
	p->paths = (struct resolver_paths){ p->file, { p->folder, "/nonexistent" }, "ppp0" };
	p->other = (struct resolver_paths){ p->file, { p->folder, "/nonexistent" }, "ppp1" };
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	unlink(p->file);
	unlink(p->kept);
	unlink(p->other_kept);
	assert_int_equal(rmdir(p->folder), 0); /* and no draft is left */
	free(p);
	return 0;
}

static void put(const char *path, const char *text)
{
	assert_int_equal(file_replace(path, 0640, text, strlen(text)), 0);
}

static void assert_text(const char *path, const char *wanted)
{
	char text[1024];
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	assert_in_range(length, 0, sizeof(text) - 1);
	text[length] = '\0';
	assert_string_equal(text, wanted);
}

static bool contains(const char *path, const char *part)
{
	char text[1024];
	ssize_t length = file_read(path, text, sizeof(text) - 1);
	if (length < 0)
		return false;
	text[length] = '\0';
	return strstr(text, part) != NULL;
}

static void write_ours(const struct resolver_paths *paths, const struct resolver_servers *addresses)
{
	struct resolver_where where;
	assert_int_equal(resolver_file_write(paths, addresses, &where), 0);
}

static enum resolver_restored restore(const struct resolver_paths *paths)
{
	struct resolver_where where;
	enum resolver_restored restored = RESOLVER_NOTHING_KEPT;
	assert_int_equal(resolver_file_restore(paths, &restored, &where), 0);
	return restored;
}

static void a_file(void **state)
{
	const struct place *p = *state;
	static const char former[] = "nameserver 192.0.2.53\nsearch a.test b.test\n"
				     "searching\ndomain\toptions";
	put(p->file, former);
	write_ours(&p->paths, &servers);
	assert_true(contains(p->file,
			     "\nsearch a.test b.test\ndomain\toptions\nnameserver 9.9.9.9\n"
			     "nameserver 149.112.112.112\n"));
	assert_false(contains(p->file, "192.0.2.53"));
	assert_false(contains(p->file, "searching"));
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
	assert_text(p->file, former);
	struct stat stat_of;
	assert_int_equal(stat(p->file, &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 07777, 0640);
	assert_int_equal(access(p->kept, F_OK), -1);
	assert_int_equal(restore(&p->paths), RESOLVER_NOTHING_KEPT);
}

static void no_file(void **state)
{
	const struct place *p = *state;
	write_ours(&p->paths, &servers);
	assert_true(contains(p->file, "nameserver 9.9.9.9"));
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
	assert_int_equal(access(p->file, F_OK), -1);
}

static void links(void **state)
{
	const struct place *p = *state;
	char target[128], read[128] = { 0 };
	snprintf(target, sizeof(target), "%s/target", p->folder);
	put(target, "former\n");
	assert_int_equal(symlink("target", p->file), 0);
	write_ours(&p->paths, &servers);
	assert_true(contains(target, "nameserver 9.9.9.9"));
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
	assert_text(target, "former\n");
	unlink(target);

	unlink(p->file);
	assert_int_equal(symlink("nowhere/target", p->file), 0);
	write_ours(&p->paths, &servers);
	assert_int_equal(readlink(p->file, read, sizeof(read)), -1);
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
	assert_int_equal(readlink(p->file, read, sizeof(read) - 1), strlen("nowhere/target"));
	assert_string_equal(read, "nowhere/target");

	unlink(p->file);
	assert_int_equal(symlink("resolv.conf", p->file), 0); /* round and round */
	write_ours(&p->paths, &servers);
	assert_true(contains(p->file, "nameserver 9.9.9.9"));
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
}

static void changed_by_others(void **state)
{
	const struct place *p = *state;
	put(p->file, "former\n");
	write_ours(&p->paths, &servers);
	put(p->file, "theirs\n");
	assert_int_equal(restore(&p->paths), RESOLVER_CHANGED_BY_OTHERS);
	assert_text(p->file, "theirs\n");
	assert_int_equal(access(p->kept, F_OK), -1);
}

static void written_twice(void **state)
{
	const struct place *p = *state;
	put(p->file, "former\n");
	write_ours(&p->paths, &servers);
	write_ours(&p->paths, &others);
	assert_true(contains(p->file, "nameserver 192.0.2.1\n"));
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
	assert_text(p->file, "former\n");
}

static void two_lines(void **state)
{
	const struct place *p = *state;
	put(p->file, "former\n");
	write_ours(&p->paths, &servers);
	write_ours(&p->other, &others);
	assert_int_equal(restore(&p->paths), RESOLVER_HANDED_ON);
	assert_true(contains(p->file, "nameserver 192.0.2.1\n"));
	assert_int_equal(restore(&p->other), RESOLVER_RESTORED);
	assert_text(p->file, "former\n");

	write_ours(&p->paths, &servers);
	write_ours(&p->other, &others);
	assert_int_equal(restore(&p->other), RESOLVER_RESTORED);
	assert_true(contains(p->file, "nameserver 9.9.9.9\n"));
	assert_int_equal(restore(&p->paths), RESOLVER_RESTORED);
	assert_text(p->file, "former\n");
}

static void come_and_go(const struct resolver_paths *paths, const struct resolver_servers *own)
{
	struct resolver_where where;
	enum resolver_restored restored;
	bool good = true;
	for (unsigned i = 0; i < TURNS && good; i++)
		good = resolver_file_write(paths, own, &where) == 0 &&
		       resolver_file_restore(paths, &restored, &where) == 0;
	_exit(good ? 0 : 1);
}

/* Each a process of its own, in whatever order: what was there before both comes back. */
static void two_lines_at_once(void **state)
{
	const struct place *p = *state;
	put(p->file, "former\n");
	pid_t first = fork();
	if (first == 0)
		come_and_go(&p->paths, &servers);
	pid_t second = fork();
	if (second == 0)
		come_and_go(&p->other, &others);
	int status;
	assert_int_equal(waitpid(first, &status, 0), first);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(second, &status, 0), second);
	assert_int_equal(status, 0);
	assert_text(p->file, "former\n");
	assert_int_equal(access(p->kept, F_OK), -1);
	assert_int_equal(access(p->other_kept, F_OK), -1);
}

/* A kept file that is cut anywhere, or has a byte changed in its head, is not used. */
static void kept_file_is_not_trusted(void **state)
{
	const struct place *p = *state;
	static char whole[4096], text[4096];
	put(p->file, "former\n");
	write_ours(&p->paths, &servers);
	ssize_t length = file_read(p->kept, whole, sizeof(whole));
	assert_in_range(length, 1, sizeof(whole));
	for (ssize_t cut = 0; cut < length; cut += 3) {
		assert_int_equal(file_replace(p->kept, 0600, whole, (size_t)cut), 0);
		assert_int_equal(restore(&p->paths), RESOLVER_NOTHING_KEPT);
		assert_true(contains(p->file, "nameserver 9.9.9.9"));
	}
	static const char *const wrong[] = { "path=resolv.conf\n", "kind=device\n", "mode=99999\n",
					     "former=-1\n", "ours=18446744073709551615\n" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *from = whole;
		for (size_t line = 0; line < i; line++)
			from = strchr(from, '\n') + 1;
		const char *rest = strchr(from, '\n') + 1;
		int made = snprintf(text, sizeof(text), "%.*s%s%.*s", (int)(from - whole), whole,
				    wrong[i], (int)(whole + length - rest), rest);
		assert_int_equal(file_replace(p->kept, 0600, text, (size_t)made), 0);
		assert_int_equal(restore(&p->paths), RESOLVER_NOTHING_KEPT);
	}
}

static void errors_name_the_file(void **state)
{
	const struct place *p = *state;
	struct resolver_where where;
	struct resolver_paths paths = p->paths;
	paths.folders[0] = "/nonexistent";
	put(p->file, "former\n");
	assert_int_equal(resolver_file_write(&paths, &servers, &where), -ENOENT);
	assert_string_equal(where.path, "/nonexistent");
	assert_text(p->file, "former\n"); /* with no way back it is not touched */

	paths = p->paths;
	paths.file = "/proc/version"; /* no file can be made beside it */
	assert_true(resolver_file_write(&paths, &servers, &where) < 0);
	assert_string_equal(where.path, "/proc/version");
	assert_int_equal(access(p->kept, F_OK), -1);
}

static void formats(void **state)
{
	(void)state;
	char text[128];
	const struct resolver_servers none = { { "", NULL } }, second = { { "", "1.2.3.4" } },
				      twice = { { "1.2.3.4", "1.2.3.4" } },
				      both = { { "2620:fe::9", "9.9.9.9" } };
	assert_int_equal(resolver_format(&none, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	resolver_format(&second, text, sizeof(text));
	assert_string_equal(text, "nameserver 1.2.3.4\n");
	resolver_format(&twice, text, sizeof(text));
	assert_string_equal(text, "nameserver 1.2.3.4\n");
	resolver_format(&both, text, sizeof(text));
	assert_string_equal(text, "nameserver 2620:fe::9\nnameserver 9.9.9.9\n");
	assert_int_equal(resolver_format(&servers, text, 10),
			 0); /* no room: none, not half of one */
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changed_by_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(written_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_lines_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(kept_file_is_not_trusted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_name_the_file, set_up, tear_down),
		cmocka_unit_test(formats),
	};
	return cmocka_run_group_tests_name("resolver", tests, NULL, NULL);
}
