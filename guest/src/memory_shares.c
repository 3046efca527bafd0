#include "memory_shares.h"
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>

#define TMPFS 0x01021994
#define SMALLEST_KIB 1024

static bool in_memory(const char *path, struct statfs *status)
{
	return statfs(path, status) == 0 && (unsigned)status->f_type == TMPFS;
}

// Returns the KiB of memory that the root leaves.
static unsigned long long free_memory(void)
{
	struct sysinfo system;
	if (sysinfo(&system) != 0)
		return 0;
	unsigned long long all = (unsigned long long)system.totalram * system.mem_unit / 1024, used = 0;
	struct statfs root;
	if (in_memory("/", &root))
		used = (unsigned long long)(root.f_blocks - root.f_bfree) * (unsigned long long)root.f_bsize / 1024;
	return all > used ? all - used : 0;
}

static char *share(unsigned percent, size_t parts, const char *options)
{
	unsigned long long size = free_memory() * percent / 100 / parts;
	return text("size=%lluk%s%s", size > SMALLEST_KIB ? size : SMALLEST_KIB, *options != '\0' ? "," : "", options);
}

char *memory_share(enum memory_share percent, const char *options)
{
	return share(percent, 1, options);
}

// Counts the directories below a folder that have a layer to be written to.
static size_t count_layers(const char *folder)
{
	struct strings names = {0};
	size_t count = 0;
	(void)list_directory(folder, &names);
	for (size_t i = 0; i < names.count; i++) {
		char *path = text("%s/%s/tmp", folder, names.items[i]);
		count += is_directory(path);
		free(path);
	}
	strings_free(&names);
	return count;
}

char *layer_share(void)
{
	// Two for containers that run once, as one may go on in the background.
	return share(SHARE_LAYERS, 2 + count_layers("/containers/services") + count_layers("/containers/volumes"), "");
}

static bool is_mounted(const char *path, const char *parent)
{
	struct stat own, outer;
	return stat(path, &own) == 0 && stat(parent, &outer) == 0 && own.st_dev != outer.st_dev;
}

static void mount_own(const char *path, const char *parent, enum memory_share percent)
{
	struct statfs status;
	if (!make_directories(path, 0711)) {
		say_errno("cannot create %s", path);
		return;
	}
	if (!in_memory(parent, &status) || is_mounted(path, parent))
		return; // what is on a disk has to last
	char *options = memory_share(percent, "mode=711");
	// Without the right to mount, this is a container, whose memory others limit.
	if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_RELATIME, options) != 0 && errno != EPERM)
		say_errno("mount %s", path);
	free(options);
}

void mount_containerd_memory(void)
{
	mount_own("/run/containerd", "/run", SHARE_CONTAINERD_STATE);
	mount_own("/var/lib/containerd", "/var/lib", SHARE_CONTAINERD);
}

void mount_runc_memory(void)
{
	mount_own("/run/runc", "/run", SHARE_RUNC);
}
