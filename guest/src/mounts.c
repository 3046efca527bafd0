// Mounts the file systems of the running system.
#include "boot.h"
#include "guest.h"
#include "memory_shares.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define GROUPS "/sys/fs/cgroup"
#define NO_SUID_EXEC (MS_NOSUID | MS_NOEXEC)
#define STRICT (MS_NOSUID | MS_NOEXEC | MS_NODEV)

struct file_system {
	const char *source, *target, *type;
	unsigned long flags;
	const char *data;
};

static bool mount_one(const struct file_system *wanted)
{
	return mount(wanted->source, wanted->target, wanted->type, wanted->flags, wanted->data) == 0;
}

static void mount_or_say(const struct file_system *wanted)
{
	if (!mount_one(wanted))
		say_errno("mount %s", wanted->target);
}

static void mount_memory(const char *target, unsigned long flags, enum memory_share percent, const char *options)
{
	char *data = memory_share(percent, options);
	mount_or_say(&(struct file_system){"tmpfs", target, "tmpfs", flags, data});
	free(data);
}

static const struct file_system devices[] = {
	{"mqueue", "/dev/mqueue", "mqueue", STRICT, NULL},
	{"devpts", "/dev/pts", "devpts", NO_SUID_EXEC, "gid=5,mode=0620"},
	{"sysfs", "/sys", "sysfs", STRICT, NULL},
};

// File systems that the kernel may lack.
static const struct file_system optional[] = {
	{"securityfs", "/sys/kernel/security", "securityfs", STRICT, NULL},
	{"debugfs", "/sys/kernel/debug", "debugfs", STRICT, NULL},
	{"configfs", "/sys/kernel/config", "configfs", STRICT, NULL},
	{"fusectl", "/sys/fs/fuse/connections", "fusectl", STRICT, NULL},
	{"pstore", "/sys/fs/pstore", "pstore", STRICT, NULL},
	{"efivarfs", "/sys/firmware/efi/efivars", "efivarfs", STRICT, NULL},
	{"binfmt_misc", "/proc/sys/fs/binfmt_misc", "binfmt_misc", STRICT, NULL},
	{"selinuxfs", "/sys/fs/selinux", "selinuxfs", NO_SUID_EXEC, NULL},
	{"bpffs", "/sys/fs/bpf", "bpf", MS_NODEV, NULL},
};

static void make_directory(const char *path, mode_t mode)
{
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		say_errno("mkdir %s", path);
	else
		(void)chmod(path, mode); // despite the umask
}

static void fill_var(void)
{
	static const char *const names[] = {"cache", "lib", "local", "lock", "log", "opt", "spool"};
	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = text("/var/%s", names[i]);
		make_directory(path, 0755);
		free(path);
	}
	make_directory("/var/empty", 0555);
	make_directory("/var/tmp", 01777);
	if (symlink("/run", "/var/run") != 0)
		say_errno("/var/run");
}

static void fill_dev(void)
{
	static const struct {
		const char *path;
		mode_t mode;
		unsigned major, minor;
	} nodes[] = {
		{"/dev/console", 0600, 5, 1}, {"/dev/tty", 0666, 5, 0},  {"/dev/null", 0666, 1, 3},
		{"/dev/kmsg", 0660, 1, 11},
	};
	for (size_t i = 0; i < COUNT(nodes); i++)
		if (mknod(nodes[i].path, S_IFCHR | nodes[i].mode, makedev(nodes[i].major, nodes[i].minor)) != 0 &&
		    errno != EEXIST)
			say_errno("%s", nodes[i].path);
	static const char *const links[][2] = {
		{"/proc/self/fd", "/dev/fd"},       {"/proc/self/fd/0", "/dev/stdin"}, {"/proc/self/fd/1", "/dev/stdout"},
		{"/proc/self/fd/2", "/dev/stderr"}, {"/proc/kcore", "/dev/kcore"},
	};
	for (size_t i = 0; i < COUNT(links); i++)
		if (symlink(links[i][0], links[i][1]) != 0 && errno != EEXIST)
			say_errno("%s", links[i][1]);
	make_directory("/dev/mqueue", 01777);
	make_directory("/dev/shm", 01777);
	make_directory("/dev/pts", 0755);
}

// Mounts version 1 of control groups, one hierarchy for each controller.
static void mount_legacy_cgroups(void)
{
	mount_or_say(&(struct file_system){"cgroup_root", "/sys/fs/cgroup", "tmpfs", STRICT, "mode=755,size=10m"});
	struct buffer list = {0};
	if (!read_file("/proc/cgroups", 1 << 16, &list))
		say_errno("/proc/cgroups");
	char *position = NULL;
	for (char *line = list.size ? strtok_r(list.data, "\n", &position) : NULL; line != NULL;
	     line = strtok_r(NULL, "\n", &position)) {
		char name[64];
		unsigned hierarchy, groups, enabled;
		if (*line == '#' || sscanf(line, "%63s %u %u %u", name, &hierarchy, &groups, &enabled) != 4 || enabled != 1)
			continue;
		char *path = text("/sys/fs/cgroup/%s", name);
		make_directory(path, 0555);
		mount_or_say(&(struct file_system){name, path, "cgroup", STRICT, name});
		free(path);
	}
	buffer_free(&list);
	(void)write_file("/sys/fs/cgroup/memory/memory.use_hierarchy", "1");
	make_directory("/sys/fs/cgroup/systemd", 0555);
	mount_or_say(&(struct file_system){"cgroup", "/sys/fs/cgroup/systemd", "cgroup", 0, "none,name=systemd"});
}

// Enables all controllers, and makes the first group while nothing else runs: the kernel changes its own
// code then, which the emulation of several processors does not always survive under load.
static void enable_controllers(void)
{
	struct buffer list = {0}, wanted = {0};
	char *position = NULL;
	if (read_file(GROUPS "/cgroup.controllers", 4096, &list))
		for (char *name = strtok_r(list.data, " \n", &position); name != NULL; name = strtok_r(NULL, " \n", &position)) {
			buffer_text(&wanted, wanted.size == 0 ? "+" : " +");
			buffer_text(&wanted, name);
		}
	if (wanted.size > 0 && (!write_file(GROUPS "/cgroup.subtree_control", wanted.data) ||
				mkdir(GROUPS "/first", 0755) != 0 || rmdir(GROUPS "/first") != 0))
		say_errno(GROUPS);
	buffer_free(&list);
	buffer_free(&wanted);
}

void mount_all(void)
{
	mount_or_say(&(struct file_system){"proc", "/proc", "proc", STRICT | MS_RELATIME, NULL});
	(void)chmod("/", 0755); // the kernel's own mode for an initramfs is 1777
	(void)mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL); // fails if the file system is always read-only
	mount_memory("/run", STRICT | MS_RELATIME, SHARE_RUN, "mode=755");
	mount_memory("/tmp", STRICT | MS_RELATIME, SHARE_TMP, "mode=1777");
	mount_memory("/var", STRICT | MS_RELATIME, SHARE_VAR, "mode=755");
	fill_var();
	mount_or_say(&(struct file_system){"dev", "/dev", "devtmpfs", NO_SUID_EXEC | MS_RELATIME,
					   "size=10m,nr_inodes=248418,mode=755"});
	fill_dev();
	for (size_t i = 0; i < COUNT(devices); i++)
		mount_or_say(&devices[i]);
	mount_memory("/dev/shm", STRICT, SHARE_SHM, "mode=1777");
	for (size_t i = 0; i < COUNT(optional); i++)
		(void)mount_one(&optional[i]);
	if (command_line_has("linuxkit.unified_cgroup_hierarchy=0"))
		mount_legacy_cgroups();
	else
		mount_or_say(&(struct file_system){"cgroup2", GROUPS, "cgroup2", STRICT, NULL});
	enable_controllers();
	if (mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) != 0)
		say_errno("cannot share /");
}
