#include "restrict.h"
#include "confine.h"
#include "console_device.h"
#include "device_rules.h"
#include "process_limit.h"
#include "system_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#define LIMIT (16 << 20)

bool restrict_container(struct buffer *specification, const char *bundle)
{
	bool changed = confine(specification);
	changed |= mount_sys_readonly(specification);
	if (kernel_filters_system_calls())
		changed |= filter_system_calls(specification);
	changed |= deny_devices(specification);
	if (runtime_is_crun())
		changed |= deny_console(specification);
	changed |= drop_missing_devices(specification, bundle);
	changed |= limit_processes(specification, process_limit());
	return changed;
}

// Mounts a file with this content over another. It has no name of its own any more.
static bool mount_content(const struct buffer *content, const char *target)
{
	char copy[] = "/run/config-XXXXXX";
	int fd = mkstemp(copy);
	if (fd < 0)
		return false;
	// By its descriptor: a container that has /run as its own could put another file in its place.
	char *source = text("/proc/self/fd/%d", fd);
	bool done = write_all(fd, content->data, content->size) && mount(source, target, NULL, MS_BIND, NULL) == 0;
	int reason = errno;
	free(source);
	close(fd);
	(void)unlink(copy);
	errno = reason;
	return done;
}

bool restrict_bundle(const char *path)
{
	char *file = text("%s/config.json", path);
	struct buffer specification = {0};
	bool done = true;
	// A file that cannot be read is reported by the container runtime.
	if (read_file(file, LIMIT, &specification) && restrict_container(&specification, path)) {
		done = mount_content(&specification, file);
		if (!done)
			say_errno("cannot restrict %s", path);
	}
	buffer_free(&specification);
	free(file);
	return done;
}

void restrict_end(const char *path)
{
	char *file = text("%s/config.json", path);
	(void)umount2(file, MNT_DETACH); // fails if the file is the bundle's own
	free(file);
}
