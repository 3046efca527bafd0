// Standard streams, and writing to descriptors completely.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define KERNEL_LOG makedev(1, 11)
#define PATIENCE_MILLISECONDS 1000

// Waits for room in a stream that does not block. Returns false if there is none for a while.
static bool has_room(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};
	bool some = poll(&room, 1, PATIENCE_MILLISECONDS) > 0;
	errno = EAGAIN;
	return some;
}

bool write_all(int fd, const void *data, size_t size)
{
	const char *rest = data;
	while (size > 0) {
		ssize_t done = write(fd, rest, size);
		if (done < 0 && (errno == EINTR || (errno == EAGAIN && has_room(fd))))
			continue;
		if (done < 0)
			return false;
		rest += done;
		size -= (size_t)done;
	}
	return true;
}

bool copy_stream(int from, int to)
{
	char block[16384];
	ssize_t got;
	while ((got = read(from, block, sizeof block)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || !write_all(to, block, (size_t)got))
			return false;
	}
	return true;
}

// Opens a device. It is created first if it is missing, since /init runs before devtmpfs is mounted.
static bool open_device(const char *path, mode_t mode, dev_t device, int flags)
{
	int fd = open(path, flags | O_NOCTTY);
	if (fd < 0 && errno == ENOENT && mknod(path, S_IFCHR | mode, device) == 0)
		fd = open(path, flags | O_NOCTTY);
	return fd >= 0;
}

void standard_streams(void)
{
	// open returns the lowest free number, which is that of the missing stream.
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)(open_device("/dev/console", 0600, makedev(5, 1), O_RDWR) ||
			       (fd != STDIN_FILENO && open_device("/dev/kmsg", 0600, KERNEL_LOG, O_WRONLY)) ||
			       open_device("/dev/null", 0666, makedev(1, 3), O_RDWR));
	if (says_to_kernel_log())
		setvbuf(stdout, NULL, _IOLBF, 0); // each write is a record there, of at most 1 KiB
}

bool says_to_kernel_log(void)
{
	struct stat status;
	return fstat(STDERR_FILENO, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == KERNEL_LOG;
}
