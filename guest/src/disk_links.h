// The links below /dev/disk, by which disks and partitions are found whatever the kernel calls them.
#pragma once

#include "guest.h"

struct disk_links {
	int writes; // descriptor that becomes readable when a program has written to a device, or -1
	struct disk {
		char *name; // in /sys/class/block
		int watch;
		struct strings links; // relative to /dev/disk
	} *list;
	size_t count;
};

// Makes the links of all present devices.
void disk_links_open(struct disk_links *links);
// Makes, changes or removes the links of a device that was added, changed or removed.
void disk_links_update(struct disk_links *links, const char *device);
// Does so for every device, and removes links that belong to no device.
void disk_links_update_all(struct disk_links *links);
// Reads the events of `writes` and updates the devices.
void disk_links_serve(struct disk_links *links);
void disk_links_close(struct disk_links *links);
