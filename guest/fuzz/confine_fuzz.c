// config.json of a container that is to be confined; list_directory is replaced.
#include "fuzz.h"

#include "confine.h"
#include "console_device.h"
#include "device_rules.h"
#include "json.h"
#include "process_limit.h"
#include "system_calls.h"

#include <string.h>

bool __wrap_list_directory(const char *path, struct strings *names);
bool __wrap_exists(const char *path);

bool __wrap_exists(const char *path)
{
	return strlen(path) % 2 == 0;
}

bool __wrap_list_directory(const char *path, struct strings *names)
{
	REQUIRE(strcmp(path, "/proc/sys") == 0);
	strings_add(names, "kernel");
	strings_add(names, "net");
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer specification = {0};
	buffer_append(&specification, data, size);
	bool changed = confine(&specification);
	size_t where;
	struct json *result = json_read(specification.data, specification.size, &where);
	// Whatever is changed stays valid, has both lists, and is not changed again.
	REQUIRE(changed || specification.size == size);
	REQUIRE(!changed || json_member(json_member(result, "linux"), "maskedPaths") != NULL);
	REQUIRE(!changed || json_member(json_member(result, "linux"), "readonlyPaths") != NULL);
	json_free(result);
	REQUIRE(!confine(&specification));
	changed = mount_sys_readonly(&specification);
	REQUIRE(!mount_sys_readonly(&specification));
	changed |= filter_system_calls(&specification);
	changed |= deny_devices(&specification);
	changed |= drop_missing_devices(&specification, "/one");
	changed |= deny_console(&specification);
	changed |= limit_processes(&specification, 100);
	result = json_read(specification.data, specification.size, &where);
	REQUIRE(!changed || result != NULL);
	json_free(result);
	REQUIRE(!deny_devices(&specification) && !drop_missing_devices(&specification, "/one"));
	REQUIRE(!filter_system_calls(&specification) && !limit_processes(&specification, 100) && !confine(&specification));
	buffer_free(&specification);
	return 0;
}
