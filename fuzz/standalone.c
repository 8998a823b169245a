/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target once over every file named, or found in a folder named; and over the empty
 * input.  No fuzzer is needed, so a corpus is a normal test with every compiler.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define INPUT_SIZE_MAX (1u << 20)
#define PATH_SIZE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input is a block of just its own size, so that valgrind or ASan sees a read beyond it. */
static void run_bytes(const uint8_t *bytes, size_t size)
{
	uint8_t *input = malloc(size > 0 ? size : 1);
	if (!input)
		abort();
	if (size > 0)
		memcpy(input, bytes, size);
	LLVMFuzzerTestOneInput(input, size);
	free(input);
}

static int run_file(const char *path, uint8_t *buffer)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		return -1;
	}
	size_t size = fread(buffer, 1, INPUT_SIZE_MAX, file);
	fclose(file);
	/* The name stands in the log if this input crashes the target. */
	fprintf(stderr, "%s\n", path);
	run_bytes(buffer, size);
	return 1;
}

/* Returns how many inputs were run, or -1; a folder that is not there holds none. */
static int run_path(const char *path, uint8_t *buffer)
{
	struct stat status;
	if (stat(path, &status) < 0)
		return 0;
	if (!S_ISDIR(status.st_mode))
		return run_file(path, buffer);
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	int inputs = count < 0 ? -1 : 0;
	for (int i = 0; i < count; i++) {
		char name[PATH_SIZE];
		int length = snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && inputs >= 0 && length < PATH_SIZE)
			inputs = run_file(name, buffer) < 0 ? -1 : inputs + 1;
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return inputs;
}

int main(int argc, char **argv)
{
	uint8_t *buffer = calloc(1, INPUT_SIZE_MAX);
	if (!buffer)
		return EXIT_FAILURE;
	int total = 0, result = EXIT_SUCCESS;
	run_bytes(buffer, 0);
	for (int i = 1; i < argc; i++) {
		int inputs = run_path(argv[i], buffer);
		if (inputs < 0)
			result = EXIT_FAILURE;
		else
			total += inputs;
	}
	free(buffer);
	printf("%d inputs\n", total);
	return result;
}
