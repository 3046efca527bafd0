// The kernel's module indexes, modprobe's settings and the kernel command line; list_directory and read_file are replaced.
#include "fuzz.h"

#include "modules.h"

#include <string.h>

bool __wrap_list_directory(const char *path, struct strings *names);

bool __wrap_list_directory(const char *path, struct strings *names)
{
	(void)path;
	strings_add(names, "README");
	strings_add(names, "black.conf");
	return true;
}

static void count(struct module *module, void *context)
{
	REQUIRE(module->name != NULL && module->path != NULL && module->dependencies != NULL);
	++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	// fnmatch takes exponential time for many wildcards, which is not a fault of the reader.
	size_t wildcards = 0;
	for (size_t i = 0; i < size; i++)
		wildcards += data[i] == '*';
	if (wildcards > 64)
		return 0;
	struct modules modules;
	set_files(data, size);
	modules_open(&modules, "/m");
	modules_configure(&modules, "");
	static const char *const names[] = {"", "virtio_net", "virtio:d00000001v00001AF4", "fs-overlay", "[", "a"};
	for (size_t i = 0; i < COUNT(names); i++) {
		size_t seen = 0;
		REQUIRE(modules_match(&modules, names[i], count, &seen) == seen);
	}
	for (size_t i = 0; i < modules.count; i++) {
		const struct module *found = modules_find(&modules, modules.list[i].name);
		REQUIRE(found != NULL && found <= &modules.list[i]);
		struct strings before = {0};
		modules_soft_dependencies(&modules.list[i], "pre", &before);
		strings_free(&before);
		// No module file exists, but the search for dependencies has to end.
		REQUIRE(!modules_load(&modules, modules.list[i].name, ""));
	}
	modules_close(&modules);
	return 0;
}
