#include "layer.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Onboot and onshutdown containers run one at a time. The layers of all services share half of memory,
// in parts of at least 2 %.
#define ALONE 25
#define TOGETHER 50
#define LEAST 2

static int percentage(const char *bundle)
{
	char *copy = copy_text(bundle);
	const char *folder = dirname(copy);
	struct strings names = {0};
	int writable = 0;
	if (ends_with(folder, "/services") && list_directory(folder, &names))
		for (size_t i = 0; i < names.count; i++) {
			char *layer = text("%s/%s/tmp", folder, names.items[i]);
			writable += is_directory(layer);
			free(layer);
		}
	bool service = ends_with(folder, "/services");
	strings_free(&names);
	free(copy);
	if (!service)
		return ALONE;
	int share = writable > 0 ? TOGETHER / writable : TOGETHER;
	return share > LEAST ? share : LEAST;
}

void layer_options(const char *bundle, const char *target, bool remount, struct mount_options *options)
{
	const size_t length = strlen(bundle);
	if (!starts_with(target, bundle) || strcmp(target + length, "/tmp") != 0)
		return;
	// Files are reached through the overlay, which has neither of the two restrictions.
	mount_options_add(options, "nosuid");
	mount_options_add(options, "nodev");
	if (remount)
		return;
	char *size = text("size=%d%%", percentage(bundle));
	mount_options_add(options, size);
	free(size);
}

bool layer_own(const char *upper, const char *lower)
{
	struct stat image;
	return stat(lower, &image) == 0 && (image.st_uid == 0 || lchown(upper, image.st_uid, image.st_gid) == 0);
}
