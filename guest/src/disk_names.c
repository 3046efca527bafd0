#include "disk_names.h"
#include "disk_text.h"
#include "partition.h"
#include "volume.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	const char *root;
	char *folder; // of the device in /sys, without symbolic links
	char *disk;   // the folder of the disk that it is or is a part of
	unsigned partition;
};

// Returns an attribute of a folder in /sys without white space at its ends, to be freed by the caller; "" if it
// is missing.
static char *attribute(const char *folder, const char *name)
{
	char *path = text("%s/%s", folder, name);
	struct buffer content = {0};
	char *value = copy_text(read_file(path, 4096, &content) ? trim(content.data) : "");
	buffer_free(&content);
	free(path);
	return value;
}

static char *device_path(const char *root, const char *folder)
{
	char *path = text("%s/dev/%s", root, strrchr(folder, '/') + 1);
	for (char *c = path + strlen(root) + strlen("/dev/"); *c != '\0'; c++)
		if (*c == '!')
			*c = '/';
	return path;
}

// Adds FOLDER/NAME, followed by the number of the partition if the name is the disk's. Takes the name.
static void add(const struct block *block, struct strings *names, const char *folder, char *name)
{
	bool of_disk = strcmp(folder, "by-id") == 0 || strcmp(folder, "by-path") == 0;
	char *link = block->partition > 0 && of_disk
			     ? text("%s/%s-part%u", folder, name, block->partition)
			     : text("%s/%s", folder, name);
	const char *last = strrchr(link, '/') + 1;
	if (*name != '\0' && strcmp(last, ".") != 0 && strcmp(last, "..") != 0 && strlen(last) <= NAME_MAX)
		strings_add(names, link);
	free(link);
	free(name);
}

static void add_content(const struct block *block, struct strings *names)
{
	char *path = device_path(block->root, block->folder);
	struct volume volume;
	if (volume_read(path, &volume)) {
		add(block, names, "by-uuid", encoded_label(volume.uuid));
		add(block, names, "by-label", encoded_label(volume.label));
	}
	free(path);
}

static void add_partition(const struct block *block, struct strings *names)
{
	char *path = device_path(block->root, block->disk);
	struct partition partition;
	if (block->partition > 0 && partition_read(path, block->partition, &partition)) {
		add(block, names, "by-partuuid", encoded_label(partition.uuid));
		add(block, names, "by-partlabel", encoded_label(partition.label));
	}
	free(path);
}

// Adds PREFIX followed by plain forms of two values that are joined by _. Adds nothing if the last is "".
static void add_id(const struct block *block, struct strings *names, const char *prefix, const char *former,
		   const char *last)
{
	char *one = plain_name(former), *other = plain_name(last);
	if (*other != '\0')
		add(block, names, "by-id", text("%s%s%s%s", prefix, one, *one != '\0' ? "_" : "", other));
	free(one);
	free(other);
}

// Reads the unit serial number of a SCSI device (SPC-5, 7.7.19): 4 bytes, of which the last two are the length.
static char *scsi_serial(const char *folder)
{
	char *path = text("%s/device/vpd_pg80", folder);
	struct buffer page = {0};
	char *serial = copy_text("");
	if (read_file(path, 4096, &page) && page.size > 4 && page.data[1] == (char)0x80) {
		size_t length = (size_t)(unsigned char)page.data[2] << 8 | (unsigned char)page.data[3];
		free(serial);
		serial = text("%.*s", (int)(length < page.size - 4 ? length : page.size - 4), page.data + 4);
	}
	buffer_free(&page);
	free(path);
	return serial;
}

static void add_scsi(const struct block *block, struct strings *names)
{
	char *vendor = attribute(block->disk, "device/vendor"), *model = attribute(block->disk, "device/model");
	char *wide = attribute(block->disk, "device/wwid"), *serial = scsi_serial(block->disk);
	if (strcmp(vendor, "ATA") == 0) {
		add_id(block, names, "ata-", model, serial);
	} else if (*vendor != '\0' && *serial != '\0') {
		char *maker = plain_name(vendor), *prefix = text("scsi-0%s_", maker);
		add_id(block, names, prefix, model, serial);
		if (strcmp(vendor, "Google") == 0)
			add_id(block, names, "google-", "", serial);
		free(prefix);
		free(maker);
	}
	if (starts_with(wide, "naa."))
		add_id(block, names, "wwn-0x", "", wide + strlen("naa."));
	free(vendor);
	free(model);
	free(wide);
	free(serial);
}

static void add_nvme(const struct block *block, struct strings *names)
{
	char *model = attribute(block->disk, "device/model"), *serial = attribute(block->disk, "device/serial");
	char *wide = attribute(block->disk, "wwid"), *space = attribute(block->disk, "nsid");
	char *both = text("%s_%s", serial, space);
	add_id(block, names, "nvme-", "", wide);
	if (*serial != '\0' && *space != '\0')
		add_id(block, names, "nvme-", model, both);
	if (strcmp(space, "1") == 0)
		add_id(block, names, "nvme-", model, serial);
	free(both);
	free(model);
	free(serial);
	free(wide);
	free(space);
}

static void add_ids(const struct block *block, struct strings *names)
{
	const char *name = strrchr(block->disk, '/') + 1;
	char *serial = attribute(block->disk, "serial"), *mapped = attribute(block->disk, "dm/name");
	if (starts_with(name, "vd"))
		add_id(block, names, "virtio-", "", serial);
	else if (starts_with(name, "nvme"))
		add_nvme(block, names);
	else if (starts_with(name, "sd") || starts_with(name, "sr"))
		add_scsi(block, names);
	else if (starts_with(name, "dm-"))
		add_id(block, names, "dm-name-", "", mapped);
	else if (starts_with(name, "mmcblk")) {
		char *model = attribute(block->disk, "device/name"), *number = attribute(block->disk, "device/serial");
		add_id(block, names, "mmc-", model, number);
		free(model);
		free(number);
	}
	free(serial);
	free(mapped);
}

// Adds the place on the bus: the last PCI or platform device on the path and what is below it.
static void add_path(const struct block *block, struct strings *names)
{
	struct buffer place = {0};
	char *parts = copy_text(block->disk), *position = NULL;
	unsigned a, b, c, d, ata, host, channel, target, unit;
	char rest;
	for (char *part = strtok_r(parts, "/", &position); part != NULL; part = strtok_r(NULL, "/", &position)) {
		char *found = NULL;
		if (sscanf(part, "%4x:%2x:%2x.%1x%c", &a, &b, &c, &d, &rest) == 4)
			found = text("pci-%04x:%02x:%02x.%x", a, b, c, d);
		else if (ends_with(part, ".virtio_mmio"))
			found = text("platform-%s", part);
		if (found != NULL) {
			buffer_free(&place);
			buffer_text(&place, found);
		} else if (place.size > 0 && sscanf(part, "ata%u%c", &ata, &rest) == 1) {
			found = text("-ata-%u", ata);
			buffer_text(&place, found);
		} else if (place.size > 0 && strstr(place.data, "-ata-") == NULL &&
			   sscanf(part, "%u:%u:%u:%u%c", &host, &channel, &target, &unit, &rest) == 4) {
			// The number of the host depends on the order in which drivers are loaded.
			found = text("-scsi-0:%u:%u:%u", channel, target, unit);
			buffer_text(&place, found);
		}
		free(found);
	}
	char *space = attribute(block->disk, "nsid");
	const char *disk = strrchr(block->disk, '/') + 1;
	bool nvme = starts_with(disk, "nvme") && *space != '\0';
	if (place.size > 0)
		add(block, names, "by-path", nvme ? text("%s-nvme-%s", place.data, space) : copy_text(place.data));
	free(space);
	buffer_free(&place);
	free(parts);
}

void disk_names(const char *root, const char *device, struct strings *names)
{
	// Floppy drives take seconds to say that they are empty.
	if (starts_with(device, "fd"))
		return;
	char *link = text("%s/sys/class/block/%s", root, device), *folder = realpath(link, NULL);
	free(link);
	if (folder == NULL)
		return;
	char *size = attribute(folder, "size"), *number = attribute(folder, "partition");
	struct block block = {.root = root, .folder = folder, .disk = copy_text(folder)};
	block.partition = (unsigned)strtoul(number, NULL, 10);
	if (block.partition > 0)
		*strrchr(block.disk, '/') = '\0';
	if (*size != '\0' && strcmp(size, "0") != 0) {
		add_content(&block, names);
		add_partition(&block, names);
		add_ids(&block, names);
		add_path(&block, names);
	}
	free(block.disk);
	free(number);
	free(size);
	free(folder);
}
