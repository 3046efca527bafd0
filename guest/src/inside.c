#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_at(int root, const char *path, uint64_t flags)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC | flags, .resolve = RESOLVE_IN_ROOT};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

static int open_root(const char *root)
{
	return open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int open_inside(const char *root, const char *path)
{
	int folder = open_root(root), fd = -1;
	if (folder >= 0) {
		fd = open_at(folder, path, 0);
		close(folder);
	}
	return fd;
}

// Creates the directories of a path, which is changed meanwhile.
static bool create_directories(int root, char *path)
{
	bool made = true;
	int parent = open_at(root, "/", O_DIRECTORY);
	for (char *name = path; made && *name != '\0';) {
		char *end = name + strcspn(name, "/"), last = *end;
		*end = '\0';
		if (*name != '\0') {
			int next = open_at(root, path, O_DIRECTORY);
			if (next < 0 && errno == ENOENT && mkdirat(parent, name, 0755) == 0)
				next = open_at(root, path, O_DIRECTORY);
			made = next >= 0;
			if (parent >= 0)
				close(parent);
			parent = next;
		}
		*end = last;
		name = last == '\0' ? end : end + 1;
	}
	int reason = errno;
	if (parent >= 0)
		close(parent);
	errno = reason;
	return made;
}

static char *name_of(int fd)
{
	char *link = text("/proc/self/fd/%d", fd), name[4096];
	ssize_t length = readlink(link, name, sizeof name - 1);
	free(link);
	if (length < 0)
		return NULL;
	name[length] = '\0';
	return copy_text(name);
}

char *directory_inside(const char *root, const char *path, bool create)
{
	char *copy = copy_text(path), *name = NULL;
	int folder = open_root(root), fd = -1;
	if (folder >= 0 && (!create || create_directories(folder, copy)))
		fd = open_at(folder, *path != '\0' ? path : ".", O_DIRECTORY);
	if (fd >= 0)
		name = name_of(fd);
	int reason = errno;
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	free(copy);
	errno = reason;
	return name;
}
