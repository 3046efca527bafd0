// extend [-type ext4|btrfs|xfs] [-stop-on-error=true|false] [-verbose] [DISK...]: lets the one partition of a
// disk that has grown, and its file system, fill the disk.
#include "block.h"
#include "filesystem.h"
#include "programs.h"
#include "tools.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What alignment and the second copy of a GPT may leave at the end.
#define SLACK (2 << 20)
// What ext4 leaves rather than make a group of blocks that is too small.
#define SYSTEM_SLACK (16 << 20)
#define SECTOR 512

static bool grow_partition(const char *disk, char *number)
{
	char *table = probed(disk, "PTTYPE");
	bool gpt = strcmp(table, "gpt") == 0;
	free(table);
	// The second copy of the table is where the disk used to end.
	int status = gpt ? run_fed((char *[]){"/usr/sbin/sfdisk", "--quiet", "--relocate", "gpt-bak-std", (char *)disk, NULL},
				   NULL)
			 : 0;
	// Its start, type, name and UUID stay.
	if (status == 0)
		status = run_fed((char *[]){"/usr/sbin/sfdisk", "--quiet", "-N", number, (char *)disk, NULL}, ",+\n");
	if (status != 0)
		say("%s: sfdisk exited with status %d", disk, status);
	return status == 0;
}

static bool extend_partition(const char *disk, const char *name, const char *part, const char *wanted)
{
	char *node = text("/dev/%s", part), *type = probed(node, "TYPE");
	const struct filesystem *filesystem = filesystem_named(type);
	char *number = text("%u", (unsigned)block_number("", part, "partition"));
	bool done = false;
	if (!is_linux_partition(node)) {
		say("%s is not a Linux partition", node);
	} else if (filesystem == NULL || (wanted != NULL && strcmp(type, wanted) != 0)) {
		say("%s has no file system of type %s: %s", node, wanted != NULL ? wanted : "ext4, btrfs or xfs",
		    *type != '\0' ? type : "none");
	} else {
		uint64_t size = block_number("", part, "size") * SECTOR;
		uint64_t end = block_number("", part, "start") * SECTOR + size;
		bool free_space = end + SLACK < block_number("", name, "size") * SECTOR;
		// A file system that is smaller than its partition was interrupted before.
		bool small = filesystem_size(filesystem, node) + SYSTEM_SLACK < size;
		if (!free_space && !small) {
			printf("No free space on disk to extend partition %s\n", node);
			done = true;
		} else if (in_use(node)) {
			say("%s is in use", node);
		} else {
			done = filesystem_check(filesystem, node) && (!free_space || grow_partition(disk, number)) &&
			       node_appears(node) && filesystem->grow(node);
			if (done)
				printf("Extended %s\n", node);
		}
	}
	free(number);
	free(type);
	free(node);
	return done;
}

static bool extend(const char *disk, const char *wanted)
{
	char *name = block_name(disk);
	if (name == NULL) {
		say_errno("%s", disk);
		return false;
	}
	struct strings parts = {0};
	partitions("", name, &parts);
	bool done = true;
	if (parts.count != 1)
		printf("%s has %zu partitions: only a single one is extended\n", disk, parts.count);
	else
		done = extend_partition(disk, name, parts.items[0], wanted);
	strings_free(&parts);
	free(name);
	return done;
}

int extend_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"type", required_argument, NULL, 't'},
		{"stop-on-error", optional_argument, NULL, 's'},
		{"verbose", no_argument, NULL, 'v'},
		{0},
	};
	const char *type = NULL;
	bool stops = true;
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 't': type = optarg; break;
		case 's': stops = optarg == NULL || strcmp(optarg, "false") != 0; break;
		case 'v': programs_are_shown = true; break;
		default:
			say("usage: %s [-type ext4|btrfs|xfs] [-stop-on-error=true|false] [-verbose] [DISK...]",
			    program_name);
			return 1;
		}
	struct strings disks = {0};
	for (int i = optind; i < count; i++)
		strings_add(&disks, arguments[i]);
	if (disks.count == 0) {
		struct strings names = {0};
		drives("", &names);
		for (size_t i = 0; i < names.count; i++) {
			char *path = text("/dev/%s", names.items[i]);
			strings_add(&disks, path);
			free(path);
		}
		strings_free(&names);
	}
	bool done = true;
	for (size_t i = 0; i < disks.count && (done || !stops); i++)
		done = extend(disks.items[i], type) && done;
	strings_free(&disks);
	return done || !stops ? 0 : 1;
}
