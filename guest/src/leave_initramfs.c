// /init: makes the initramfs a root that pivot_root, which runc needs, works on; an initramfs without /sbin/init is a first
// stage, whose root is elsewhere.
//
// The kernel refuses to pivot away from its very first mount. A second mount of the same file system, moved on top of
// it, is an ordinary mount with a parent. So nothing is copied: no time, no memory, and hard links, extended
// attributes and devices stay what they are.
#include "applets.h"
#include "guest.h"

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
		fatal("cannot look at /");
	return (unsigned)status.f_type == RAMFS || (unsigned)status.f_type == TMPFS;
}

int leave_initramfs_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	bool initramfs = in_memory();
	if (initramfs && !exists("/sbin/init"))
		return first_stage_main();
	if (initramfs) {
		// The mount point only has to be a directory: it is free again after the move.
		(void)make_directories("/mnt", 0755);
		if (mount("/", "/mnt", NULL, MS_BIND, NULL) != 0 || chdir("/mnt") != 0 ||
		    mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0) {
			say_errno("cannot leave the initramfs");
			return 1;
		}
	}
	execv("/sbin/init", (char *[]){"/sbin/init", NULL});
	say_errno("/sbin/init");
	return 1; // which panics the kernel
}
