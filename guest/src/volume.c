#include "volume.h"
#include "disk_text.h"
#include "guest.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define HEAD 4096

// Superblocks with the UUID and label in fixed places.
static const struct format {
	const char *type;
	off_t start;
	const char *magic;
	size_t magic_size, magic_at, uuid_at, label_at, label_size;
} formats[] = {
	{"erofs", 1024, "\xe2\xe1\xf5\xe0", 4, 0, 48, 64, 16}, // Linux, fs/erofs/erofs_fs.h
	{"ext4", 1024, "\x53\xef", 2, 56, 104, 120, 16},       // or ext2, ext3: Linux, fs/ext4/ext4.h
	{"xfs", 0, "XFSB", 4, 0, 32, 108, 12},                 // Linux, fs/xfs/libxfs/xfs_format.h
	{"btrfs", 65536, "_BHRfS_M", 8, 64, 32, 299, 256},     // Linux, include/uapi/linux/btrfs_tree.h
	{"swap", 0, "SWAPSPACE2", 10, 4086, 1036, 1052, 16},   // Linux, include/linux/swap.h, pages of 4 KiB
};

// ISO 9660 (ECMA-119, 8.4): the primary volume descriptor and its fields.
#define ISO_OFFSET 32768
#define ISO_END 2048
#define ISO_LABEL 40
#define ISO_LABEL_SIZE 32
#define ISO_CREATED 813
#define ISO_MODIFIED 830
#define ISO_TIME_SIZE 16

// Reads up to HEAD bytes; the rest of the buffer is zeros. Returns how many were read.
static size_t read_head(int fd, off_t offset, unsigned char head[HEAD])
{
	memset(head, 0, HEAD);
	ssize_t got = pread(fd, head, HEAD, offset);
	return got > 0 ? (size_t)got : 0;
}

static void set_label(struct volume *volume, const void *label, size_t size)
{
	memset(volume->label, 0, sizeof volume->label);
	memcpy(volume->label, label, size < sizeof volume->label ? size : sizeof volume->label - 1);
	for (size_t end = strlen(volume->label); end > 0 && volume->label[end - 1] == ' ';)
		volume->label[--end] = '\0';
}

static bool read_format(const struct format *format, int fd, struct volume *volume)
{
	unsigned char head[HEAD];
	size_t size = read_head(fd, format->start, head);
	if (size < format->magic_at + format->magic_size || size < format->label_at + format->label_size ||
	    memcmp(head + format->magic_at, format->magic, format->magic_size) != 0)
		return false;
	(void)snprintf(volume->type, sizeof volume->type, "%s", format->type);
	uuid_text(head + format->uuid_at, volume->uuid);
	set_label(volume, head + format->label_at, format->label_size);
	return true;
}

static bool read_iso(int fd, struct volume *volume)
{
	unsigned char head[HEAD];
	if (read_head(fd, ISO_OFFSET, head) < ISO_END / 2 || memcmp(head, "\1CD001\1", 7) != 0)
		return false;
	(void)snprintf(volume->type, sizeof volume->type, "iso9660");
	set_label(volume, head + ISO_LABEL, ISO_LABEL_SIZE);
	const char *time = (const char *)head + ISO_MODIFIED;
	if (memcmp(time, "0000000000000000", ISO_TIME_SIZE) == 0 || *time == '\0')
		time = (const char *)head + ISO_CREATED;
	(void)snprintf(volume->uuid, sizeof volume->uuid, "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", time, time + 4, time + 6,
		       time + 8, time + 10, time + 12, time + 14);
	return true;
}

// LUKS (cryptsetup, docs/on-disk-format-luks2.pdf): the UUID is text; version 1 has no label.
static bool read_luks(int fd, struct volume *volume)
{
	unsigned char head[HEAD];
	if (read_head(fd, 0, head) < 512 || memcmp(head, "LUKS\xba\xbe", 6) != 0)
		return false;
	(void)snprintf(volume->type, sizeof volume->type, "luks");
	if (head[6] == 0 && head[7] == 2)
		set_label(volume, head + 24, 48);
	for (size_t i = 0; i < 36 && (isxdigit(head[168 + i]) || head[168 + i] == '-'); i++)
		volume->uuid[i] = (char)head[168 + i];
	return true;
}

static void set_serial(struct volume *volume, const char *type, const unsigned char *serial)
{
	(void)snprintf(volume->type, sizeof volume->type, "%s", type);
	(void)snprintf(volume->uuid, sizeof volume->uuid, "%02X%02X-%02X%02X", serial[3], serial[2], serial[1], serial[0]);
}

static bool is_power_of_two(unsigned value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

// FAT (Microsoft, FAT specification 1.03): the boot sector has the serial number and the label.
static bool read_fat(int fd, struct volume *volume)
{
	unsigned char head[HEAD];
	if (read_head(fd, 0, head) < 512 || head[510] != 0x55 || head[511] != 0xaa)
		return false;
	unsigned sector = head[11] | (unsigned)head[12] << 8, tables = head[16];
	if (!is_power_of_two(sector) || sector < 512 || sector > 4096 || !is_power_of_two(head[13]) || tables < 1 ||
	    tables > 2 || head[21] < 0xf0)
		return false;
	size_t extended = memcmp(head + 82, "FAT32   ", 8) == 0 ? 66 : memcmp(head + 54, "FAT1", 4) == 0 ? 38 : 0;
	if (extended == 0 || (head[extended] != 0x28 && head[extended] != 0x29))
		return false;
	set_serial(volume, "vfat", head + extended + 1);
	if (head[extended] == 0x29 && memcmp(head + extended + 5, "NO NAME    ", 11) != 0)
		set_label(volume, head + extended + 5, 11);
	return true;
}

// exFAT (Microsoft, exFAT specification): the label is an entry of the root directory.
static bool read_exfat(int fd, struct volume *volume)
{
	unsigned char head[HEAD];
	if (read_head(fd, 0, head) < 512 || memcmp(head + 3, "EXFAT   ", 8) != 0)
		return false;
	set_serial(volume, "exfat", head + 100);
	unsigned sector_shift = head[108], cluster_shift = head[109];
	uint64_t heap = little_endian_32(head + 88), root = little_endian_32(head + 96);
	if (sector_shift < 9 || sector_shift > 12 || cluster_shift > 25 - sector_shift || root < 2)
		return true;
	size_t size = read_head(fd, (off_t)((heap + ((root - 2) << cluster_shift)) << sector_shift), head);
	for (size_t at = 0; at + 32 <= size && head[at] != 0; at += 32)
		if (head[at] == 0x83 && head[at + 1] <= 11) {
			utf16_text(head + at + 2, head[at + 1], volume->label);
			break;
		}
	return true;
}

// Returns whether a device is anything but a drive for discs without a disc. To read that fails after many
// attempts, each of which the kernel reports.
static bool has_medium(int fd)
{
	int status = ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT);
	return status < 0 || status == CDS_DISC_OK || status == CDS_NO_INFO;
}

bool volume_read(const char *path, struct volume *volume)
{
	*volume = (struct volume){0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	bool readable = has_medium(fd), known = readable && read_luks(fd, volume);
	for (size_t i = 0; i < COUNT(formats) && readable && !known; i++)
		known = read_format(&formats[i], fd, volume);
	known = known || (readable && (read_iso(fd, volume) || read_exfat(fd, volume) || read_fat(fd, volume)));
	close(fd);
	return known;
}
