/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "linux/file.h"
#include "program/manage/wanted.h"

/* A folder of the test's own, with the real name of it. */
static int make_folder(void **state)
{
	static char folder[PATH_MAX];
	char draft[] = "/tmp/test_wanted.XXXXXX";
	if (!mkdtemp(draft) || !realpath(draft, folder))
		return -1;
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	char command[PATH_MAX + 16];
	snprintf(command, sizeof(command), "rm -r '%s'", (const char *)*state);
	return system(command);
}

static void in(const char *folder, const char *name, char ret_path[PATH_MAX])
{
	int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
	assert_in_range(length, 1, PATH_MAX - 1);
}

static void put(const char *folder, const char *name, const char *text)
{
	char path[PATH_MAX];
	in(folder, name, path);
	assert_int_equal(file_replace(path, 0644, text, strlen(text)), 0);
}

static void assert_escaped(const char *path, const char *expected)
{
	char name[WANTED_NAME];
	assert_int_equal(wanted_escape(path, name), 0);
	assert_string_equal(name, expected);
}

static void names(void **state)
{
	(void)state;
	assert_escaped("/etc/ppp/pppoe.conf", "etc-ppp-pppoe.conf");
	assert_escaped("/etc/sysconfig/network-scripts/ifcfg-ppp0",
		       "etc-sysconfig-network%2Dscripts-ifcfg%2Dppp0");
	assert_escaped("/.hidden", "%2Ehidden");
	assert_escaped("/a/.b", "a-.b");
	assert_escaped("/100%/a b\n\x7f", "100%25-a%20b%0A%7F");
	assert_escaped("/\xe9\x80\xa3\xe7\xb7\x9a.conf", "\xe9\x80\xa3\xe7\xb7\x9a.conf");
}

static void names_tell_paths_apart(void **state)
{
	(void)state;
	static const char *const paths[] = { "/a/b",	"/a-b", "/a%2Fb", "/a%2Db",
					     "/a%252D", "/a b", "/a%20b", "/.a",
					     "/%2Ea",	"/a.",	"/a/-",	  "/a-/" };
	char name[2][WANTED_NAME];
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		for (size_t j = 0; j < i; j++) {
			assert_int_equal(wanted_escape(paths[i], name[0]), 0);
			assert_int_equal(wanted_escape(paths[j], name[1]), 0);
			assert_string_not_equal(name[0], name[1]);
		}
	}
}

static void paths_without_a_name(void **state)
{
	(void)state;
	char name[WANTED_NAME], path[WANTED_NAME + 2] = "/";
	assert_int_equal(wanted_escape("relative", name), -EINVAL);
	assert_int_equal(wanted_escape("/", name), -EINVAL);
	memset(path + 1, 'x', WANTED_NAME - 1);
	assert_int_equal(wanted_escape(path, name), 0);
	assert_int_equal(strlen(name), WANTED_NAME - 1);
	path[WANTED_NAME] = 'x';
	assert_int_equal(wanted_escape(path, name), -ENAMETOOLONG);
	path[WANTED_NAME] = '\0';
	path[WANTED_NAME - 1] = '-';
	assert_int_equal(wanted_escape(path, name), -ENAMETOOLONG);
}

static void two_paths_of_one_file(void **state)
{
	const char *folder = *state;
	char path[PATH_MAX], alias[PATH_MAX], name[2][WANTED_NAME];
	put(folder, "line.conf", "");
	in(folder, "line.conf", path);
	in(folder, "link.conf", alias);
	assert_int_equal(symlink("line.conf", alias), 0);
	assert_int_equal(wanted_name(path, name[0]), 0);
	assert_int_equal(wanted_name(alias, name[1]), 0);
	assert_string_equal(name[0], name[1]);
	assert_int_equal(unlink(alias), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(wanted_name(path, name[1]), 0); /* it is gone, the line's name is not */
	assert_string_equal(name[0], name[1]);
}

static void said_and_read(void **state)
{
	const char *folder = *state;
	struct wanted w = { .will = WANTED_UP }, r;
	in(folder, "line.conf", w.config);
	wanted_read(folder, w.config, &r);
	assert_int_equal(r.will, WANTED_UNSAID);

	assert_int_equal(wanted_write(folder, &w), 0);
	wanted_read(folder, w.config, &r);
	assert_int_equal(r.will, WANTED_UP);
	assert_string_equal(r.config, w.config);
	assert_string_equal(r.interface, "");

	memcpy(w.interface, "eth0", 5);
	memcpy(w.user, "a user@b", 9);
	assert_int_equal(wanted_write(folder, &w), 0);
	wanted_read(folder, w.config, &r);
	assert_string_equal(r.interface, "eth0");
	assert_string_equal(r.user, "a user@b");

	w.will = WANTED_DOWN;
	w.interface[0] = w.user[0] = '\0';
	assert_int_equal(wanted_write(folder, &w), 0);
	wanted_read(folder, w.config, &r);
	assert_int_equal(r.will, WANTED_DOWN);
	assert_string_equal(r.user, "");
}

static void not_written_twice(void **state)
{
	const char *folder = *state;
	struct wanted w = { .will = WANTED_UP, .config = "/no/where/else" };
	char name[WANTED_NAME], path[PATH_MAX];
	struct stat before, after;
	/* A folder that is not there: no such configuration can be known. */
	assert_int_equal(wanted_write(folder, &w), -ENOENT);
	in(folder, "x", w.config);
	assert_int_equal(wanted_name(w.config, name), 0);
	in(folder, name, path);
	assert_int_equal(wanted_write(folder, &w), 0);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(wanted_write(folder, &w), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void what_cannot_be_said(void **state)
{
	const char *folder = *state;
	struct wanted w = { .will = WANTED_UP, .interface = "eth0", .user = "two\nlines" };
	in(folder, "line.conf", w.config);
	assert_int_equal(wanted_write(folder, &w), -EINVAL);
	w.user[0] = '\0';
	w.will = WANTED_UNSAID;
	assert_int_equal(wanted_write(folder, &w), -EINVAL);
	w.will = WANTED_UP;
	assert_int_equal(wanted_write("/proc/nowhere", &w), -ENOENT);
}

static void what_we_did_not_write(void **state)
{
	const char *folder = *state;
	char config[PATH_MAX], name[WANTED_NAME], text[PATH_MAX + 64];
	in(folder, "line.conf", config);
	assert_int_equal(wanted_name(config, name), 0);
	static const char *const forms[] = { "",
					     "up",
					     "up\n",
					     "up\n%s",
					     "maybe\n%s\n",
					     "UP\n%s\n",
					     "up\n%s\neth0\n",
					     "up\n%s\n\n\n",
					     "up\n%s\na\nb\nc\n",
					     "up \n%s\n",
					     "\n%s\n" };
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *rest = strstr(forms[i], "%s");
		snprintf(text, sizeof(text), "%.*s%s%s",
			 rest ? (int)(rest - forms[i]) : (int)strlen(forms[i]), forms[i],
			 rest ? config : "", rest ? rest + 2 : "");
		put(folder, name, text);
		struct wanted r;
		wanted_read(folder, config, &r);
		if (r.will != WANTED_UNSAID)
			fail_msg("\"%s\" is taken", text);
	}
}

struct seen {
	unsigned count;
	struct wanted last;
};

static void see(void *context, const struct wanted *wanted)
{
	struct seen *seen = context;
	seen->count++;
	seen->last = *wanted;
}

static void all_of_them(void **state)
{
	const char *folder = *state;
	struct wanted w = { .will = WANTED_UP };
	char name[WANTED_NAME], draft[WANTED_NAME + 8], text[PATH_MAX + 8];
	in(folder, "line.conf", w.config);
	assert_int_equal(wanted_write(folder, &w), 0);
	assert_int_equal(wanted_name(w.config, name), 0);
	snprintf(draft, sizeof(draft), "%s.AbCdEf", name); /* as a crash leaves them */
	snprintf(text, sizeof(text), "down\n%s\n", w.config);
	put(folder, draft, text);
	put(folder, "nonsense", "x");
	struct seen seen = { 0 };
	wanted_each(folder, see, &seen);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.last.will, WANTED_UP);
	assert_string_equal(seen.last.config, w.config);
	wanted_each("/proc/nowhere", see, &seen);
	assert_int_equal(seen.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(names_tell_paths_apart),
		cmocka_unit_test(paths_without_a_name),
		cmocka_unit_test_setup_teardown(two_paths_of_one_file, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(said_and_read, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(not_written_twice, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_cannot_be_said, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_we_did_not_write, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(all_of_them, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
