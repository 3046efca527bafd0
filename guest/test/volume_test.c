#include "check.h"

#include "volume.h"

#include <stdint.h>
#include <unistd.h>

#define SIZE (64 << 10)

static bool volume_of(const unsigned char *image, size_t size, struct volume *volume)
{
	char path[] = "/tmp/volume-XXXXXX";
	int fd = mkstemp(path);
	CHECK(fd >= 0);
	CHECK(write(fd, image, size) == (ssize_t)size);
	close(fd);
	bool known = volume_read(path, volume);
	unlink(path);
	return known;
}

static void test_iso(unsigned char *image)
{
	struct volume volume;
	memset(image, 0, SIZE);
	memcpy(image + 32768, "\1CD001\1", 7);
	memset(image + 32768 + 40, ' ', 32);
	memcpy(image + 32768 + 40, "Linux Kit", 9);
	memcpy(image + 32768 + 813, "2017041816300001", 16);
	memcpy(image + 32768 + 830, "2018051917310102", 16);
	CHECK(volume_of(image, SIZE, &volume));
	CHECK_TEXT(volume.label, "Linux Kit");
	CHECK_TEXT(volume.uuid, "2018-05-19-17-31-01-02");
	// Never modified: the creation time is used.
	memcpy(image + 32768 + 830, "0000000000000000", 16);
	CHECK(volume_of(image, SIZE, &volume));
	CHECK_TEXT(volume.uuid, "2017-04-18-16-30-00-01");
	// A label of 32 characters has no terminator on disk.
	memset(image + 32768 + 40, 'x', 32);
	CHECK(volume_of(image, SIZE, &volume));
	CHECK(strlen(volume.label) == 32);
	CHECK(!volume_of(image, 32768 + 512, &volume));
}

static void test_erofs(unsigned char *image)
{
	struct volume volume;
	memset(image, 0, SIZE);
	memcpy(image + 1024, "\xe2\xe1\xf5\xe0", 4);
	for (int i = 0; i < 16; i++)
		image[1024 + 48 + i] = (unsigned char)(i * 17);
	memcpy(image + 1024 + 64, "sixteen letters!", 16);
	CHECK(volume_of(image, SIZE, &volume));
	CHECK_TEXT(volume.label, "sixteen letters!");
	CHECK_TEXT(volume.uuid, "00112233-4455-6677-8899-aabbccddeeff");
}

static void expect(const unsigned char *image, const char *type, const char *uuid, const char *label)
{
	struct volume volume;
	CHECK(volume_of(image, SIZE, &volume));
	CHECK_TEXT(volume.type, type);
	CHECK_TEXT(volume.uuid, uuid);
	CHECK_TEXT(volume.label, label);
}

static void put(unsigned char *image, size_t at, const char *data, size_t size)
{
	memcpy(image + at, data, size);
}

static void test_superblocks(unsigned char *image)
{
	static const char id[] = "\0\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
	static const char uuid[] = "00112233-4455-6677-8899-aabbccddeeff";
	memset(image, 0, SIZE);
	put(image, 1024 + 56, "\x53\xef", 2);
	put(image, 1024 + 104, id, 16);
	put(image, 1024 + 120, "data", 4);
	expect(image, "ext4", uuid, "data");
	memset(image, 0, SIZE);
	put(image, 0, "XFSB", 4);
	put(image, 32, id, 16);
	put(image, 108, "twelve bytes", 12);
	expect(image, "xfs", uuid, "twelve bytes");
	memset(image, 0, SIZE);
	put(image, 4086, "SWAPSPACE2", 10);
	put(image, 1036, id, 16);
	put(image, 1052, "swap", 4);
	expect(image, "swap", uuid, "swap");
	memset(image, 0, SIZE);
	put(image, 0, "LUKS\xba\xbe\0\2", 8);
	put(image, 24, "secret", 6);
	put(image, 168, uuid, 36);
	expect(image, "luks", uuid, "secret");
	put(image, 170, "/", 1); // not a UUID from there on
	expect(image, "luks", "00", "secret");
}

static void test_btrfs(void)
{
	enum { AT = 65536, END = AT + 4096 };
	static unsigned char image[END];
	struct volume volume;
	put(image, AT + 64, "_BHRfS_M", 8);
	memset(image + AT + 299, 'x', 256);
	CHECK(volume_of(image, END, &volume));
	CHECK_TEXT(volume.type, "btrfs");
	CHECK(strlen(volume.label) == 256);
	CHECK(!volume_of(image, AT + 80, &volume));
}

static void test_fat(unsigned char *image)
{
	struct volume volume;
	memset(image, 0, SIZE);
	put(image, 11, "\0\2\1\1\0\2", 6); // sectors of 512 bytes, clusters of one, two tables
	put(image, 21, "\xf8", 1);
	put(image, 510, "\x55\xaa", 2);
	CHECK(!volume_of(image, SIZE, &volume)); // may be any boot sector
	put(image, 38, "\x29\x78\x56\x34\x12NO NAME    FAT16   ", 24);
	expect(image, "vfat", "1234-5678", "");
	put(image, 43, "BOOT       ", 11);
	expect(image, "vfat", "1234-5678", "BOOT");
	memset(image + 38, 0, 24);
	put(image, 66, "\x29\xef\xbe\xad\xdeMY DISK    FAT32   ", 24);
	expect(image, "vfat", "DEAD-BEEF", "MY DISK");
	put(image, 11, "\1\2", 2);
	CHECK(!volume_of(image, SIZE, &volume));
}

static void test_exfat(unsigned char *image)
{
	memset(image, 0, SIZE);
	put(image, 3, "EXFAT   ", 8);
	put(image, 88, "\x10\0\0\0", 4);            // clusters start at sector 16
	put(image, 96, "\4\0\0\0", 4);               // the root directory is the third
	put(image, 100, "\xef\xbe\xad\xde\0\0\0\0\x09\1", 10); // serial; sectors of 512 bytes, clusters of two
	put(image, (16 + 2 * 2) * 512, "\x81", 1);
	put(image, (16 + 2 * 2) * 512 + 32, "\x83\2D\0\xe9\0", 6);
	expect(image, "exfat", "DEAD-BEEF", "D\xc3\xa9");
	put(image, 96, "\xff\xff\xff\xff", 4); // outside of the disk
	expect(image, "exfat", "DEAD-BEEF", "");
	image[108] = 255;
	expect(image, "exfat", "DEAD-BEEF", "");
}

void test_volume(void)
{
	static unsigned char image[SIZE];
	struct volume volume;
	test_iso(image);
	test_erofs(image);
	test_superblocks(image);
	test_btrfs();
	test_fat(image);
	test_exfat(image);
	memset(image, 0, SIZE);
	CHECK(!volume_of(image, SIZE, &volume));
	CHECK(!volume_of(image, 0, &volume));
	CHECK(!volume_read("/nonexistent", &volume));
}
