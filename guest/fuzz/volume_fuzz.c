// Superblocks of disks. Each 1024 bytes of an input are placed where superblocks are: at byte 1024 of the disk,
// 32768, 0, 65536 and 3072.
#include "fuzz.h"

#include "volume.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PART 1024

static const off_t places[] = {1024, 32768, 0, 65536, 3072};

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
	for (size_t i = 0; i < COUNT(places) && size > 0; i++) {
		size_t part = size < PART ? size : PART;
		put(fd, data, part, places[i]);
		data += part;
		size -= part;
	}
	struct volume volume;
	memset(&volume, 'x', sizeof volume);
	bool known = volume_read(path, &volume);
	REQUIRE(memchr(volume.label, '\0', sizeof volume.label) != NULL);
	REQUIRE(memchr(volume.uuid, '\0', sizeof volume.uuid) != NULL);
	REQUIRE(memchr(volume.type, '\0', sizeof volume.type) != NULL && (*volume.type != '\0') == known);
	REQUIRE(known || (*volume.label == '\0' && *volume.uuid == '\0'));
	return 0;
}
