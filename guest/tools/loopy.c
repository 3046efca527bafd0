// loopy [-c|--create] [-s|--size MIB] [-d|--dev DEVICE] FILE: makes a loop device of a file.
#include "block.h"
#include "guest.h"
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MIB (1 << 20)
#define LARGEST 1048576

// Asks the kernel for a loop device that it has not made yet.
static void add_device(const char *device)
{
	unsigned number;
	char end;
	if (sscanf(device, "/dev/loop%u%c", &number, &end) != 1)
		return;
	request_node("/dev/loop-control", 237);
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	if (control >= 0)
		(void)ioctl(control, LOOP_CTL_ADD, number);
	if (control >= 0)
		close(control);
}

static bool create(const char *path, long size)
{
	static char zeros[MIB];
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool done = file >= 0;
	for (long i = 0; done && i < size; i++)
		done = write_all(file, zeros, sizeof zeros);
	if (!done)
		say_errno("%s", path);
	if (file >= 0) {
		close(file);
		if (!done)
			(void)unlink(path);
	}
	return done;
}

static bool attach(const char *device, const char *path)
{
	int loop = open(device, O_RDWR | O_CLOEXEC), file = open(path, O_RDWR | O_CLOEXEC);
	struct loop_config config = {.fd = (unsigned)file};
	(void)snprintf((char *)config.info.lo_file_name, sizeof config.info.lo_file_name, "%s", path);
	bool done = loop >= 0 && file >= 0 && ioctl(loop, LOOP_CONFIGURE, &config) == 0;
	if (!done)
		say_errno("%s as %s", path, device);
	if (file >= 0)
		close(file);
	if (loop >= 0)
		close(loop);
	return done;
}

int loopy_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"create", no_argument, NULL, 'c'},
		{"size", required_argument, NULL, 's'},
		{"dev", required_argument, NULL, 'd'},
		{0},
	};
	const char *device = "/dev/loop0";
	bool creates = false;
	long size = 10;
	char *end = "";
	optind = 1;
	for (int option; (option = getopt_long(count, arguments, "cs:d:", options, NULL)) != -1;)
		switch (option) {
		case 'c': creates = true; break;
		case 's': size = strtol(optarg, &end, 10); break;
		case 'd': device = optarg; break;
		default: count = 0;
		}
	if (optind != count - 1 || size < 1 || size > LARGEST || *end != '\0') {
		say("usage: %s [-c] [-s MIB] [-d DEVICE] FILE", program_name);
		return 1;
	}
	const char *path = arguments[optind];
	if (!exists(device))
		add_device(device);
	if (!exists(device)) {
		say("%s is missing", device);
		return 2;
	}
	if (!exists(path) && !creates) {
		say("%s is missing", path);
		return 2;
	}
	return (exists(path) || create(path, size)) && attach(device, path) ? 0 : 1;
}
