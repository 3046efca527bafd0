#include "block.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define MISCELLANEOUS 10 // Linux, Documentation/admin-guide/devices.txt
#define WAIT_STEPS 60
#define WAIT_STEP_US 100000

uint64_t block_number(const char *root, const char *device, const char *attribute)
{
	char *path = text("%s/sys/class/block/%s/%s", root, device, attribute);
	struct buffer content = {0};
	uint64_t number = read_file(path, 64, &content) ? strtoull(content.data, NULL, 10) : 0;
	buffer_free(&content);
	free(path);
	return number;
}

static bool is_drive(const char *root, const char *name)
{
	static const char *const others[] = {"dm-", "fd", "loop", "nbd", "ram", "sr", "zram"};
	for (size_t i = 0; i < COUNT(others); i++)
		if (starts_with(name, others[i]))
			return false;
	if (starts_with(name, "mmcblk") && strstr(name, "boot") != NULL)
		return false; // a part of the chip for boot loaders
	return block_number(root, name, "partition") == 0 && block_number(root, name, "size") > 0 &&
	       block_number(root, name, "ro") == 0 && block_number(root, name, "hidden") == 0;
}

void drives(const char *root, struct strings *names)
{
	struct strings all = {0};
	char *folder = text("%s/sys/class/block", root);
	(void)list_directory(folder, &all);
	for (size_t i = 0; i < all.count; i++)
		if (is_drive(root, all.items[i]))
			strings_add(names, all.items[i]);
	strings_free(&all);
	free(folder);
}

void partitions(const char *root, const char *drive, struct strings *names)
{
	struct strings all = {0};
	char *folder = text("%s/sys/class/block/%s", root, drive);
	(void)list_directory(folder, &all);
	free(folder);
	uint64_t highest = 0;
	for (size_t i = 0; i < all.count; i++) {
		uint64_t number = starts_with(all.items[i], drive) ? block_number(root, all.items[i], "partition") : 0;
		highest = number > highest ? number : highest;
	}
	for (uint64_t number = 1; number <= highest; number++)
		for (size_t i = 0; i < all.count; i++)
			if (starts_with(all.items[i], drive) &&
			    block_number(root, all.items[i], "partition") == number)
				strings_add(names, all.items[i]);
	strings_free(&all);
}

char *block_name(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return NULL;
	if (!S_ISBLK(status.st_mode)) {
		errno = ENOTBLK;
		return NULL;
	}
	char *link = text("/sys/dev/block/%u:%u", major(status.st_rdev), minor(status.st_rdev));
	char *folder = realpath(link, NULL), *name = NULL;
	if (folder != NULL)
		name = copy_text(strrchr(folder, '/') + 1);
	free(folder);
	free(link);
	return name;
}

char *partition_node(const char *disk, unsigned number)
{
	size_t length = strlen(disk);
	bool digit = length > 0 && disk[length - 1] >= '0' && disk[length - 1] <= '9';
	return text("%s%s%u", disk, digit ? "p" : "", number);
}

bool node_appears(const char *path)
{
	for (int step = 0; step < WAIT_STEPS; step++) {
		if (exists(path))
			return true;
		(void)usleep(WAIT_STEP_US);
	}
	return exists(path);
}

bool in_use(const char *path)
{
	int fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		close(fd);
	return fd < 0 && errno == EBUSY;
}

void request_node(const char *path, unsigned minor)
{
	char *folder = copy_text(path);
	*strrchr(folder, '/') = '\0';
	if (!make_directories(folder, 0755) ||
	    (mknod(path, S_IFCHR | 0600, makedev(MISCELLANEOUS, minor)) != 0 && errno != EEXIST))
		say_errno("%s", path);
	free(folder);
}
