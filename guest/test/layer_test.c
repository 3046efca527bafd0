#include "check.h"

#include "layer.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_options(const char *bundle, const char *target, unsigned long flags, const char *data)
{
	struct mount_options options = {0};
	buffer_append(&options.data, "", 0);
	layer_options(bundle, target, false, &options);
	CHECK(options.flags == flags);
	CHECK_TEXT(options.data.data, data);
	buffer_free(&options.data);
}

static void test_remount(void)
{
	struct mount_options options = {0};
	layer_options("/containers/onboot/000-a", "/containers/onboot/000-a/tmp", true, &options);
	CHECK(options.flags == (MS_NOSUID | MS_NODEV));
	CHECK_TEXT(options.data.data, "");
	buffer_free(&options.data);
}

static void test_shares(void)
{
	char root[] = "/tmp/layer-XXXXXX";
	CHECK(mkdtemp(root) != NULL);
	char *services = text("%s/services", root);
	char *folders[] = {text("%s/a/tmp", services), text("%s/b/tmp", services), text("%s/c/rootfs", services)};
	for (size_t i = 0; i < COUNT(folders); i++)
		CHECK(make_directories(folders[i], 0755));
	char *bundle = text("%s/a", services);
	check_options(bundle, folders[0], MS_NOSUID | MS_NODEV, "size=25%");
	check_options(bundle, folders[1], 0, "");
	check_options(bundle, bundle, 0, "");
	for (size_t i = 0; i < 40; i++) {
		char *more = text("%s/more%zu/tmp", services, i);
		CHECK(make_directories(more, 0755));
		free(more);
	}
	check_options(bundle, folders[0], MS_NOSUID | MS_NODEV, "size=2%");
	char *arguments[] = {"rm", "-r", root, NULL};
	CHECK(run_program("/bin/rm", arguments) == 0);
	for (size_t i = 0; i < COUNT(folders); i++)
		free(folders[i]);
	free(bundle);
	free(services);
}

void test_layer(void)
{
	check_options("/containers/onboot/000-a", "/containers/onboot/000-a/tmp", MS_NOSUID | MS_NODEV, "size=25%");
	check_options("/containers/onboot/000-a", "/containers/onboot/000-a", 0, "");
	check_options("/containers/onboot/000-a", "/var/tmp", 0, "");
	CHECK(!layer_own("/tmp", "/there/is/no/such/directory"));
	test_remount();
	test_shares();
}
