// Block devices, as /sys describes them. `root` is put before the paths in /sys.
#pragma once

#include "guest.h"

// Lists the disks that hold data of their own, by name: not parts of disks, nor what is empty, read-only or
// made from other devices or memory, except RAID.
void drives(const char *root, struct strings *names);
// Lists the partitions of a disk, by number.
void partitions(const char *root, const char *drive, struct strings *names);
// Returns a number that /sys has for a device, such as "size"; 0 if it has none.
uint64_t block_number(const char *root, const char *device, const char *attribute);
// Returns the name in /sys/class/block of the device that a path leads to, to be freed by the caller; NULL
// with errno if that is no block device.
char *block_name(const char *path);
// Returns the path of a partition's node, to be freed by the caller.
char *partition_node(const char *disk, unsigned number);
// Waits up to six seconds for a node. Returns whether it is there.
bool node_appears(const char *path);
// Returns whether the kernel uses a device: it is mounted, swap space or part of another one.
bool in_use(const char *path);
// Makes the node of a driver that is loaded when a program opens it, unless it is there. `minor`: of the kernel's
// miscellaneous devices.
void request_node(const char *path, unsigned minor);
