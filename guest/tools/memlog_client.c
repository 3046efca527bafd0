#include "memlog_client.h"

#include "json.h"
#include "unix_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_LIMIT (1 << 20)

int memlog_ask(const char *path, enum memlog_mode mode)
{
	int fd = unix_connect(path, SOCK_STREAM);
	unsigned char byte = (unsigned char)mode;
	if (fd >= 0 && !write_all(fd, &byte, 1)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool take_line(const char *line, size_t size, bool (*take)(const struct memlog_entry *, void *), void *context)
{
	size_t where;
	struct json *read = json_read(line, size, &where);
	struct memlog_entry entry = {json_string(read, "time"), json_string(read, "source"), json_string(read, "msg")};
	bool goes_on = entry.time == NULL || entry.source == NULL || entry.message == NULL || take(&entry, context);
	json_free(read);
	return goes_on;
}

void memlog_entries(int fd, bool (*take)(const struct memlog_entry *entry, void *context), void *context)
{
	struct buffer text = {0};
	char block[4096];
	ssize_t got;
	bool goes_on = true;
	while (goes_on && ((got = read(fd, block, sizeof block)) > 0 || (got < 0 && errno == EINTR))) {
		if (got > 0)
			buffer_append(&text, block, (size_t)got);
		size_t start = 0;
		for (char *end; goes_on && (end = memchr(text.data + start, '\n', text.size - start)) != NULL;) {
			goes_on = take_line(text.data + start, (size_t)(end - text.data) - start, take, context);
			start = (size_t)(end - text.data) + 1;
		}
		memmove(text.data, text.data + start, text.size - start);
		text.size -= start;
		if (text.size > LINE_LIMIT)
			text.size = 0;
	}
	buffer_free(&text);
}
