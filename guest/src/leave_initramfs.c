// /init: turns the initramfs into a root on which pivot_root works, as runc requires. An initramfs
// without /sbin/init is a first stage whose root is elsewhere.
//
// The kernel refuses to pivot away from its first mount. A second mount of the same file system, moved
// on top of it, is an ordinary mount with a parent. Nothing is copied, which saves time and memory and
// preserves hard links, extended attributes and devices.
#include "applets.h"
#include "guest.h"
#include "initrd_end.h"

#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

#define RAMFS 0x858458f6
#define TMPFS 0x01021994

static bool in_memory(void)
{
	struct statfs status;
	if (statfs("/", &status) != 0)
		fatal("cannot inspect /");
	return (unsigned)status.f_type == RAMFS || (unsigned)status.f_type == TMPFS;
}

int leave_initramfs_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	bool initramfs = in_memory();
	if (initramfs)
		require_whole_initrd(); // before anything is concluded from a file that is missing
	if (initramfs && !exists("/sbin/init"))
		return first_stage_main();
	if (initramfs) {
		// Any directory will do as the mount point, as it is free again after the move.
		(void)make_directories("/mnt", 0755);
		if (mount("/", "/mnt", NULL, MS_BIND, NULL) != 0 || chdir("/mnt") != 0 ||
		    mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0) {
			say_errno("cannot leave the initramfs");
			return 1;
		}
	}
	execv("/sbin/init", (char *[]){"/sbin/init", NULL});
	say_errno("/sbin/init");
	return 1; // makes the kernel panic
}
