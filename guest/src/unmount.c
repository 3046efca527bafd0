#include "unmount.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/loop.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/swap.h>
#include <time.h>
#include <unistd.h>

#define STEP_SECONDS 5   // for one mount or device
#define ALL_SECONDS 15   // after which nothing more is tried
#define PASSES 4         // a mount may keep a device busy that another mount's file is on

enum kind { IN_MEMORY, STORED, REMOTE };

struct work {
	struct strings block_types;
	long end;
	bool progress; // something was closed in this pass
	bool last;
};

static long now(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

// Reads the types that are on block devices: the lines of /proc/filesystems without "nodev".
static void read_block_types(struct strings *types)
{
	struct buffer list = {0};
	char *position = NULL;
	if (read_file("/proc/filesystems", 1 << 16, &list))
		for (char *line = strtok_r(list.data, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position))
			if (*line == '\t')
				strings_add(types, line + 1);
	buffer_free(&list);
}

static enum kind kind_of(const struct work *work, const char *type)
{
	// An overlay and a named namespace keep other mounts busy.
	static const char *const stored[] = {"overlay", "nsfs", "ubifs", "zfs"};
	// Their server may be gone.
	static const char *const remote[] = {"nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs", "fuse", "fuseblk", "afs"};
	for (size_t i = 0; i < COUNT(remote); i++)
		if (strcmp(type, remote[i]) == 0)
			return REMOTE;
	if (starts_with(type, "fuse."))
		return REMOTE;
	for (size_t i = 0; i < COUNT(stored); i++)
		if (strcmp(type, stored[i]) == 0)
			return STORED;
	for (size_t i = 0; i < work->block_types.count; i++)
		if (strcmp(type, work->block_types.items[i]) == 0)
			return STORED;
	return IN_MEMORY;
}

struct step {
	const char *path;
	int (*run)(const char *path);
};

static int unmount(const char *path)
{
	return umount2(path, UMOUNT_NOFOLLOW);
}

static int unmount_remote(const char *path)
{
	return umount2(path, MNT_FORCE | MNT_DETACH | UMOUNT_NOFOLLOW);
}

static int make_read_only(const char *path)
{
	return mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL);
}

static int release_loop(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = fd < 0 ? -1 : ioctl(fd, LOOP_CLR_FD, 0);
	if (fd >= 0)
		close(fd);
	return result;
}

static int release_raid(const char *path)
{
	return write_file(path, "clear\n") ? 0 : -1;
}

static int remove_mapping(const char *name)
{
	int fd = open("/dev/mapper/control", O_RDWR | O_CLOEXEC);
	struct dm_ioctl request = {.version = {4, 0, 0}, .data_size = sizeof request};
	snprintf(request.name, sizeof request.name, "%s", name);
	int result = fd < 0 ? -1 : ioctl(fd, DM_DEV_REMOVE, &request);
	if (fd >= 0)
		close(fd);
	return result;
}

static void run_step(const void *argument)
{
	const struct step *step = argument;
	if (step->run(step->path) != 0)
		_exit(errno != 0 ? errno : EIO);
}

// Runs one step in a process of its own. Returns whether it succeeded; failures are reported in the
// last pass, since an earlier one may only have come too early.
static bool closes(struct work *work, const char *what, const char *path, int (*run)(const char *path))
{
	const struct step step = {.path = path, .run = run};
	if (now() >= work->end)
		return false;
	int status = status_within(STEP_SECONDS, run_step, &step);
	if (status == 0) {
		work->progress = true;
	} else if (status < 0) {
		say("%s %s: does not respond", what, path);
	} else if (work->last && status != EBUSY) {
		errno = status;
		say_errno("%s %s", what, path);
	}
	return status == 0;
}

static void close_swap(struct work *work)
{
	struct buffer list = {0};
	char *position = NULL;
	if (read_file("/proc/swaps", 1 << 16, &list))
		for (char *line = strtok_r(list.data, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position))
			if (*line == '/') { // not the heading
				line[strcspn(line, " \t")] = '\0';
				(void)closes(work, "swapoff", line, swapoff);
			}
	buffer_free(&list);
}

static void close_mounts(struct work *work)
{
	FILE *mounts = setmntent("/proc/mounts", "r");
	if (mounts == NULL) {
		say_errno("/proc/mounts");
		return;
	}
	struct strings targets = {0};
	for (struct mntent *entry; (entry = getmntent(mounts)) != NULL;) {
		enum kind kind = kind_of(work, entry->mnt_type);
		if (kind == REMOTE)
			(void)closes(work, "umount", entry->mnt_dir, unmount_remote);
		else if (kind == STORED)
			strings_add(&targets, entry->mnt_dir);
	}
	endmntent(mounts);
	// In reverse order, as mounts may be stacked.
	for (size_t i = targets.count; i-- > 0;) {
		bool root = strcmp(targets.items[i], "/") == 0;
		if (!root && closes(work, "umount", targets.items[i], unmount))
			continue;
		if (work->last && closes(work, "remount", targets.items[i], make_read_only) && !root)
			say("%s is still in use, and read-only now", targets.items[i]);
	}
	strings_free(&targets);
}

// Detaches the devices below other devices, as far as nothing uses them.
static void close_devices(struct work *work)
{
	struct strings names = {0};
	(void)list_directory("/sys/class/block", &names);
	for (size_t i = names.count; i-- > 0;) {
		const char *name = names.items[i];
		char *loop = text("/sys/class/block/%s/loop/backing_file", name), *device = text("/dev/%s", name);
		char *raid = text("/sys/class/block/%s/md/array_state", name), *mapping = text("/sys/class/block/%s/dm/name", name);
		struct buffer mapped = {0};
		if (exists(loop))
			(void)closes(work, "detach", device, release_loop);
		else if (exists(raid))
			(void)closes(work, "stop", raid, release_raid);
		else if (read_file(mapping, 4096, &mapped))
			(void)closes(work, "remove", trim(mapped.data), remove_mapping);
		buffer_free(&mapped);
		free(loop);
		free(device);
		free(raid);
		free(mapping);
	}
	strings_free(&names);
}

void close_disks(void)
{
	struct work work = {.end = now() + ALL_SECONDS};
	read_block_types(&work.block_types);
	for (int pass = 0; !work.last; pass++) {
		work.last = pass + 1 == PASSES || (pass > 0 && !work.progress);
		work.progress = false;
		close_swap(&work);
		close_mounts(&work);
		close_devices(&work);
	}
	if (now() >= work.end)
		say("closing the disks takes too long: going on");
	strings_free(&work.block_types);
}
