// Clients of memlogd.
#pragma once

#include "memlog.h"

// A line of the log, valid during the call that gets it.
struct memlog_entry {
	const char *time, *source, *message;
};

// Connects to memlogd's query socket and asks for lines. Returns -1 with errno on failure.
int memlog_ask(const char *path, enum memlog_mode mode);
// Reads the lines that were asked for, until memlogd ends them or `take` returns false. What is not a line of the log
// is skipped.
void memlog_entries(int fd, bool (*take)(const struct memlog_entry *entry, void *context), void *context);
