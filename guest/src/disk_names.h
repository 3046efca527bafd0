// The names of a block device below /dev/disk.
#pragma once

#include "guest.h"

// Adds the names, such as "by-label/data". `device` is a name in /sys/class/block; `root` is put before
// the paths in /sys and /dev.
void disk_names(const char *root, const char *device, struct strings *names);
