#include "rotating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE 1024 // bytes of a line that is not split between two files

static void open_file(struct rotating *file, bool fresh)
{
	struct stat status;
	file->fd = open_log(file->path, fresh);
	file->size = file->fd >= 0 && fstat(file->fd, &status) == 0 ? (size_t)status.st_size : 0;
}

void rotating_open(struct rotating *file, const char *path, size_t limit, bool fresh)
{
	*file = (struct rotating){.path = copy_text(path), .limit = limit};
	open_file(file, fresh);
}

static void append(struct rotating *file, const char *data, size_t size)
{
	if (file->fd < 0)
		open_file(file, false); // its folder may be there by now
	if (file->fd >= 0 && write_all(file->fd, data, size))
		file->size += size;
}

static void rotate(struct rotating *file)
{
	char *old = text("%s.0", file->path);
	if (file->fd >= 0)
		close(file->fd);
	if (rename(file->path, old) != 0)
		(void)unlink(file->path);
	free(old);
	open_file(file, true);
}

// Returns how much of the limit is left to the lines that are cut at their end. Without it, a block that just
// fits and ends in the middle of a line would leave the rest of the line to the next file.
static size_t slack(const struct rotating *file)
{
	return file->limit > 4 * LINE ? LINE : 0;
}

void rotating_write(struct rotating *file, const char *data, size_t size)
{
	while (size > 0) {
		const size_t room = file->size < file->limit ? file->limit - file->size : 0;
		if (size + slack(file) <= room) {
			append(file, data, size);
			return;
		}
		// As many whole lines as fit; in an empty file, a part of a line that is longer than the limit.
		const size_t most = size < room ? size : room;
		const char *end = most > 0 ? memrchr(data, '\n', most) : NULL;
		if (end == NULL && size <= room) { // the file ends with a long line
			append(file, data, size);
			return;
		}
		const size_t part = end != NULL ? (size_t)(end - data) + 1 : file->size == 0 ? room : 0;
		append(file, data, part);
		rotate(file);
		data += part;
		size -= part;
	}
}

void rotating_close(struct rotating *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
}
