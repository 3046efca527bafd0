// What a block device says of the file system on it.
#pragma once

#include <stdbool.h>

struct volume {
	char label[33], uuid[37]; // empty where there is none
};

// Reads the label and the UUID of an EROFS or an ISO 9660 file system; false when it is none of these. UUIDs are spelled as
// blkid spells them: that of ISO 9660 is the time when the volume was made.
bool volume_read(const char *path, struct volume *volume);
