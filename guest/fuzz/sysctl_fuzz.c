// Files of kernel parameters; list_directory, read_file and write_file are replaced.
#include "fuzz.h"

#include "applets.h"

#include <string.h>

bool __wrap_list_directory(const char *path, struct strings *names);
bool __wrap_write_file(const char *path, const char *content);

bool __wrap_list_directory(const char *path, struct strings *names)
{
	(void)path;
	strings_add(names, "00-linuxkit.conf");
	return true;
}

bool __wrap_write_file(const char *path, const char *content)
{
	// A file must not cause writes outside of /proc/sys.
	REQUIRE(starts_with(path, "/proc/sys/") && strstr(path, "/../") == NULL && !ends_with(path, "/.."));
	REQUIRE(strlen(content) < 1 << 20);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	set_files(data, size);
	REQUIRE(sysctl_main(1, (char *[]){"sysctl", NULL}) == 0);
	return 0;
}
