#include "logger.h"
#include "rotating.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define IDLE_MILLISECONDS 300
#define NAME "service-logger"
#define LIMIT (1 << 20) // bytes of each of the two files of a stream

static char *fifo_path(const char *stream)
{
	return text(LOGGER_FIFOS "/%s", stream);
}

void logger_prepare(const struct strings *streams)
{
	if (!make_directories(LOGGER_FIFOS, 0755))
		say_errno(LOGGER_FIFOS);
	for (size_t i = 0; i < streams->count; i++) {
		char *path = fifo_path(streams->items[i]);
		if (mkfifo(path, 0600) != 0 && errno != EEXIST)
			say_errno("%s", path);
		free(path);
	}
}

// Opened for reading, too: this neither waits for a reader nor fails when there is none for a moment.
int logger_open(const char *stream, bool wait_for_room)
{
	char *path = fifo_path(stream);
	int fd = open(path, O_RDWR | O_CLOEXEC | (wait_for_room ? 0 : O_NONBLOCK));
	free(path);
	return fd;
}

static volatile sig_atomic_t ending;

static void end_soon(int number)
{
	(void)number;
	ending = 1;
}

_Noreturn void logger_run(const struct strings *streams, const char *folder, bool fresh)
{
	static char block[65536];
	(void)prctl(PR_SET_NAME, NAME);
	struct pollfd *inputs = allocate(streams->count * sizeof *inputs);
	struct rotating *files = allocate(streams->count * sizeof *files);
	for (size_t i = 0; i < streams->count; i++) {
		char *path = text("%s/%s.log", folder, streams->items[i]);
		rotating_open(&files[i], path, LIMIT, fresh);
		// Opened for writing, too, so that there is never an end of file.
		inputs[i] = (struct pollfd){.fd = logger_open(streams->items[i], false), .events = POLLIN};
		free(path);
	}
	(void)sigaction(SIGTERM, &(struct sigaction){.sa_handler = end_soon}, NULL);
	for (;;) {
		// At the end, it stays until nobody has said anything for a moment.
		const int some = poll(inputs, streams->count, ending ? IDLE_MILLISECONDS : -1);
		if (some == 0)
			_exit(0);
		if (some < 0 && errno != EINTR)
			_exit(1);
		if (some < 0)
			continue;
		for (size_t i = 0; i < streams->count; i++) {
			if (inputs[i].revents == 0)
				continue;
			ssize_t got = read(inputs[i].fd, block, sizeof block);
			if (got > 0)
				rotating_write(&files[i], block, (size_t)got);
		}
	}
}

void logger_kill(pid_t pid)
{
	struct buffer name = {0};
	char *path = text("/proc/%d/comm", pid);
	if (pid > 0 && read_file(path, 64, &name) && strcmp(name.data, NAME "\n") == 0)
		(void)kill(pid, SIGKILL);
	buffer_free(&name);
	free(path);
}
