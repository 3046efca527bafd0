// service as 005-volumes: mounts each volume as an overlay at /containers/volumes/NAME/merged.
#include "guest.h"
#include "memory_shares.h"
#include "service.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>

#define ROOT "/containers/volumes"

// A read-only overlay needs two lower folders; the empty mount point is the second one.
static bool mount_read_only(const char *lower, const char *merged)
{
	char *data = text("lowerdir=%s:%s", lower, merged);
	bool done = mount("overlay", merged, "overlay", MS_RELATIME | MS_RDONLY, data) == 0;
	free(data);
	return done;
}

static bool mount_writable(const char *tmp, const char *lower, const char *merged)
{
	char *upper = text("%s/upper", tmp), *work = text("%s/work", tmp);
	char *data = text("lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, work);
	char *size = layer_share();
	bool done = mount("tmpfs", tmp, "tmpfs", MS_RELATIME, size) == 0 && make_directories(upper, 0755) &&
		    make_directories(work, 0755) && mount("overlay", merged, "overlay", MS_RELATIME, data) == 0;
	free(size);
	free(upper);
	free(work);
	free(data);
	return done;
}

static bool mount_volume(const char *name)
{
	char *path = text(ROOT "/%s", name), *lower = text("%s/lower", path), *merged = text("%s/merged", path),
	     *tmp = text("%s/tmp", path);
	bool writable = is_directory(tmp), done = false;
	if (!is_directory(lower) || !is_directory(merged))
		say("volume %s: directory lower or merged is missing", name);
	else if (!(done = writable ? mount_writable(tmp, lower, merged) : mount_read_only(lower, merged)))
		say_errno("volume %s", name);
	else
		printf("Volume %s is %s\n", name, writable ? "read-write" : "read-only");
	free(path);
	free(lower);
	free(merged);
	free(tmp);
	return done;
}

int mount_volumes(void)
{
	struct strings names = {0};
	if (!list_directory(ROOT, &names))
		return 1;
	bool done = true;
	for (size_t i = 0; done && i < names.count; i++)
		done = mount_volume(names.items[i]);
	strings_free(&names);
	return done ? 0 : 1;
}
