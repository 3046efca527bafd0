// mountie [-device D | -label L | -uuid U] DIRECTORY, or mountie DEVICE DIRECTORY: mounts a disk. Without a
// name, the first Linux partition that is not in use.
#include "block.h"
#include "programs.h"
#include "tools.h"
#include "volumes_by.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Disks behind a bus that is still looking for them.
#define WAIT_STEPS 50
#define WAIT_STEP_US 200000

struct choice {
	const char *device, *label, *uuid; // at most one is not NULL
};

static char *first_free_partition(void)
{
	struct strings disks = {0};
	char *found = NULL;
	drives("", &disks);
	for (size_t i = 0; i < disks.count && found == NULL; i++) {
		struct strings parts = {0};
		partitions("", disks.items[i], &parts);
		for (size_t j = 0; j < parts.count && found == NULL; j++) {
			char *path = text("/dev/%s", parts.items[j]);
			if (is_linux_partition(path) && !in_use(path))
				found = path;
			else
				free(path);
		}
		strings_free(&parts);
	}
	strings_free(&disks);
	return found;
}

static char *find(const struct choice *choice)
{
	if (choice->device != NULL)
		return exists(choice->device) ? copy_text(choice->device) : NULL;
	if (choice->label != NULL || choice->uuid != NULL)
		return device_with(choice->label, choice->uuid);
	return first_free_partition();
}

static bool read_options(int count, char **arguments, struct choice *choice, const char **place)
{
	static const struct option options[] = {
		{"device", required_argument, NULL, 'd'},
		{"label", required_argument, NULL, 'l'},
		{"uuid", required_argument, NULL, 'u'},
		{0},
	};
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 'd': choice->device = optarg; break;
		case 'l': choice->label = optarg; break;
		case 'u': choice->uuid = optarg; break;
		default: return false;
		}
	int left = count - optind, named = (choice->device != NULL) + (choice->label != NULL) + (choice->uuid != NULL);
	if (left == 2 && named == 0)
		choice->device = arguments[optind];
	*place = arguments[count - 1];
	return named <= 1 && (left == 1 || (left == 2 && named == 0));
}

int mountie_main(int count, char **arguments)
{
	struct choice choice = {0};
	const char *place;
	if (!read_options(count, arguments, &choice, &place)) {
		say("usage: %s [-device DEVICE | -label LABEL | -uuid UUID] DIRECTORY", program_name);
		return 1;
	}
	if (!make_directories(place, 0755)) {
		say_errno("%s", place);
		return 1;
	}
	char *device = find(&choice);
	for (int step = 0; device == NULL && step < WAIT_STEPS; step++) {
		(void)usleep(WAIT_STEP_US);
		device = find(&choice);
	}
	if (device == NULL) {
		const char *named = choice.device != NULL ? choice.device : choice.label != NULL ? choice.label : choice.uuid;
		say("cannot find %s", named != NULL ? named : "a Linux partition that is not in use");
		return 1;
	}
	int status = run_program("/usr/bin/mount", (char *[]){"mount", device, (char *)place, NULL});
	if (status != 0)
		say("cannot mount %s on %s: mount exited with status %d", device, place, status);
	free(device);
	return status == 0 ? 0 : 1;
}
