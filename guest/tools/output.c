// Files below /run/config.
#include "metadata.h"

#include "json.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MESSAGES 20 // a console may be slow

static int open_beneath(int folder, const char *name, uint64_t flags, mode_t mode)
{
	struct open_how how = {.flags = flags | O_CLOEXEC,
			       .mode = flags & O_CREAT ? mode : 0,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
	return (int)syscall(SYS_openat2, folder, name, &how, sizeof how);
}

bool output_name(const char *name)
{
	return *name != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       strlen(name) <= 255;
}

int output_open(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST) {
		say_errno("cannot create %s", path);
		return -1;
	}
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		say_errno("cannot open %s", path);
	return fd;
}

static int make_folder(int output, const char *name)
{
	if (mkdirat(output, name, 0755) != 0 && errno != EEXIST)
		return -1;
	return open_beneath(output, name, O_RDONLY | O_DIRECTORY, 0);
}

static void refuse(const char *what, const char *name)
{
	static int count;
	int reason = errno;
	if (++count == MESSAGES)
		say("there are more failures, which are not reported");
	if (count >= MESSAGES)
		return;
	char *shown = copy_text(name);
	make_printable(shown, strlen(shown));
	errno = reason;
	say_errno("cannot write the %s %.100s", what, shown);
	free(shown);
}

static mode_t masked(mode_t mode)
{
	mode_t mask = umask(0);
	umask(mask);
	return mode & ~mask;
}

static void write_beneath(int folder, const char *name, mode_t mode, const char *data, size_t size)
{
	struct stat status;
	// Not blocking: what is there already may be a pipe.
	int fd = open_beneath(folder, name, O_WRONLY | O_CREAT | O_NONBLOCK, mode);
	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || ftruncate(fd, 0) != 0 ||
	    fchmod(fd, masked(mode)) != 0 || !write_all(fd, data, size))
		refuse("file", name);
	if (fd >= 0)
		close(fd);
}

void output_write(int output, const char *folder, const char *name, mode_t mode, const char *data, size_t size)
{
	if (!output_name(name) || (folder != NULL && !output_name(folder))) {
		errno = EINVAL;
		refuse("file", name);
		return;
	}
	int inside = folder != NULL ? make_folder(output, folder) : output;
	if (inside < 0) {
		refuse("folder", folder);
		return;
	}
	write_beneath(inside, name, mode, data, size);
	if (inside != output)
		close(inside);
}

void output_value(int output, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		output_write(output, NULL, name, 0644, value, strlen(value));
}

void output_keys(int output, const struct buffer *keys)
{
	if (keys->size > 0)
		output_write(output, "ssh", "authorized_keys", 0600, keys->data, keys->size);
}

bool output_read(int output, const char *name, size_t limit, struct buffer *out)
{
	struct stat status;
	int fd = open_beneath(output, name, O_RDONLY | O_NONBLOCK, 0);
	bool ok = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
	char part[4096];
	for (ssize_t size = 1; ok && size > 0;) {
		size = read(fd, part, sizeof part);
		ok = size >= 0 && out->size + (size_t)size <= limit;
		buffer_append(out, part, ok ? (size_t)size : 0);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

// Returns whether `text` is missing or an octal number, which is then in `mode`.
static bool read_mode(const struct json *entry, mode_t *mode)
{
	const struct json *member = json_member(entry, "perm");
	if (member == NULL)
		return true;
	char *end = NULL;
	if (member->kind != JSON_STRING || member->string[0] < '0' || member->string[0] > '7')
		return false;
	unsigned long value = strtoul(member->string, &end, 8);
	*mode = (mode_t)value & 0777;
	return *end == '\0' && value <= 07777;
}

static void expand(int folder, const struct json *entries);

static void expand_entry(int folder, const struct json *entry)
{
	const struct json *content = json_member(entry, "content"), *entries = json_member(entry, "entries");
	mode_t mode = entries != NULL ? 0755 : 0644;
	if ((content == NULL) == (entries == NULL) || (content != NULL && content->kind != JSON_STRING) ||
	    (entries != NULL && entries->kind != JSON_OBJECT) || !output_name(entry->key) ||
	    !read_mode(entry, &mode)) {
		errno = EINVAL;
		refuse("entry of the user data", entry->key);
		return;
	}
	if (content != NULL) {
		write_beneath(folder, entry->key, mode, content->string, strlen(content->string));
		return;
	}
	int inside = make_folder(folder, entry->key);
	if (inside < 0) {
		refuse("folder", entry->key);
		return;
	}
	expand(inside, entries);
	// Only now: the mode may keep even this program out.
	if (fchmod(inside, masked(mode)) != 0)
		refuse("folder", entry->key);
	close(inside);
}

// Recursive, to the depth that json_read allows.
static void expand(int folder, const struct json *entries)
{
	for (const struct json *entry = entries->children; entry != NULL; entry = entry->next)
		expand_entry(folder, entry);
}

bool output_expand(int output, const char *data, size_t size)
{
	size_t where;
	struct json *value = json_read(data, size, &where);
	bool object = value != NULL && value->kind == JSON_OBJECT;
	if (object)
		expand(output, value);
	json_free(value);
	return object;
}

bool host_name_valid(const char *name)
{
	size_t size = strlen(name);
	if (size == 0 || size > 64 || name[0] == '.' || name[0] == '-')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == size;
}
