// What memlogd keeps: the last lines of all streams, each as a line of JSON with its time, source and message.
#pragma once

#include "guest.h"

#define MEMLOG_SOCKET "/var/run/linuxkit-external-logging.sock"
#define MEMLOG_QUERY "/var/run/memlogdq.sock"
#define MEMLOG_NAME_LIMIT 512

// How a client asks, in the first byte that it sends.
enum memlog_mode { MEMLOG_DUMP, MEMLOG_FOLLOW, MEMLOG_DUMP_AND_FOLLOW };

// A ring of lines. Each line has a number; the oldest is replaced.
struct memlog {
	char **lines;
	size_t limit;
	uint64_t first, next; // numbers of the oldest line, and of the one that will come
};

void memlog_open(struct memlog *log, size_t limit);
// Adds a message of a source, with the time now. Both may be any bytes.
void memlog_add(struct memlog *log, const char *source, const char *message);
// Returns the line of a number, with its end, owned by the ring; NULL if it has been replaced or has not come.
const char *memlog_line(const struct memlog *log, uint64_t number);
void memlog_close(struct memlog *log);

// A stream that is read line by line.
struct memlog_stream {
	int fd;
	char *name;
	struct buffer line;
};

// Adds what one read of a stream gives to a log. What a line has beyond `longest` bytes is dropped. Returns false at
// the end of the stream.
bool memlog_read(struct memlog_stream *stream, struct memlog *log, size_t longest);
