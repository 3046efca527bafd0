#include "check.h"

#include "layer.h"

#include <sys/mount.h>

static void check_options(const char *bundle, const char *target, unsigned long flags)
{
	struct mount_options options = {0};
	buffer_append(&options.data, "", 0);
	layer_options(bundle, target, &options);
	CHECK(options.flags == flags);
	CHECK_TEXT(options.data.data, "");
	buffer_free(&options.data);
}

void test_layer(void)
{
	check_options("/containers/onboot/000-a", "/containers/onboot/000-a/tmp", MS_NOSUID | MS_NODEV);
	check_options("/containers/onboot/000-a", "/containers/onboot/000-a", 0);
	check_options("/containers/onboot/000-a", "/containers/onboot/000-b/tmp", 0);
	check_options("/containers/onboot/000-a", "/var/tmp", 0);
	CHECK(!layer_own("/tmp", "/there/is/no/such/directory"));
}
