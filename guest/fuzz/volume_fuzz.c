// Superblocks of disks. The first 1024 bytes of an input are placed at byte 1024 of the disk, where EROFS
// has its superblock, the next 1024 at byte 32768, where ISO 9660 has its volume descriptor.
#include "fuzz.h"

#include "volume.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PART 1024

static void put(int fd, const uint8_t *data, size_t size, off_t offset)
{
	REQUIRE(pwrite(fd, data, size, offset) == (ssize_t)size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	if (fd < 0) {
		fd = memfd_create("disk", 0);
		char *name = text("/proc/self/fd/%d", fd);
		memcpy(path, name, strlen(name));
		free(name);
	}
	REQUIRE(ftruncate(fd, 0) == 0);
	size_t first = size < PART ? size : PART, second = size - first < PART ? size - first : PART;
	put(fd, data, first, 1024);
	if (second > 0)
		put(fd, data + first, second, 32768);
	struct volume volume;
	memset(&volume, 'x', sizeof volume);
	bool known = volume_read(path, &volume);
	REQUIRE(memchr(volume.label, '\0', sizeof volume.label) != NULL);
	REQUIRE(memchr(volume.uuid, '\0', sizeof volume.uuid) != NULL);
	REQUIRE(known || (*volume.label == '\0' && *volume.uuid == '\0'));
	return 0;
}
