#include "filesystem.h"
#include "disk_text.h"
#include "programs.h"

#include <endian.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define PLACE "/mnt/tmp"
#define E2FSCK "/usr/sbin/e2fsck"

// e2fsck: 1 means that it has mended something, 2 that the machine has to start again.
static bool check_ext4(const char *device, char *how)
{
	int status = run_fed((char *[]){E2FSCK, "-p", how, (char *)device, NULL}, NULL);
	if (status == 2 || status == 3)
		say("%s needs a restart of the machine", device);
	else if (status > 3)
		status = run_fed((char *[]){E2FSCK, "-y", "-f", (char *)device, NULL}, NULL);
	if (status > 1)
		say("%s: e2fsck exited with status %d", device, status);
	return status <= 1;
}

static bool grow_ext4(const char *device)
{
	return succeeds((char *[]){"/usr/sbin/resize2fs", (char *)device, NULL}) && check_ext4(device, "-p");
}

// Those that grow only while they are mounted.
static bool grow_mounted(const char *device, const char *type, char *const arguments[])
{
	if (!make_directories(PLACE, 0755) || mount(device, PLACE, type, 0, "") != 0) {
		say_errno("cannot mount %s", device);
		return false;
	}
	bool grown = succeeds(arguments);
	if (umount2(PLACE, UMOUNT_NOFOLLOW) != 0) {
		say_errno("cannot unmount %s", device);
		return false;
	}
	return grown;
}

static bool grow_btrfs(const char *device)
{
	return grow_mounted(device, "btrfs", (char *[]){"/usr/bin/btrfs", "filesystem", "resize", "max", PLACE, NULL});
}

static bool grow_xfs(const char *device)
{
	return grow_mounted(device, "xfs", (char *[]){"/usr/sbin/xfs_growfs", PLACE, NULL}) &&
	       succeeds((char *[]){"/usr/sbin/xfs_repair", "-n", (char *)device, NULL});
}

static const struct filesystem known[] = {
	{"ext4", "/usr/sbin/mkfs.ext4", 16, grow_ext4},
	{"btrfs", "/usr/sbin/mkfs.btrfs", 255, grow_btrfs},
	{"xfs", "/usr/sbin/mkfs.xfs", 12, grow_xfs},
};

const struct filesystem *filesystem_named(const char *type)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].type, type) == 0)
			return &known[i];
	return NULL;
}

bool filesystem_make(const struct filesystem *filesystem, const char *device, const char *label)
{
	char *force = strcmp(filesystem->type, "ext4") == 0 ? "-F" : "-f";
	char *arguments[] = {(char *)filesystem->maker, "-q", force, label != NULL ? "-L" : NULL, (char *)label,
			     (char *)device, NULL};
	if (label == NULL) {
		arguments[3] = (char *)device;
		arguments[4] = NULL;
	}
	return succeeds(arguments);
}

bool filesystem_check(const struct filesystem *filesystem, const char *device)
{
	return strcmp(filesystem->type, "ext4") != 0 || check_ext4(device, "-f");
}

// Linux: struct ext4_super_block, struct xfs_dsb, struct btrfs_super_block with its dev_item.
uint64_t filesystem_size(const struct filesystem *filesystem, const char *device)
{
	bool ext4 = strcmp(filesystem->type, "ext4") == 0, xfs = strcmp(filesystem->type, "xfs") == 0;
	unsigned char head[1024];
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? pread(fd, head, sizeof head, ext4 ? 1024 : xfs ? 0 : 65536) : -1;
	if (fd >= 0)
		close(fd);
	if (got != (ssize_t)sizeof head)
		return 0;
	if (xfs) {
		uint64_t blocks;
		uint32_t size;
		memcpy(&size, head + 4, sizeof size);
		memcpy(&blocks, head + 8, sizeof blocks);
		return be64toh(blocks) * be32toh(size);
	}
	if (!ext4)
		return little_endian_64(head + 0xd1);
	bool wide = (little_endian_32(head + 96) & 0x80) != 0;
	uint64_t blocks = little_endian_32(head + 4) | (wide ? (uint64_t)little_endian_32(head + 336) << 32 : 0);
	return blocks * (1024ULL << (little_endian_32(head + 24) & 15));
}
