// A log file of limited size: when it is full, it becomes FILE.0 in place of the one before.
#pragma once

#include "guest.h"

struct rotating {
	char *path;
	int fd; // -1: cannot be written for now
	size_t size, limit;
};

// Opens or creates a file, to be continued unless `fresh`.
void rotating_open(struct rotating *file, const char *path, size_t limit, bool fresh);
// Writes text, in whole lines where it can. What cannot be written, as on a full disk, is dropped.
void rotating_write(struct rotating *file, const char *data, size_t size);
void rotating_close(struct rotating *file);
