// Runs a target once on the empty input and on each file named on the command line.
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

static void run(const struct buffer *content)
{
	// A block of exactly this size lets the sanitizer detect reads beyond the end.
	uint8_t *data = malloc(content->size);
	if (content->size > 0)
		memcpy(data, content->data, content->size);
	(void)LLVMFuzzerTestOneInput(data, content->size);
	free(data);
}

static bool read_seed(const char *path, struct buffer *out)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	char block[4096];
	for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
		buffer_append(out, block, got);
	return fclose(file) == 0;
}

int main(int count, char **arguments)
{
	run(&(struct buffer){0});
	for (int i = 1; i < count; i++) {
		struct buffer content = {0};
		if (!read_seed(arguments[i], &content)) {
			perror(arguments[i]);
			return 1;
		}
		fprintf(stderr, "seed: %s\n", arguments[i]); // after a failure, the last line names the seed
		run(&content);
		buffer_free(&content);
	}
	return 0;
}
