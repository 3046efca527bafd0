// Reads and writes descriptors completely.
#include "guest.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

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
