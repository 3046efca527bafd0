// trim-after-delete [-docker-socket PATH] [-delay DURATION] -- COMMAND...: runs a command, such as fstrim, soon after
// Docker has deleted something, once for what is deleted in the meantime.
#include "trim.h"

#include "guest.h"
#include "json.h"
#include "tools.h"
#include "unix_socket.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINE_LIMIT (1 << 20)
#define REQUEST "GET /events HTTP/1.0\r\nHost: docker\r\n\r\n"

bool trim_wants(const char *event, size_t size)
{
	size_t where;
	struct json *read = json_read(event, size, &where);
	const char *type = json_string(read, "Type"), *action = json_string(read, "Action");
	static const char *const wanted[][2] = {{"image", "delete"},   {"container", "destroy"}, {"volume", "destroy"},
						{"image", "prune"},    {"container", "prune"},	 {"volume", "prune"},
						{"builder", "prune"}};
	bool wants = false;
	for (size_t i = 0; i < COUNT(wanted) && type != NULL && action != NULL; i++)
		wants = wants || (strcmp(type, wanted[i][0]) == 0 && strcmp(action, wanted[i][1]) == 0);
	json_free(read);
	return wants;
}

static long long now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int ask(const char *path)
{
	int fd = unix_connect(path, SOCK_STREAM);
	if (fd >= 0 && !write_all(fd, REQUEST, strlen(REQUEST))) {
		close(fd);
		return -1;
	}
	return fd;
}

// Takes whole lines out of what was received. Returns whether one of them asks for the command.
static bool take_lines(struct buffer *received)
{
	bool wants = false;
	size_t start = 0;
	for (char *end; (end = memchr(received->data + start, '\n', received->size - start)) != NULL;) {
		size_t length = (size_t)(end - received->data) - start;
		wants = trim_wants(received->data + start, length) || wants;
		start += length + 1;
	}
	memmove(received->data, received->data + start, received->size - start);
	received->size = received->size - start > LINE_LIMIT ? 0 : received->size - start;
	return wants;
}

// Runs the command when it is due. Returns the time of the next run, 0 if none is due.
static long long run_due(long long due, char **command)
{
	if (due == 0 || now() < due)
		return due;
	int status = run_program(command[0], command);
	if (status != 0)
		say("%s exited with status %d", command[0], status);
	return 0;
}

// Reads events until Docker ends. Returns when the next run is due.
static long long follow(int fd, long long due, long long delay, char **command)
{
	struct buffer received = {0};
	char block[4096];
	for (bool open = true; open;) {
		long long left = due != 0 ? due - now() : -1;
		struct pollfd polled = {.fd = fd, .events = POLLIN};
		if (poll(&polled, 1, due != 0 && left < 0 ? 0 : (int)left) > 0) {
			ssize_t size = read(fd, block, sizeof block);
			open = size > 0 || (size < 0 && errno == EINTR);
			if (size > 0)
				buffer_append(&received, block, (size_t)size);
			if (size > 0 && take_lines(&received) && due == 0)
				due = now() + delay;
		}
		due = run_due(due, command);
	}
	buffer_free(&received);
	return due;
}

// Reads a duration as Go writes it, in one unit. Returns milliseconds, or -1.
static long long duration(const char *written)
{
	char *unit;
	double number = strtod(written, &unit);
	double factor = strcmp(unit, "ms") == 0 ? 1 : strcmp(unit, "s") == 0 ? 1000 : strcmp(unit, "m") == 0 ? 60000 : -1;
	return factor < 0 || !(number >= 0 && number < 1e6) || unit == written ? -1 : (long long)(number * factor);
}

int trim_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"docker-socket", required_argument, NULL, 's'}, {"delay", required_argument, NULL, 'd'}, {0}};
	const char *path = "/var/run/docker.sock";
	long long delay = 10000, due = 0;
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "+", options, NULL)) != -1;)
		switch (option) {
		case 's': path = optarg; break;
		case 'd': delay = duration(optarg); break;
		default: delay = -1;
		}
	if (delay < 0 || optind >= count)
		fatal("usage: %s [-docker-socket PATH] [-delay 10s] -- COMMAND...", program_name);
	char **command = arguments + optind;
	for (bool reported = false;;) {
		int fd = ask(path);
		if (fd >= 0) {
			due = follow(fd, due, delay, command);
			close(fd);
			reported = false;
		} else if (!reported) {
			say_errno("%s", path);
			reported = true;
		}
		due = run_due(due, command);
		(void)sleep(1);
	}
}
