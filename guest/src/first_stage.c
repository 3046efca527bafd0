// /init of an initramfs without /sbin/init: finds the root file system and starts its init. The root is
// an image in the initramfs, or else on a device.
//
// The kernel command line selects a device with root=LABEL=…, root=UUID=…, root=PARTUUID=…, root=PARTLABEL=…
// or root=/dev/…. rootfstype= and rootflags= work as they do in the kernel. The initramfs has the modules that
// the devices need.
#include "applets.h"
#include "coldplug.h"
#include "guest.h"
#include "partition.h"
#include "volume.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ROOT "/root"
#define IMAGE "/root.erofs"
#define POLL_NANOSECONDS 20000000
#define TIMEOUT_SECONDS 60 // allows for slow controllers and disks that have to spin up

static const char *const mounted[][2] = {{"/dev", "devtmpfs"}, {"/proc", "proc"}, {"/sys", "sysfs"}};
static const char *const types[] = {"squashfs", "erofs", "iso9660"};

struct wanted {
	char *root, *type, *flags;
};

static bool parameter(const char *word, const char *name, char **value)
{
	size_t length = strlen(name);
	if (strncmp(word, name, length) != 0)
		return false;
	free(*value);
	*value = copy_text(word + length);
	return true;
}

static void read_command_line(struct wanted *wanted)
{
	struct strings words = {0};
	command_line_words(&words);
	for (size_t i = 0; i < words.count; i++)
		(void)(parameter(words.items[i], "root=", &wanted->root) ||
		       parameter(words.items[i], "rootfstype=", &wanted->type) ||
		       parameter(words.items[i], "rootflags=", &wanted->flags));
	strings_free(&words);
	if (wanted->root == NULL)
		fatal("the kernel command line has no root=");
}

// Returns whether the root may be of that type: without rootfstype=, one of those that are tried.
static bool is_possible(const char *type, const char *wanted)
{
	for (size_t i = 0; i < COUNT(types); i++)
		if (wanted == NULL && strcmp(types[i], type) == 0)
			return true;
	return wanted != NULL;
}

static bool has_volume(const char *device, const struct wanted *wanted)
{
	char *path = text("/dev/%s", device);
	struct volume volume;
	bool known = volume_read(path, &volume) && is_possible(volume.type, wanted->type);
	free(path);
	return known && (starts_with(wanted->root, "LABEL=")
				 ? strcmp(volume.label, wanted->root + strlen("LABEL=")) == 0
				 : strcasecmp(volume.uuid, wanted->root + strlen("UUID=")) == 0);
}

// Reads the table of the disk that a partition is on, as its folder in /sys is in that of the disk.
static bool is_partition(const char *device, const struct wanted *wanted)
{
	char *link = text("/sys/class/block/%s", device), *path = text("%s/partition", link), *folder = NULL;
	struct buffer number = {0};
	struct partition partition = {0};
	if (read_file(path, 64, &number) && (folder = realpath(link, NULL)) != NULL) {
		*strrchr(folder, '/') = '\0';
		char *disk = text("/dev/%s", strrchr(folder, '/') + 1);
		(void)partition_read(disk, (unsigned)strtoul(number.data, NULL, 10), &partition);
		free(disk);
	}
	free(folder);
	free(link);
	free(path);
	buffer_free(&number);
	return starts_with(wanted->root, "PARTLABEL=")
		       ? *partition.label != '\0' && strcmp(partition.label, wanted->root + strlen("PARTLABEL=")) == 0
		       : *partition.uuid != '\0' && strcasecmp(partition.uuid, wanted->root + strlen("PARTUUID=")) == 0;
}

// Returns the path of the first device that is wanted, to be freed by the caller; NULL if there is none yet.
static char *find_by(bool (*is_wanted)(const char *device, const struct wanted *wanted), const struct wanted *wanted)
{
	struct strings devices = {0};
	char *found = NULL;
	(void)list_directory("/sys/class/block", &devices);
	for (size_t i = 0; i < devices.count && found == NULL; i++)
		if (is_wanted(devices.items[i], wanted))
			found = text("/dev/%s", devices.items[i]);
	strings_free(&devices);
	return found;
}

static char *find_device(const struct wanted *wanted)
{
	const char *root = wanted->root;
	if (starts_with(root, "LABEL=") || starts_with(root, "UUID="))
		return find_by(has_volume, wanted);
	if (starts_with(root, "PARTUUID=") || starts_with(root, "PARTLABEL="))
		return find_by(is_partition, wanted);
	if (*root != '/')
		fatal("root=%s must be LABEL=, UUID=, PARTUUID=, PARTLABEL= or the path of a device", root);
	return exists(root) ? copy_text(root) : NULL;
}

static char *wait_for_device(const struct wanted *wanted)
{
	struct coldplug devices;
	coldplug_open(&devices);
	for (size_t i = 0; i < COUNT(types); i++)
		(void)modules_load(&devices.modules, strcmp(types[i], "iso9660") == 0 ? "isofs" : types[i], "");
	char *what = text("root=%s", wanted->root);
	for (struct patience patience = patience_begin(what, TIMEOUT_SECONDS); patience_left(&patience);) {
		(void)coldplug_serve_present(&devices);
		char *found = find_device(wanted);
		if (found != NULL) {
			coldplug_close(&devices);
			free(what);
			return found;
		}
		nanosleep(&(struct timespec){.tv_nsec = POLL_NANOSECONDS}, NULL);
	}
	struct strings names = {0};
	(void)list_directory("/sys/class/block", &names);
	for (size_t i = 0; i < names.count; i++)
		say("found /dev/%s", names.items[i]);
	fatal("root=%s not found within %d seconds", wanted->root, TIMEOUT_SECONDS);
}

static void mount_root(const char *device, const struct wanted *wanted)
{
	for (size_t i = 0; i < COUNT(types); i++) {
		const char *type = wanted->type != NULL ? wanted->type : types[i];
		// A drive may need a moment before it can be read.
		for (int attempt = 0; attempt < 50; attempt++) {
			if (mount(device, ROOT, type, MS_RDONLY, wanted->flags) == 0)
				return;
			if (errno != ENOMEDIUM && errno != EBUSY && errno != EIO)
				break;
			nanosleep(&(struct timespec){.tv_nsec = POLL_NANOSECONDS}, NULL);
		}
		if (wanted->type != NULL)
			break;
	}
	say_errno("mount %s", device);
	fatal("cannot mount the root file system");
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)place;
	(void)(kind == FTW_DP ? rmdir(path) : unlink(path));
	return 0;
}

int first_stage_main(void)
{
	for (size_t i = 0; i < COUNT(mounted); i++)
		if (!make_directories(mounted[i][0], 0755) ||
		    mount(mounted[i][1], mounted[i][0], mounted[i][1], 0, NULL) != 0)
			say_errno("mount %s", mounted[i][0]);
	(void)make_directories(ROOT, 0755);
	if (exists(IMAGE)) {
		image_root_mount(IMAGE, ROOT);
	} else {
		struct wanted wanted = {0};
		read_command_line(&wanted);
		mount_root(wait_for_device(&wanted), &wanted);
	}
	for (size_t i = 0; i < COUNT(mounted); i++)
		(void)umount2(mounted[i][0], MNT_DETACH);
	// Delete the files of the initramfs, which take up memory. The root is another file system.
	(void)nftw("/", remove_entry, 16, FTW_DEPTH | FTW_MOUNT | FTW_PHYS);
	if (chdir(ROOT) != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0)
		fatal("cannot change to the root file system");
	execv("/sbin/init", (char *[]){"/sbin/init", NULL});
	say_errno("/sbin/init");
	return 1; // makes the kernel panic
}
