// A writer of tar archives in the format of POSIX, of files with short names.
#include "archive.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], time[12], sum[8], type, link[100], magic[8], owner[32],
		group[32], major[8], minor[8], prefix[155], rest[12];
};

bool sink_write(const struct sink *sink, const void *data, size_t size)
{
	char length[24];
	if (!sink->chunked)
		return write_all(sink->fd, data, size);
	if (size == 0)
		return true; // an empty chunk would be the end
	snprintf(length, sizeof length, "%zx\r\n", size);
	return write_all(sink->fd, length, strlen(length)) && write_all(sink->fd, data, size) &&
	       write_all(sink->fd, "\r\n", 2);
}

static bool write_header(const struct sink *sink, const char *name, size_t size)
{
	struct header header = {.type = '0', .mode = "0000644", .uid = "0000000", .gid = "0000000", .magic = "ustar"};
	if (strlen(name) >= sizeof header.name || size > 077777777777ULL) {
		say("%s does not fit into an archive", name);
		return false;
	}
	strcpy(header.name, name);
	snprintf(header.size, sizeof header.size, "%011zo", size);
	memset(header.time, '0', sizeof header.time - 1);
	memcpy(header.magic + 6, "00", 2);
	memset(header.sum, ' ', sizeof header.sum);
	unsigned sum = 0;
	for (size_t i = 0; i < sizeof header; i++)
		sum += ((const unsigned char *)&header)[i];
	snprintf(header.sum, sizeof header.sum, "%06o", sum & 0777777);
	_Static_assert(sizeof header == BLOCK, "a header is one block");
	return sink_write(sink, &header, sizeof header);
}

static bool pad(const struct sink *sink, size_t size)
{
	static const char zeroes[BLOCK];
	return sink_write(sink, zeroes, (BLOCK - size % BLOCK) % BLOCK);
}

bool tar_text(const struct sink *sink, const char *name, const char *content)
{
	size_t size = strlen(content);
	return write_header(sink, name, size) && sink_write(sink, content, size) && pad(sink, size);
}

bool tar_file(const struct sink *sink, const char *name, int fd, size_t size)
{
	static char data[1 << 16];
	if (!write_header(sink, name, size))
		return false;
	for (size_t left = size; left > 0;) {
		ssize_t got = read(fd, data, left < sizeof data ? left : sizeof data);
		if (got <= 0) {
			say("%s is shorter than expected", name);
			return false;
		}
		if (!sink_write(sink, data, (size_t)got))
			return false;
		left -= (size_t)got;
	}
	return pad(sink, size);
}

bool tar_end(const struct sink *sink)
{
	static const char zeroes[2 * BLOCK];
	return sink_write(sink, zeroes, sizeof zeroes) && (!sink->chunked || write_all(sink->fd, "0\r\n\r\n", 5));
}
