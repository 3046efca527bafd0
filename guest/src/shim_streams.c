#include "shim_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 16384
#define LAST_BLOCKS 16 // of what a process has written before its end: more than a pipe holds

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool is_fifo(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISFIFO(status.st_mode);
}

static bool is_file(const char *path)
{
	struct stat status;
	return stat(path, &status) != 0 ? errno == ENOENT : S_ISREG(status.st_mode);
}

// The ends of a FIFO are opened in an order in which neither waits for somebody else.
static bool open_input(struct shim_streams *streams, const char *path)
{
	if (*path == '\0')
		return true;
	const bool fifo = is_fifo(path);
	streams->given[0] = open(path, O_RDONLY | O_CLOEXEC | (fifo ? O_NONBLOCK : 0));
	if (streams->given[0] < 0 || !fifo)
		return streams->given[0] >= 0;
	streams->kept[0] = open(path, O_WRONLY | O_CLOEXEC);
	return streams->kept[0] >= 0 && fcntl(streams->given[0], F_SETFL, O_RDONLY) == 0;
}

// A process must not get a descriptor of a regular file, which it could shorten: its output is copied.
static bool open_file(struct shim_streams *streams, int which, const char *path)
{
	char *folder = copy_text(path);
	int ends[2];
	bool done = make_directories(dirname(folder), 0755);
	free(folder);
	int fd = done ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	if (fd < 0)
		return false;
	if (pipe2(ends, O_CLOEXEC) != 0) {
		close(fd);
		return false;
	}
	(void)fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK);
	streams->copies[which - 1] = (struct shim_copy){.from = ends[0], .to = fd};
	streams->given[which] = ends[1];
	return true;
}

static bool open_output(struct shim_streams *streams, int which, const char *path)
{
	const char *scheme_end = strstr(path, "://");
	if (scheme_end != NULL && !starts_with(path, "file://") && !starts_with(path, "fifo://")) {
		errno = EPROTONOSUPPORT;
		return false;
	}
	path = scheme_end != NULL ? scheme_end + 3 : path;
	if (*path == '\0')
		return true;
	if (is_file(path))
		return open_file(streams, which, path);
	if (is_fifo(path)) {
		streams->kept[which] = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (streams->kept[which] < 0)
			return false;
	}
	streams->given[which] = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return streams->given[which] >= 0;
}

bool shim_streams_open(struct shim_streams *streams, const char *const paths[3], bool terminal)
{
	*streams = (struct shim_streams){.given = {-1, -1, -1}, .kept = {-1, -1, -1}, .terminal = -1};
	for (size_t i = 0; i < SHIM_COPIES; i++)
		streams->copies[i].from = streams->copies[i].to = -1;
	return open_input(streams, paths[0]) && open_output(streams, 1, paths[1]) &&
	       (terminal || open_output(streams, 2, paths[2]));
}

void shim_streams_close_given(struct shim_streams *streams)
{
	for (size_t i = 0; i < COUNT(streams->given); i++)
		close_end(&streams->given[i]);
}

static void set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void shim_streams_connect(struct shim_streams *streams, int terminal)
{
	struct shim_copy *output = &streams->copies[0];
	streams->terminal = terminal;
	if (output->to >= 0) { // a file, which the terminal needs no pipe for
		close_end(&streams->given[1]);
		close_end(&output->from);
		streams->given[1] = output->to;
		output->to = -1;
	}
	set_nonblocking(terminal);
	const int ends[SHIM_COPIES][2] = {{terminal, streams->given[1]}, {streams->given[0], terminal}};
	for (size_t i = 0; i < SHIM_COPIES; i++)
		if (ends[i][0] >= 0 && ends[i][1] >= 0) {
			set_nonblocking(ends[i][0]);
			set_nonblocking(ends[i][1]);
			streams->copies[i].from = fcntl(ends[i][0], F_DUPFD_CLOEXEC, 3);
			streams->copies[i].to = fcntl(ends[i][1], F_DUPFD_CLOEXEC, 3);
		}
	shim_streams_close_given(streams);
}

void shim_streams_end_input(struct shim_streams *streams)
{
	close_end(&streams->kept[0]);
}

static void end_copy(struct shim_copy *copy)
{
	close_end(&copy->from);
	close_end(&copy->to);
	free(copy->pending);
	copy->pending = NULL;
	copy->size = 0;
}

// Writes what is pending. Returns false if the copy has ended.
static bool write_pending(struct shim_copy *copy)
{
	ssize_t done = write(copy->to, copy->pending, copy->size);
	if (done < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (done < 0 && (errno == ENOSPC || errno == EDQUOT)) {
		copy->size = 0; // the disk is full; the process goes on, and its later output may fit
		return true;
	}
	if (done < 0) {
		end_copy(copy);
		return false;
	}
	copy->size -= (size_t)done;
	memmove(copy->pending, copy->pending + done, copy->size);
	return true;
}

// Reads and writes once. Returns whether there may be more.
static bool step(struct shim_copy *copy)
{
	if (copy->size > 0)
		return write_pending(copy) && copy->size == 0;
	if (copy->pending == NULL)
		copy->pending = allocate(BLOCK);
	ssize_t got = read(copy->from, copy->pending, BLOCK);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (got <= 0) {
		end_copy(copy);
		return false;
	}
	copy->size = (size_t)got;
	return write_pending(copy) && copy->size == 0;
}

size_t shim_streams_poll(const struct shim_streams *streams, struct pollfd *polled)
{
	size_t count = 0;
	for (size_t i = 0; i < SHIM_COPIES; i++) {
		const struct shim_copy *copy = &streams->copies[i];
		if (copy->from >= 0)
			polled[count++] = copy->size > 0 ? (struct pollfd){.fd = copy->to, .events = POLLOUT}
							 : (struct pollfd){.fd = copy->from, .events = POLLIN};
	}
	return count;
}

void shim_streams_copy(struct shim_streams *streams)
{
	for (size_t i = 0; i < SHIM_COPIES; i++)
		if (streams->copies[i].from >= 0)
			(void)step(&streams->copies[i]);
}

// Copies the rest of the output. Others may still write.
static void drain(struct shim_copy *copy)
{
	for (int i = 0; i < LAST_BLOCKS && copy->from >= 0 && step(copy); i++)
		;
}

void shim_streams_close(struct shim_streams *streams)
{
	shim_streams_close_given(streams);
	drain(&streams->copies[0]);
	if (streams->terminal < 0)
		drain(&streams->copies[1]);
	for (size_t i = 0; i < SHIM_COPIES; i++)
		end_copy(&streams->copies[i]);
	for (size_t i = 0; i < COUNT(streams->kept); i++)
		close_end(&streams->kept[i]);
	close_end(&streams->terminal);
}
