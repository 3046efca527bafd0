// The type, label and UUID of what is on a block device.
#pragma once

#include <stdbool.h>

struct volume {
	char type[12], label[257], uuid[41]; // empty if there is none; label is not encoded in any way
};

// Reads the superblock of an EROFS, ISO 9660, ext2, ext3, ext4, XFS, Btrfs, FAT or exFAT file system, swap
// space or a LUKS container. Returns false if there is none. UUIDs are spelled as blkid does; that of ISO
// 9660 is the volume's modification or creation time.
bool volume_read(const char *path, struct volume *volume);
