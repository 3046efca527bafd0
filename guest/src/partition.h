// Partition tables.
#pragma once

#include <stdbool.h>

struct partition {
	char uuid[37], label[109]; // empty if there is none; label is not encoded in any way
};

// Reads the entry of a partition, counted from 1, in the GPT or MBR of a disk. Returns false if there is none.
bool partition_read(const char *disk, unsigned number, struct partition *partition);
