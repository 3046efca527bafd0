// Partition tables, and the names of links that are made from them. The checksum of the header is put right.
#include "fuzz.h"

#include "disk_text.h"
#include "partition.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST 8192

static void correct(uint8_t *header)
{
	uint32_t crc = UINT32_MAX;
	memset(header + 16, 0, 4);
	for (size_t i = 0; i < 92; i++) {
		crc ^= header[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	for (size_t i = 0; i < 4; i++)
		header[16 + i] = (uint8_t)(~crc >> 8 * i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	uint8_t disk[MOST] = {0};
	if (fd < 0) {
		fd = memfd_create("disk", 0);
		char *name = text("/proc/self/fd/%d", fd);
		memcpy(path, name, strlen(name));
		free(name);
	}
	size = size < MOST ? size : MOST;
	memcpy(disk, data, size);
	if (size >= 1024)
		correct(disk + 512);
	if (size >= 5120)
		correct(disk + 4096);
	REQUIRE(ftruncate(fd, 0) == 0 && pwrite(fd, disk, size, 0) == (ssize_t)size);
	for (unsigned number = 0; number < 6; number++) {
		struct partition partition;
		memset(&partition, 'x', sizeof partition);
		bool found = partition_read(path, number, &partition);
		REQUIRE(memchr(partition.label, '\0', sizeof partition.label) != NULL);
		REQUIRE(memchr(partition.uuid, '\0', sizeof partition.uuid) != NULL);
		REQUIRE(found == (*partition.uuid != '\0'));
		char *name = encoded_label(partition.label), *id = plain_name(partition.label);
		REQUIRE(strchr(name, '/') == NULL && strchr(id, '/') == NULL && strchr(id, ' ') == NULL);
		free(name);
		free(id);
	}
	return 0;
}
