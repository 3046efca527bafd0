#include "logs.h"
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define LOGGER "/var/run/linuxkit-external-logging.sock"
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
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	say_errno("%s", path);
	if (fd >= 0)
		close(fd);
	return -1;
}

// Sends the logger a descriptor to read from, in a datagram with the stream's name.
static bool send_descriptor(int fd, const char *stream)
{
	int logger = connect_to(LOGGER, SOCK_DGRAM);
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

int logs_stream(const struct logs *logs, const char *stream)
{
	if (!logs->external) {
		char *path = file_path(logs, stream);
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
		if (fd < 0)
			say_errno("%s", path);
		free(path);
		return fd;
	}
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		say_errno("logger");
		return -1;
	}
	bool given = send_descriptor(ends[1], stream);
	close(ends[1]);
	if (given)
		return ends[0];
	close(ends[0]);
	return -1;
}

char *logs_path(const struct logs *logs, const char *stream)
{
	if (!logs->external) {
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
		_exit(fd >= 0 && send_descriptor(fd, stream) ? 0 : 1);
	}
	return fifo;
}
