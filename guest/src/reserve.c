// The memory that the kernel keeps for itself.
//
// A kernel with transparent huge pages keeps memory free for them: up to a twentieth of a small machine,
// and as much again of the page cache counts as unavailable. There, the kernel's rule without huge pages
// is restored: four times the square root of the memory in KiB.
#include "boot.h"
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESERVE "/proc/sys/vm/min_free_kbytes"
#define LARGE_KIB (4L << 20) // machines from 4 GiB on have room for huge pages

static long read_number(const char *path, const char *key)
{
	struct buffer content = {0};
	long number = 0;
	if (read_file(path, 1 << 16, &content)) {
		const char *at = strstr(content.data, key);
		if (at != NULL)
			number = strtol(at + strlen(key), NULL, 10);
	}
	buffer_free(&content);
	return number;
}

void bound_reserve(void)
{
	long total = read_number("/proc/meminfo", "MemTotal:"), now = read_number(RESERVE, "");
	if (total <= 0 || total >= LARGE_KIB)
		return;
	long root = 0;
	while ((root + 1) * (root + 1) <= total)
		root++;
	char *usual = text("%ld\n", 4 * root);
	if (4 * root < now && !write_file(RESERVE, usual))
		say_errno("%s", RESERVE);
	free(usual);
}
