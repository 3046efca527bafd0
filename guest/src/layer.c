#include "layer.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void layer_options(const char *bundle, const char *target, struct mount_options *options)
{
	const size_t length = strlen(bundle);
	if (!starts_with(target, bundle) || strcmp(target + length, "/tmp") != 0)
		return;
	// Files are reached through the overlay, which has neither of the two restrictions.
	mount_options_add(options, "nosuid");
	mount_options_add(options, "nodev");
}

bool layer_own(const char *upper, const char *lower)
{
	struct stat image;
	return stat(lower, &image) == 0 && (image.st_uid == 0 || lchown(upper, image.st_uid, image.st_gid) == 0);
}
