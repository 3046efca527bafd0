#include "logs.h"
#include "guest.h"
#include "json.h"
#include "logger.h"
#include "unix_socket.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOGGER "/var/run/linuxkit-external-logging.sock"
#define LOGGER_QUERY "/var/run/memlogdq.sock"
#define STREAM_NAME_MAX 512

void logs_open(struct logs *logs, const char *folder)
{
	*logs = (struct logs){.external = exists(LOGGER), .folder = folder};
}

static char *file_path(const struct logs *logs, const char *stream)
{
	return text("%s/%s.log", logs->folder, stream);
}

static int connect_to(const char *path, int kind)
{
	int fd = unix_connect(path, kind);
	if (fd < 0)
		say_errno("%s", path);
	return fd;
}

// Sends the logger a descriptor to read from, in a datagram with the stream's name.
static bool send_descriptor(const char *path, int fd, const char *stream)
{
	int logger = connect_to(path, SOCK_DGRAM);
	if (logger < 0)
		return false;
	size_t length = strlen(stream);
	struct iovec name = {.iov_base = (void *)stream, .iov_len = length < STREAM_NAME_MAX ? length : STREAM_NAME_MAX};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof fd)];
	} control = {.header = {.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	struct msghdr message = {.msg_iov = &name, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control.room};
	bool sent = sendmsg(logger, &message, 0) >= 0;
	if (!sent)
		say_errno("logger");
	close(logger);
	return sent;
}

int logs_pass_stream(const char *logger, const char *stream)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		say_errno("logger");
		return -1;
	}
	bool given = send_descriptor(logger, ends[1], stream);
	close(ends[1]);
	if (given)
		return ends[0];
	close(ends[0]);
	return -1;
}

int logs_stream(const struct logs *logs, const char *stream)
{
	if (!logs->external) {
		char *path = file_path(logs, stream);
		int fd = open_log(path, true);
		if (fd < 0)
			say_errno("%s", path);
		free(path);
		return fd;
	}
	return logs_pass_stream(LOGGER, stream);
}

// Returns the FIFO that the supervisor's logger reads for a stream, or NULL.
static char *supervised_path(const char *stream)
{
	char *path = text(LOGGER_FIFOS "/%s", stream);
	struct stat status;
	if (stat(path, &status) == 0 && S_ISFIFO(status.st_mode))
		return path;
	free(path);
	return NULL;
}

char *logs_path(const struct logs *logs, const char *stream)
{
	if (!logs->external) {
		char *path = supervised_path(stream);
		if (path != NULL)
			return path;
		int fd = logs_stream(logs, stream);
		if (fd < 0)
			return copy_text("/dev/null");
		close(fd);
		return file_path(logs, stream);
	}
	char *fifo = text("/var/run/%s.log", stream);
	(void)unlink(fifo);
	pid_t pid = mkfifo(fifo, 0600) == 0 ? fork() : -1;
	if (pid < 0) {
		say_errno("%s", fifo);
		free(fifo);
		return copy_text("/dev/null");
	}
	if (pid == 0) {
		// This blocks until the container opens the FIFO for writing.
		int fd = open(fifo, O_RDONLY | O_CLOEXEC);
		_exit(fd >= 0 && send_descriptor(LOGGER, fd, stream) ? 0 : 1);
	}
	return fifo;
}

// Prints the message of a line of the logger's reply, which is a JSON object, if it is of a stream.
static void print_entry(const char *line, size_t size, const char *stream)
{
	size_t where;
	struct json *entry = json_read(line, size, &where);
	const char *source = json_string(entry, "source"), *message = json_string(entry, "msg");
	if (source != NULL && message != NULL && strcmp(source, stream) == 0)
		printf("%s\n", message);
	json_free(entry);
}

static void print_entries(char *reply, const char *stream)
{
	char *position = NULL;
	for (char *line = strtok_r(reply, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position))
		print_entry(line, strlen(line), stream);
	fflush(stdout);
}

void logs_follow(const char *first, const char *second)
{
	static const char dump_and_follow = 2;
	int fd = connect_to(LOGGER_QUERY, SOCK_STREAM);
	FILE *reply = fd >= 0 && write_all(fd, &dump_and_follow, 1) ? fdopen(fd, "r") : NULL;
	char *line = NULL;
	size_t room = 0;
	for (ssize_t size; reply != NULL && (size = getline(&line, &room, reply)) > 0;) {
		print_entry(line, (size_t)size, first);
		print_entry(line, (size_t)size, second);
		fflush(stdout);
	}
	free(line);
	if (reply != NULL)
		fclose(reply);
	else if (fd >= 0)
		close(fd);
}

void logs_print(const struct logs *logs, const char *stream)
{
	if (!logs->external) {
		char *path = file_path(logs, stream);
		int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 || !copy_stream(fd, STDOUT_FILENO))
			say_errno("%s", path);
		if (fd >= 0)
			close(fd);
		free(path);
		return;
	}
	int fd = connect_to(LOGGER_QUERY, SOCK_STREAM);
	struct buffer reply = {0};
	char block[16384], dump = 0;
	struct timeval timeout = {.tv_sec = 5};
	buffer_append(&reply, "", 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
	    write_all(fd, &dump, 1))
		for (ssize_t got; (got = read(fd, block, sizeof block)) > 0;)
			buffer_append(&reply, block, (size_t)got);
	print_entries(reply.data, stream);
	buffer_free(&reply);
	if (fd >= 0)
		close(fd);
}
