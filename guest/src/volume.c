#include "volume.h"
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// EROFS (Linux, fs/erofs/erofs_fs.h): the superblock and its fields.
#define EROFS_OFFSET 1024
#define EROFS_UUID 48
#define EROFS_LABEL 64
#define EROFS_LABEL_SIZE 16
// ISO 9660 (ECMA-119, 8.4): the primary volume descriptor and its fields.
#define ISO_OFFSET 32768
#define ISO_LABEL 40
#define ISO_LABEL_SIZE 32
#define ISO_CREATED 813
#define ISO_MODIFIED 830
#define ISO_TIME_SIZE 16
#define HEAD 1024

static bool read_erofs(const unsigned char *head, struct volume *volume)
{
	if (memcmp(head, "\xe2\xe1\xf5\xe0", 4) != 0)
		return false;
	const unsigned char *id = head + EROFS_UUID;
	(void)snprintf(volume->uuid, sizeof volume->uuid,
		       "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", id[0], id[1], id[2],
		       id[3], id[4], id[5], id[6], id[7], id[8], id[9], id[10], id[11], id[12], id[13], id[14], id[15]);
	memcpy(volume->label, head + EROFS_LABEL, EROFS_LABEL_SIZE);
	return true;
}

static bool read_iso(const unsigned char *head, struct volume *volume)
{
	if (memcmp(head, "\1CD001\1", 7) != 0)
		return false;
	memcpy(volume->label, head + ISO_LABEL, ISO_LABEL_SIZE);
	for (size_t end = ISO_LABEL_SIZE; end > 0 && volume->label[end - 1] == ' ';)
		volume->label[--end] = '\0';
	const char *time = (const char *)head + ISO_MODIFIED;
	if (memcmp(time, "0000000000000000", ISO_TIME_SIZE) == 0 || *time == '\0')
		time = (const char *)head + ISO_CREATED;
	(void)snprintf(volume->uuid, sizeof volume->uuid, "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", time, time + 4, time + 6,
		       time + 8, time + 10, time + 12, time + 14);
	return true;
}

bool volume_read(const char *path, struct volume *volume)
{
	*volume = (struct volume){0};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	unsigned char head[HEAD];
	bool known = (pread(fd, head, HEAD, EROFS_OFFSET) == HEAD && read_erofs(head, volume)) ||
		     (pread(fd, head, HEAD, ISO_OFFSET) == HEAD && read_iso(head, volume));
	close(fd);
	return known;
}
