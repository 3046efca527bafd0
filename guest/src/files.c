// Files and directories.
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool read_file(const char *path, size_t limit, struct buffer *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	char block[16384];
	size_t total = 0;
	ssize_t got;
	buffer_append(out, "", 0);
	while ((got = read(fd, block, sizeof block)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0 && (total += (size_t)got) > limit) {
			errno = EFBIG;
			got = -1;
		}
		if (got < 0) {
			int reason = errno;
			close(fd);
			errno = reason;
			return false;
		}
		buffer_append(out, block, (size_t)got);
	}
	close(fd);
	return true;
}

bool write_file(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool done = write_all(fd, content, strlen(content));
	int reason = errno;
	close(fd);
	errno = reason;
	return done;
}

static int open_plain_file(const char *path, int flags)
{
	// Without O_NONBLOCK, a FIFO would hold the caller.
	int fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags, 0644);
	struct stat status;
	if (fd >= 0 && (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink != 1)) {
		close(fd);
		fd = -1;
		errno = EEXIST;
	}
	return fd;
}

int open_log(const char *path, bool fresh)
{
	int fd = open_plain_file(path, 0);
	if (fd < 0) {
		(void)unlink(path);
		return open_plain_file(path, O_CREAT | O_EXCL);
	}
	if (fresh && ftruncate(fd, 0) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool make_directories(const char *path, mode_t mode)
{
	char *part = copy_text(path);
	bool made = true;
	for (char *slash = part + 1; made && *part != '\0'; slash++) {
		if (*slash != '/' && *slash != '\0')
			continue;
		char end = *slash;
		*slash = '\0';
		made = mkdir(part, mode) == 0 || is_directory(part);
		*slash = end;
		if (end == '\0')
			break;
	}
	int reason = errno;
	free(part);
	errno = reason;
	return made;
}

bool list_directory(const char *path, struct strings *names)
{
	DIR *directory = opendir(path);
	if (directory == NULL)
		return false;
	for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			strings_add(names, entry->d_name);
	closedir(directory);
	strings_sort(names);
	return true;
}

bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool is_directory(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return false;
	if (!S_ISDIR(status.st_mode))
		errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}
