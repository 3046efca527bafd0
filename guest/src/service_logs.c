#include "service_logs.h"
#include "guest.h"
#include "logs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "/var/log"
#define POLL_NANOSECONDS 200000000

// One of the two streams of a service.
struct stream {
	char *path;
	int fd, to;
};

// Copies what is new, and goes on with the next file after a rotation.
static void copy_new(struct stream *stream)
{
	struct stat open_file, named_file;
	if (stream->fd >= 0)
		(void)copy_stream(stream->fd, stream->to);
	if (stat(stream->path, &named_file) != 0)
		return;
	if (stream->fd >= 0 && fstat(stream->fd, &open_file) == 0 && open_file.st_ino == named_file.st_ino)
		return;
	int next = open(stream->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (next < 0)
		return;
	if (stream->fd >= 0) {
		(void)copy_stream(stream->fd, stream->to); // the last lines before the rotation
		close(stream->fd);
	}
	stream->fd = next;
	(void)copy_stream(stream->fd, stream->to);
}

static void print_old(const struct stream *stream)
{
	char *old = text("%s.0", stream->path);
	int fd = open(old, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		(void)copy_stream(fd, stream->to);
		close(fd);
	}
	free(old);
}

static int print_files(const char *name, bool follow)
{
	struct stream streams[] = {{text(FOLDER "/%s.out.log", name), -1, STDOUT_FILENO},
				   {text(FOLDER "/%s.log", name), -1, STDERR_FILENO}};
	if (!exists(streams[0].path) && !exists(streams[1].path)) {
		say("there is no log of %s", name);
		return 1;
	}
	for (size_t i = 0; i < COUNT(streams); i++) {
		print_old(&streams[i]);
		copy_new(&streams[i]);
	}
	while (follow) {
		nanosleep(&(struct timespec){.tv_nsec = POLL_NANOSECONDS}, NULL);
		for (size_t i = 0; i < COUNT(streams); i++)
			copy_new(&streams[i]);
	}
	for (size_t i = 0; i < COUNT(streams); i++)
		free(streams[i].path);
	return 0;
}

int service_logs(char **arguments)
{
	bool follow = *arguments != NULL && strcmp(*arguments, "-f") == 0;
	const char *name = arguments[follow];
	if (name == NULL || arguments[follow + 1] != NULL || strchr(name, '/') != NULL) {
		fputs("usage: service logs [-f] NAME\n", stderr);
		return 1;
	}
	struct logs logs;
	logs_open(&logs, FOLDER);
	if (!logs.external)
		return print_files(name, follow);
	char *out = text("%s.out", name);
	if (follow) {
		logs_follow(out, name);
	} else {
		logs_print(&logs, out);
		logs_print(&logs, name);
	}
	free(out);
	return 0;
}
