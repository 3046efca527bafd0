#include "process_limit.h"
#include "confine.h"
#include "json_edit.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST 64

static unsigned long number_in(const char *path)
{
	struct buffer content = {0};
	unsigned long number = read_file(path, 64, &content) ? strtoul(content.data, NULL, 10) : 0;
	buffer_free(&content);
	return number;
}

static bool kernel_limits_processes(void)
{
	struct buffer controllers = {0};
	bool does = read_file("/sys/fs/cgroup/cgroup.controllers", 4096, &controllers)
			    ? strstr(controllers.data, "pids") != NULL
			    : is_directory("/sys/fs/cgroup/pids");
	buffer_free(&controllers);
	return does;
}

unsigned long process_limit(void)
{
	// The first follows from the size of memory, the second is the number of ids.
	const unsigned long threads = number_in("/proc/sys/kernel/threads-max") / 4;
	const unsigned long ids = number_in("/proc/sys/kernel/pid_max") / 2;
	const unsigned long limit = threads < ids ? threads : ids;
	if (limit == 0 || !kernel_limits_processes())
		return 0;
	return limit > SMALLEST ? limit : SMALLEST;
}

bool limit_processes(struct buffer *specification, unsigned long limit)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *platform = json_member(whole, "linux"), *resources = json_member(platform, "resources");
	char *pids = text("{\"limit\":%lu}", limit), *both = text("{\"pids\":%s}", pids);
	bool changed = limit > 0 && platform != NULL && platform->kind == JSON_OBJECT && is_confined(whole);
	if (changed && resources == NULL)
		json_add_member(specification, platform, "resources", both);
	else if (changed && resources->kind == JSON_OBJECT && json_member(resources, "pids") == NULL)
		json_add_member(specification, resources, "pids", pids);
	else
		changed = false;
	free(pids);
	free(both);
	json_free(whole);
	return changed;
}
