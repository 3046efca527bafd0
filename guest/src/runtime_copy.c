#include "runtime_copy.h"
#include "console_device.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define TMPFS 0x01021994
#define FOLDER "/run/runtime"
#define COPY FOLDER "/runtime"

// The root of an initramfs, even if it is read-only.
static bool is_in_memory(const char *path)
{
	struct statfs status;
	return statfs(path, &status) == 0 && (unsigned)status.f_type == TMPFS;
}

static bool copy(const char *program)
{
	int from = open(program, O_RDONLY | O_CLOEXEC), to = open(COPY, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0555);
	bool done = from >= 0 && to >= 0 && copy_stream(from, to);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return done;
}

// Mounts the copy over the program. The file system becomes read-only as a whole, not only this mount, so
// that nobody can write to it by another way.
static bool put_in_place(const char *program)
{
	return mount(NULL, FOLDER, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) == 0 &&
	       mount(COPY, program, NULL, MS_BIND, NULL) == 0;
}

void copy_runtime(const char *program)
{
	char path[PATH_MAX];
	if (!runtime_is_crun() || realpath(program, path) == NULL || !is_in_memory(path))
		return;
	// Not in a tmpfs: its files have seals, but not those that crun asks for.
	bool mounted = mkdir(FOLDER, 0700) == 0 && mount("ramfs", FOLDER, "ramfs", MS_NOSUID | MS_NODEV, "mode=755") == 0;
	if (!mounted || !copy(path) || !put_in_place(path))
		say_errno("%s copies itself for each container", path);
	if (mounted)
		(void)umount2(FOLDER, MNT_DETACH);
	(void)rmdir(FOLDER);
}
