#include "ready.h"
#include "inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LISTENING 0x0a

bool listens_in(const char *table, unsigned port)
{
	for (const char *line = table; line != NULL; line = strchr(line, '\n')) {
		line += *line == '\n';
		unsigned local, state;
		if (sscanf(line, " %*u: %*[0-9A-F]:%4x %*[0-9A-F]:%*4x %2x", &local, &state) == 2 && local == port &&
		    state == LISTENING)
			return true;
	}
	return false;
}

// Looks at the sockets of the container's network namespace, so that the service sees no connection.
static bool listens(pid_t pid, unsigned port)
{
	static const char *const tables[] = {"tcp", "tcp6"};
	bool found = false;
	for (size_t i = 0; i < COUNT(tables) && !found; i++) {
		char *path = text("/proc/%d/net/%s", pid, tables[i]);
		struct buffer table = {0};
		found = read_file(path, 16 << 20, &table) && listens_in(table.data, port);
		buffer_free(&table);
		free(path);
	}
	return found;
}

static int open_in(pid_t pid, const char *path)
{
	char *root = text("/proc/%d/root", pid);
	int fd = open_inside(root, path);
	free(root);
	return fd;
}

static bool file_exists(pid_t pid, const char *path)
{
	int fd = open_in(pid, path);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool accepts(pid_t pid, const char *path)
{
	int inside = open_in(pid, path), fd = -1;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	bool connected = false;
	snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d", inside);
	if (inside >= 0 && (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) >= 0)
		// A socket of another kind than a stream is there all the same.
		connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EPROTOTYPE ||
			    errno == EAGAIN;
	if (fd >= 0)
		close(fd);
	if (inside >= 0)
		close(inside);
	return connected;
}

bool ready_outside(const struct readiness *ready, pid_t pid)
{
	return (ready->port == 0 || listens(pid, ready->port)) &&
	       (ready->socket == NULL || accepts(pid, ready->socket)) &&
	       (ready->file == NULL || file_exists(pid, ready->file));
}
