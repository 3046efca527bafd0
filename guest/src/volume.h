// The label and UUID of the file system on a block device.
#pragma once

#include <stdbool.h>

struct volume {
	char label[33], uuid[37]; // empty if there is none
};

// Reads the label and UUID of an EROFS or ISO 9660 file system. Returns false if there is neither. UUIDs
// are spelled as blkid does; that of ISO 9660 is the volume's modification or creation time.
bool volume_read(const char *path, struct volume *volume);
