#include "rotating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

void rotating_write(struct rotating *file, const char *data, size_t size)
{
	while (size > 0) {
		const size_t room = file->size < file->limit ? file->limit - file->size : 0;
		if (size <= room) {
			append(file, data, size);
			return;
		}
		// As many whole lines as fit; in an empty file, a part of a line that is longer than the limit.
		const char *end = room > 0 ? memrchr(data, '\n', room) : NULL;
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
