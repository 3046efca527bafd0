#include "partition.h"
#include "disk_text.h"
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// UEFI 2.10, 5.3: the header and entries of a GUID Partition Table.
#define HEADER_SIZE 92
#define ENTRY_SIZE 128
#define NAME_UNITS 36

static bool read_exactly(int fd, void *data, size_t size, uint64_t offset)
{
	return offset <= INT64_MAX - size && pread(fd, data, size, (off_t)offset) == (ssize_t)size;
}

// The CRC-32 of Ethernet.
static uint32_t checksum(const unsigned char *data, size_t size)
{
	uint32_t crc = UINT32_MAX;
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
	}
	return ~crc;
}

static bool header_is_valid(const unsigned char *header)
{
	unsigned char copy[HEADER_SIZE];
	memcpy(copy, header, sizeof copy);
	memset(copy + 16, 0, 4); // the checksum itself
	return memcmp(header, "EFI PART", 8) == 0 && little_endian_32(header + 12) == HEADER_SIZE &&
	       checksum(copy, sizeof copy) == little_endian_32(header + 16);
}

static bool read_gpt(int fd, unsigned sector, unsigned number, struct partition *partition)
{
	unsigned char header[HEADER_SIZE], entry[ENTRY_SIZE], id[16];
	if (!read_exactly(fd, header, sizeof header, sector) || !header_is_valid(header))
		return false;
	uint64_t first = little_endian_64(header + 72);
	uint32_t count = little_endian_32(header + 80), size = little_endian_32(header + 84);
	if (number == 0 || number > count || size < ENTRY_SIZE || size > 4096 || first > INT64_MAX / sector / 2 ||
	    !read_exactly(fd, entry, sizeof entry, first * sector + (uint64_t)(number - 1) * size))
		return false;
	static const unsigned char unused[16];
	if (memcmp(entry, unused, sizeof unused) == 0)
		return false;
	// The first three fields of the UUID are little-endian.
	static const unsigned char order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	for (size_t i = 0; i < sizeof id; i++)
		id[i] = entry[16 + order[i]];
	uuid_text(id, partition->uuid);
	utf16_text(entry + 56, NAME_UNITS, partition->label);
	return true;
}

// A master boot record has one signature for the disk.
static bool read_mbr(int fd, unsigned number, struct partition *partition)
{
	unsigned char sector[512];
	if (!read_exactly(fd, sector, sizeof sector, 0) || sector[510] != 0x55 || sector[511] != 0xaa)
		return false;
	uint32_t signature = little_endian_32(sector + 440);
	if (signature == 0 || number == 0 || number > 255)
		return false;
	(void)snprintf(partition->uuid, sizeof partition->uuid, "%08x-%02x", signature, number);
	return true;
}

// Returns whether an entry of the master boot record marks the disk as one with a GPT, as the kernel does.
static bool has_gpt(int fd)
{
	unsigned char sector[512];
	if (!read_exactly(fd, sector, sizeof sector, 0))
		return false;
	for (size_t i = 0; i < 4; i++)
		if (sector[446 + 16 * i + 4] == 0xee)
			return true;
	return false;
}

bool partition_read(const char *disk, unsigned number, struct partition *partition)
{
	*partition = (struct partition){0};
	int fd = open(disk, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	bool found = has_gpt(fd) ? read_gpt(fd, 512, number, partition) || read_gpt(fd, 4096, number, partition)
				 : read_mbr(fd, number, partition);
	close(fd);
	return found;
}
