// format [-force] [-label L] [-type ext4|btrfs|xfs] [-partition dos|gpt] [-verbose] [DEVICE]: gives an empty
// disk one partition with a file system.
#include "block.h"
#include "filesystem.h"
#include "programs.h"
#include "tools.h"
#include "volumes_by.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Where a table of the old kind ends.
#define DOS_SECTORS UINT32_MAX

struct wish {
	const struct filesystem *filesystem;
	const char *label, *table; // NULL: none, and the usual one
	const char *device;        // NULL: the first that is empty
	bool force;
};

static bool read_options(int count, char **arguments, struct wish *wish)
{
	static const struct option options[] = {
		{"force", no_argument, NULL, 'f'},      {"label", required_argument, NULL, 'l'},
		{"type", required_argument, NULL, 't'}, {"partition", required_argument, NULL, 'p'},
		{"verbose", no_argument, NULL, 'v'},    {0},
	};
	optind = 1;
	*wish = (struct wish){.filesystem = filesystem_named("ext4")};
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 'f': wish->force = true; break;
		case 'l': wish->label = *optarg != '\0' ? optarg : NULL; break;
		case 't':
			wish->filesystem = filesystem_named(optarg);
			if (wish->filesystem == NULL)
				say("not a type that can be made: %s", optarg);
			break;
		case 'p': wish->table = optarg; break;
		case 'v': programs_are_shown = true; break;
		default: return false;
		}
	if (optind < count)
		wish->device = arguments[optind++];
	if (optind < count || wish->filesystem == NULL)
		return false;
	if (wish->table != NULL && strcmp(wish->table, "dos") != 0 && strcmp(wish->table, "gpt") != 0) {
		say("not a kind of partition table: %s", wish->table);
		return false;
	}
	if (wish->force && wish->device == NULL) {
		say("-force needs a device");
		return false;
	}
	if (wish->label != NULL && strlen(wish->label) > wish->filesystem->label_limit) {
		say("a label of %s has at most %zu bytes: %s", wish->filesystem->type, wish->filesystem->label_limit,
		    wish->label);
		return false;
	}
	return true;
}

// Returns the path of the disk to format, to be freed by the caller; NULL if there is none.
static char *choose(const struct wish *wish)
{
	if (wish->device != NULL)
		return wish->force || device_contents(wish->device) == CONTENTS_NONE ? copy_text(wish->device) : NULL;
	struct strings names = {0};
	char *chosen = NULL;
	drives("", &names);
	for (size_t i = 0; i < names.count && chosen == NULL; i++) {
		char *path = text("/dev/%s", names.items[i]);
		if (!in_use(path) && device_contents(path) == CONTENTS_NONE)
			chosen = path;
		else
			free(path);
	}
	strings_free(&names);
	return chosen;
}

static bool partition_disk(const char *disk, const char *name, const char *table)
{
	if (table == NULL)
		table = block_number("", name, "size") > DOS_SECTORS ? "gpt" : "dos";
	// One partition of the usual type, as large as the disk allows.
	char *script = text("label: %s\n,,L\n", table);
	int status = run_fed((char *[]){"/usr/sbin/sfdisk", "--quiet", "--wipe", "always", "--wipe-partitions", "always",
					(char *)disk, NULL},
			     script);
	free(script);
	if (status != 0)
		say("%s: sfdisk exited with status %d", disk, status);
	return status == 0;
}

static bool format(const char *disk, const struct wish *wish)
{
	char *name = block_name(disk);
	if (name == NULL) {
		say_errno("%s", disk);
		return false;
	}
	char *node = text("/dev/%s", name), *partition = partition_node(node, 1);
	bool done = partition_disk(node, name, wish->table);
	if (done && !node_appears(partition)) {
		say("%s has not appeared", partition);
		done = false;
	}
	done = done && filesystem_make(wish->filesystem, partition, wish->label);
	sync();
	if (done)
		printf("Partition %s successfully created!\n", partition);
	free(partition);
	free(node);
	free(name);
	return done;
}

int format_main(int count, char **arguments)
{
	struct wish wish;
	if (!read_options(count, arguments, &wish)) {
		say("usage: %s [-force] [-label LABEL] [-type ext4|btrfs|xfs] [-partition dos|gpt] [-verbose] [DEVICE]",
		    program_name);
		return 1;
	}
	// Otherwise a new disk would get the label a second time, and the old one not be found any more.
	char *present = wish.device == NULL && wish.label != NULL ? device_with(wish.label, NULL) : NULL;
	if (present != NULL) {
		printf("%s has the label %s already\n", present, wish.label);
		free(present);
		return 0;
	}
	char *disk = choose(&wish);
	if (disk == NULL) {
		say("No eligible disks found");
		return 1;
	}
	bool done = format(disk, &wish);
	free(disk);
	return done ? 0 : 1;
}
