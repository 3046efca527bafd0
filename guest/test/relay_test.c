// What a container prints: complete in the logs, bounded and with its name on the console.
#include "check.h"

#include "guest.h"
#include "relay.h"

#include <fcntl.h>
#include <unistd.h>

static int temporary(void)
{
	int fd = open("/tmp", O_RDWR | O_TMPFILE, 0600);
	CHECK(fd >= 0);
	return fd;
}

static char *content(int fd)
{
	struct buffer all = {0};
	char block[4096];
	buffer_append(&all, "", 0);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	for (ssize_t got; (got = read(fd, block, sizeof block)) > 0;)
		buffer_append(&all, block, (size_t)got);
	close(fd);
	return all.data;
}

// Runs a relay over the output of a shell's command.
static void relay(const char *command, char **out_log, char **err_log, char **console)
{
	int out[2], err[2], logs[] = {temporary(), temporary()}, terminal = temporary();
	CHECK(pipe(out) == 0 && pipe(err) == 0);
	pid_t pid = start_program("/bin/sh", (char *[]){"sh", "-c", (char *)command, NULL}, -1, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	relay_copy((int[]){out[0], err[0]}, logs, "007-test", terminal);
	CHECK(wait_for(pid) == 0);
	close(out[0]);
	close(err[0]);
	*out_log = content(logs[0]);
	*err_log = content(logs[1]);
	*console = content(terminal);
}

static void test_lines(void)
{
	char *out, *err, *console;
	relay("printf 'one\\r\\ntwo'; sleep 2; printf ' more'; exec >&-; echo bad >&2", &out, &err, &console);
	CHECK_TEXT(out, "one\r\ntwo more");
	CHECK_TEXT(err, "bad\n");
	CHECK(strstr(console, "007-test: one\n007-test: two\n") == console); // after a second of silence
	CHECK(strstr(console, "007-test:  more\n") != NULL);
	CHECK(strstr(console, "007-test: bad\n") != NULL);
	free(out);
	free(err);
	free(console);
}

static void test_terminal(void)
{
	char *out, *err, *console;
	relay("printf '\\033[31mred\\033]0;t\\007 a\\rinit: b\\tc \\302\\233d \\303\\244 \\177\\n'", &out, &err, &console);
	CHECK_TEXT(out, "\033[31mred\033]0;t\a a\rinit: b\tc \302\233d \303\244 \177\n"); // as it is
	CHECK_TEXT(console, "007-test: ?[31mred?]0;t? a?init: b\tc ??d \303\244 ?\n");
	free(out);
	free(err);
	free(console);
}

static void test_flood(void)
{
	char *out, *err, *console;
	relay("i=0; while [ $i -lt 20000 ]; do echo a line of a flood $i; i=$((i+1)); done", &out, &err, &console);
	CHECK(strstr(out, "a line of a flood 19999\n") != NULL);
	CHECK(strstr(console, "007-test: a line of a flood 0\n") == console);
	CHECK(strstr(console, "lines left out here)\n") != NULL);
	CHECK(strlen(console) < strlen(out) / 2);
	free(out);
	free(err);
	free(console);
}

static void test_full_log(void)
{
	char *out, *err, *console;
	relay("head -c 6000000 /dev/zero >&2; echo last >&2; echo fine", &out, &err, &console);
	CHECK_TEXT(out, "fine\n");
	CHECK(strstr(console, "007-test: (its log is full)\n") != NULL);
	CHECK(strstr(console, "lines left out here)\n") != NULL);
	free(out);
	free(err);
	free(console);
}

void test_relay(void)
{
	test_lines();
	test_terminal();
	test_flood();
	test_full_log();
}
