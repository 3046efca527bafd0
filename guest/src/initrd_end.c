// The first archive of an initrd has a file with the MiB of memory that it needs, the last one an empty
// file. An initrd without the first file was made by others, and can be of any kind.
#include "initrd_end.h"
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#define NEEDED "/.linuxkit-memory"
#define END "/.linuxkit-end"
#define READING_SECONDS 10 // a screen is black afterwards

// Returns the MiB that the firmware reports as memory, or else those that the kernel has left.
static unsigned long long machine_memory(void)
{
	unsigned long long bytes = 0, from, to;
	struct buffer map = {0};
	char *position = NULL;
	if (read_file("/proc/iomem", 1 << 20, &map))
		for (char *line = strtok_r(map.data, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position))
			if (*line != ' ' && strstr(line, "System RAM") != NULL && sscanf(line, "%llx-%llx", &from, &to) == 2)
				bytes += to - from + 1;
	buffer_free(&map);
	struct sysinfo system;
	if (bytes == 0 && sysinfo(&system) == 0)
		bytes = (unsigned long long)system.totalram * system.mem_unit;
	return (bytes + (1 << 20) - 1) >> 20;
}

static _Noreturn void give_up(unsigned long long needed)
{
	(void)make_directories("/proc", 0755);
	(void)mount("proc", "/proc", "proc", 0, NULL);
	unsigned long long there = machine_memory();
	if (there < needed)
		say("this system needs %llu MiB of memory, and the machine has %llu: powering off", needed, there);
	else
		say("the initrd is incomplete, see the kernel's messages (it needs %llu MiB of %llu): powering off", needed,
		    there);
	// A restart would end here again: neither the memory nor the initrd would change.
	sleep(READING_SECONDS);
	reboot(RB_POWER_OFF);
	fatal("cannot power off"); // makes the kernel panic
}

void require_whole_initrd(void)
{
	struct buffer number = {0};
	if (read_file(NEEDED, 64, &number)) {
		if (!exists(END))
			give_up(strtoull(number.data, NULL, 10));
		(void)unlink(NEEDED);
		(void)unlink(END);
	}
	buffer_free(&number);
}
