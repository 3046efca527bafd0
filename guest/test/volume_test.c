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

void test_volume(void)
{
	static unsigned char image[SIZE];
	struct volume volume;
	test_iso(image);
	test_erofs(image);
	memset(image, 0, SIZE);
	CHECK(!volume_of(image, SIZE, &volume));
	CHECK(!volume_of(image, 0, &volume));
	CHECK(!volume_read("/nonexistent", &volume));
}
