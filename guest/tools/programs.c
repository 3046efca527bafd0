#include "programs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define BLKID "/usr/sbin/blkid"
#define SFDISK "/usr/sbin/sfdisk"
#define BLKID_NOTHING 2
#define OUTPUT_LIMIT 65536

bool programs_are_shown;

static void show(char *const arguments[])
{
	if (!programs_are_shown)
		return;
	for (size_t i = 0; arguments[i] != NULL; i++)
		printf("%s%s", i > 0 ? " " : "+ ", arguments[i]);
	puts("");
	fflush(stdout);
}

// Starts a program with an input, or none (-1), and its output and errors, or only its output, in a pipe, and reads
// that. Returns its status.
static int run(char *const arguments[], int in, bool errors, struct buffer *out)
{
	int ends[2];
	show(arguments);
	buffer_append(out, "", 0);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return 127;
	pid_t pid = start_program(arguments[0], arguments, in, ends[1], errors ? ends[1] : STDERR_FILENO);
	close(ends[1]);
	char block[4096];
	ssize_t got;
	while ((got = read(ends[0], block, sizeof block)) > 0 || (got < 0 && errno == EINTR))
		if (got > 0 && out->size + (size_t)got <= OUTPUT_LIMIT)
			buffer_append(out, block, (size_t)got);
	close(ends[0]);
	return pid < 0 ? 127 : wait_for(pid);
}

int run_fed(char *const arguments[], const char *input)
{
	int ends[2] = {-1, -1};
	if (input != NULL && (pipe2(ends, O_CLOEXEC) != 0 || !write_all(ends[1], input, strlen(input))))
		fatal("cannot give %s its input: %s", arguments[0], strerror(errno));
	if (ends[1] >= 0)
		close(ends[1]);
	struct buffer said = {0};
	int status = run(arguments, ends[0], true, &said);
	if (ends[0] >= 0)
		close(ends[0]);
	if (status != 0 || programs_are_shown)
		(void)write_all(STDERR_FILENO, said.data, said.size);
	buffer_free(&said);
	return status;
}

bool succeeds(char *const arguments[])
{
	int status = run_fed(arguments, NULL);
	if (status != 0)
		say("%s exited with status %d", arguments[0], status);
	return status == 0;
}

int run_read(char *const arguments[], struct buffer *out)
{
	return run(arguments, -1, false, out);
}

enum contents device_contents(const char *device)
{
	struct buffer found = {0};
	int status = run_read((char *[]){BLKID, "-p", (char *)device, NULL}, &found);
	buffer_free(&found);
	if (status != 0 && status != BLKID_NOTHING && status != 8) { // 8: of two kinds at the same time
		say("%s: blkid exited with status %d", device, status);
		return CONTENTS_UNKNOWN;
	}
	if (status != BLKID_NOTHING)
		return CONTENTS_SOME;
	// blkid does not see a table without entries.
	struct buffer table = {0};
	status = run((char *[]){SFDISK, "--dump", (char *)device, NULL}, -1, true, &table);
	buffer_free(&table);
	if (status == 127) {
		say("cannot run sfdisk");
		return CONTENTS_UNKNOWN;
	}
	return status == 0 ? CONTENTS_SOME : CONTENTS_NONE;
}

char *probed(const char *device, const char *key)
{
	struct buffer found = {0};
	if (run_read((char *[]){BLKID, "-p", "-o", "value", "-s", (char *)key, (char *)device, NULL}, &found) != 0)
		found.data[0] = '\0';
	char *value = copy_text(trim(found.data));
	buffer_free(&found);
	return value;
}

bool is_linux_partition(const char *device)
{
	char *type = probed(device, "PART_ENTRY_TYPE");
	bool is = strcmp(type, "0x83") == 0 || strcasecmp(type, "0fc63daf-8483-4772-8e79-3d69d8477de4") == 0;
	free(type);
	return is;
}
