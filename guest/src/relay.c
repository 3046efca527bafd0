#include "relay.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE 900              // of a line; longer ones are divided. The kernel's log takes 1 KiB
#define LOG_LIMIT (4 << 20)   // of a log that is a file: /run is memory
#define CONSOLE_LIMIT 65536   // in a period; a serial line takes about 100 KiB in that time
#define PERIOD_SECONDS 10
#define QUIET_MILLISECONDS 1000 // after which an unfinished line is printed
#define LAST_OUTPUT_SECONDS 2

struct stream {
	int from, log;
	bool limited; // the log is a file
	size_t logged, used;
	char line[LINE];
};

struct output {
	const char *name;
	int console;
	time_t period;
	size_t printed;
	unsigned long left_out;
};

static void print(const struct output *output, const char *data, int size)
{
	char *line = text("%.64s: %.*s\n", output->name, size, data);
	(void)write_all(output->console, line, strlen(line));
	free(line);
}

// Prints how many lines were left out since the last time.
static void print_left_out(struct output *output)
{
	if (output->left_out == 0)
		return;
	char *note = text("(%lu lines left out here)", output->left_out);
	output->left_out = 0;
	print(output, note, (int)strlen(note));
	free(note);
}

static void end_line(struct output *output, struct stream *stream)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec >= output->period + PERIOD_SECONDS) {
		output->period = now.tv_sec;
		output->printed = 0;
		print_left_out(output);
	}
	while (stream->used > 0 && stream->line[stream->used - 1] == '\r')
		stream->used--;
	make_printable(stream->line, stream->used);
	if (output->printed > CONSOLE_LIMIT)
		output->left_out++;
	else
		print(output, stream->line, (int)stream->used);
	output->printed += stream->used + strlen(output->name) + 3;
	stream->used = 0;
}

static void add_to_log(struct output *output, struct stream *stream, const char *data, size_t size)
{
	if (stream->log < 0 || (stream->limited && stream->logged >= LOG_LIMIT))
		return;
	stream->logged += size;
	(void)write_all(stream->log, data, size); // the disk or memory may be full; the container goes on
	if (stream->limited && stream->logged >= LOG_LIMIT)
		print(output, "(its log is full)", 17);
}

// Copies what can be read. Returns false at the end of the stream.
static bool serve(struct output *output, struct stream *stream)
{
	char block[16384];
	ssize_t got = read(stream->from, block, sizeof block);
	if (got < 0)
		return errno == EINTR || errno == EAGAIN;
	add_to_log(output, stream, block, (size_t)got);
	for (ssize_t i = 0; i < got; i++) {
		if (block[i] != '\n')
			stream->line[stream->used++] = block[i] != '\0' ? block[i] : ' ';
		if (block[i] == '\n' || stream->used == LINE)
			end_line(output, stream);
	}
	return got > 0;
}

static bool is_file(int fd)
{
	struct stat status;
	return fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

void relay_copy(const int from[2], const int logs[2], const char *name, int console)
{
	struct output output = {.name = name, .console = console};
	struct stream streams[2];
	struct pollfd waited[2];
	for (int i = 0; i < 2; i++) {
		streams[i] = (struct stream){.from = from[i], .log = logs[i], .limited = is_file(logs[i])};
		waited[i] = (struct pollfd){.fd = from[i], .events = POLLIN};
	}
	while (waited[0].fd >= 0 || waited[1].fd >= 0) {
		int ready = poll(waited, 2, streams[0].used + streams[1].used > 0 ? QUIET_MILLISECONDS : -1);
		for (int i = 0; i < 2; i++) {
			if (ready == 0 && streams[i].used > 0)
				end_line(&output, &streams[i]);
			if (ready > 0 && waited[i].revents != 0 && !serve(&output, &streams[i]))
				waited[i].fd = -1;
		}
	}
	for (int i = 0; i < 2; i++)
		if (streams[i].used > 0)
			end_line(&output, &streams[i]);
	print_left_out(&output);
}

static void close_all(const int *descriptors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
}

static _Noreturn void copy(const int from[2], const int logs[2], const char *name)
{
	program_name = "relay";
	prctl(PR_SET_NAME, "relay");
	(void)setpgid(0, 0); // outlives an unfinished boot, since a container of it may
	signal(SIGPIPE, SIG_IGN); // of a logger that ended
	relay_copy(from, logs, name, STDOUT_FILENO);
	_exit(0);
}

bool relay_start(struct relay *relay, const struct logs *logs, const char *kind, const char *name)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1};
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
		say_errno("output of %s %s", kind, name);
		close_all(out, 2);
		return false;
	}
	char *out_stream = text("%s.%s.out", kind, name), *err_stream = text("%s.%s", kind, name);
	const int files[] = {logs_stream(logs, out_stream), logs_stream(logs, err_stream)};
	free(out_stream);
	free(err_stream);
	pid_t pid = fork();
	if (pid == 0) {
		close_all((int[]){out[1], err[1]}, 2); // else it would never see their end
		copy((int[]){out[0], err[0]}, files, name);
	}
	if (pid < 0)
		say_errno("output of %s %s", kind, name);
	close_all((int[]){out[0], err[0], files[0], files[1]}, 4);
	if (pid < 0)
		close_all((int[]){out[1], err[1]}, 2);
	else
		*relay = (struct relay){.pid = pid, .out = out[1], .err = err[1]};
	return pid > 0;
}

void relay_finish(struct relay *relay, bool background)
{
	if (relay->pid <= 0)
		return;
	close_all((int[]){relay->out, relay->err}, 2);
	if (!background && ends_within(relay->pid, LAST_OUTPUT_SECONDS))
		(void)wait_for(relay->pid);
	relay->pid = 0;
}
