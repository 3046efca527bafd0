// /bin/rc.shutdown [poweroff|reboot|noop]: ends all processes but process 1 and unmounts disks.
#include "applets.h"
#include "guest.h"
#include "random_seed.h"

#include <ctype.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

// Returns whether processes other than the first and this one are alive. Kernel threads and zombies have
// no command line.
static bool others_live(void)
{
	struct strings names = {0};
	bool found = false;
	if (!list_directory("/proc", &names))
		return false;
	for (size_t i = 0; i < names.count && !found; i++) {
		if (!isdigit((unsigned char)*names.items[i]))
			continue;
		long pid = strtol(names.items[i], NULL, 10);
		char *path = text("/proc/%ld/cmdline", pid);
		struct buffer command = {0};
		found = pid != 1 && pid != getpid() && read_file(path, 1 << 22, &command) && command.size > 0;
		buffer_free(&command);
		free(path);
	}
	strings_free(&names);
	return found;
}

static void wait_for_others(int tenths)
{
	for (int i = 0; i < tenths && others_live(); i++)
		nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
}

static void unmount_all(void)
{
	static const char *const disks[] = {"ext2", "ext3", "ext4", "btrfs", "xfs", "vfat", "msdos", "overlay"};
	static const char *const remote[] = {"nfs", "nfs4", "cifs"};
	FILE *mounts = setmntent("/proc/mounts", "r");
	if (mounts == NULL) {
		say_errno("/proc/mounts");
		return;
	}
	struct strings targets = {0};
	for (struct mntent *entry; (entry = getmntent(mounts)) != NULL;) {
		for (size_t i = 0; i < COUNT(disks); i++)
			if (strcmp(entry->mnt_type, disks[i]) == 0)
				strings_add(&targets, entry->mnt_dir);
		for (size_t i = 0; i < COUNT(remote); i++)
			if (strcmp(entry->mnt_type, remote[i]) == 0 && umount2(entry->mnt_dir, MNT_DETACH) != 0)
				say_errno("umount %s", entry->mnt_dir);
	}
	endmntent(mounts);
	// In reverse order, as mounts may be stacked.
	for (size_t i = targets.count; i-- > 0;)
		if (strcmp(targets.items[i], "/") != 0 && umount(targets.items[i]) != 0)
			say_errno("umount %s", targets.items[i]);
	strings_free(&targets);
}

int shutdown_main(int count, char **arguments)
{
	const char *action = count > 1 ? arguments[1] : "poweroff";
	run_directory("/etc/shutdown.d");
	kill(-1, SIGTERM);
	wait_for_others(50);
	kill(-1, SIGKILL);
	wait_for_others(10);
	random_seed_save();
	sync();
	unmount_all();
	sync();
	if (strcmp(action, "poweroff") == 0)
		reboot(RB_POWER_OFF);
	else if (strcmp(action, "reboot") == 0)
		reboot(RB_AUTOBOOT);
	return 0;
}
