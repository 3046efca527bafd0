#include "confine.h"
#include "json_edit.h"

#include <stdlib.h>
#include <string.h>

static const char *const masked[] = {
	"/proc/acpi",       "/proc/asound",        "/proc/interrupts",  "/proc/kcore",
	"/proc/keys",       "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",
	"/proc/timer_list", "/proc/timer_stats",   "/sys/firmware",     "/sys/devices/virtual/powercap",
};
static const char *const readonly[] = {
	"/proc/bus", "/proc/dynamic_debug", "/proc/fs", "/proc/irq", "/proc/mtrr", "/proc/sysrq-trigger",
};

bool has_capability(const struct json *specification, const char *name)
{
	static const char *const sets[] = {"bounding", "effective", "permitted"};
	const struct json *all = json_member(json_member(specification, "process"), "capabilities");
	for (size_t i = 0; i < COUNT(sets); i++) {
		const struct json *set = json_member(all, sets[i]);
		for (const struct json *one = set != NULL ? set->children : NULL; one != NULL; one = one->next)
			if (one->string != NULL && strcmp(one->string, name) == 0)
				return true;
	}
	return false;
}

// Returns the container's mount on a path or, if `inside`, somewhere below it; NULL if there is none.
static const struct json *mount_on(const struct json *specification, const char *path, bool inside)
{
	const struct json *mounts = json_member(specification, "mounts");
	const size_t length = strlen(path);
	for (const struct json *one = mounts != NULL ? mounts->children : NULL; one != NULL; one = one->next) {
		const char *target = json_string(one, "destination");
		if (target != NULL && starts_with(target, path) &&
		    (target[length] == '\0' || (inside && target[length] == '/')))
			return one;
	}
	return NULL;
}

// Appends a path to a JSON array, unless the container mounts something there, which it wants to use.
static void add_path(struct buffer *list, const struct json *specification, const char *path)
{
	if (mount_on(specification, path, true) != NULL)
		return;
	buffer_text(list, list->size > 0 ? ",\"" : "\"");
	buffer_text(list, path);
	buffer_text(list, "\"");
}

// The parameters of networks may be set by who may set up networks; the kernel checks that.
static void add_parameters(struct buffer *list, const struct json *specification)
{
	if (!has_capability(specification, "CAP_NET_ADMIN")) {
		add_path(list, specification, "/proc/sys");
		return;
	}
	struct strings names = {0};
	(void)list_directory("/proc/sys", &names);
	for (size_t i = 0; i < names.count; i++) {
		char *path = text("/proc/sys/%s", names.items[i]);
		if (strcmp(names.items[i], "net") != 0)
			add_path(list, specification, path);
		free(path);
	}
	strings_free(&names);
}

// Returns the members to add to `linux`.
static struct buffer restrictions(const struct json *specification)
{
	struct buffer hidden = {0}, kept = {0}, members = {0};
	for (size_t i = 0; i < COUNT(masked); i++)
		add_path(&hidden, specification, masked[i]);
	for (size_t i = 0; i < COUNT(readonly); i++)
		add_path(&kept, specification, readonly[i]);
	add_parameters(&kept, specification);
	// A sysfs of the container's own; one that is bound into it is wanted as it is. Mounts below it,
	// such as that of control groups, are not affected.
	const char *type = json_string(mount_on(specification, "/sys", false), "type");
	if (type != NULL && strcmp(type, "sysfs") == 0)
		buffer_text(&kept, kept.size > 0 ? ",\"/sys\"" : "\"/sys\"");
	buffer_text(&members, "\"maskedPaths\":[");
	buffer_append(&members, hidden.data, hidden.size);
	buffer_text(&members, "],\"readonlyPaths\":[");
	buffer_append(&members, kept.data, kept.size);
	buffer_text(&members, "]");
	buffer_free(&hidden);
	buffer_free(&kept);
	return members;
}

bool is_confined(const struct json *specification)
{
	return !has_capability(specification, "CAP_SYS_ADMIN");
}

bool confine(struct buffer *specification)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *platform = json_member(whole, "linux");
	// Whoever wrote one of the lists, even an empty one, has decided.
	bool wanted = platform != NULL && platform->kind == JSON_OBJECT &&
		      json_member(platform, "maskedPaths") == NULL && json_member(platform, "readonlyPaths") == NULL &&
		      is_confined(whole);
	if (wanted) {
		struct buffer members = restrictions(whole);
		buffer_text(&members, platform->children != NULL ? "," : "");
		json_replace(specification, platform->start + 1, platform->start + 1, members.data);
		buffer_free(&members);
	}
	json_free(whole);
	return wanted;
}

// Returns the array without the elements that are this string.
static char *without(const struct buffer *specification, const struct json *array, const char *string)
{
	struct buffer rest = {0};
	buffer_text(&rest, "[");
	for (const struct json *one = array->children; one != NULL; one = one->next)
		if (one->string == NULL || strcmp(one->string, string) != 0) {
			buffer_text(&rest, rest.size > 1 ? "," : "");
			buffer_append(&rest, specification->data + one->start, one->end - one->start);
		}
	buffer_text(&rest, "]");
	return rest.data;
}

// Removes /sys from the read-only paths. Returns whether it was there, and is a sysfs of the container's own.
static bool take_sys(struct buffer *specification)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *paths = json_member(json_member(whole, "linux"), "readonlyPaths");
	const char *type = json_string(mount_on(whole, "/sys", false), "type");
	bool found = false;
	if (type != NULL && strcmp(type, "sysfs") == 0 && paths != NULL && paths->kind == JSON_ARRAY)
		for (const struct json *one = paths->children; one != NULL; one = one->next)
			found |= one->string != NULL && strcmp(one->string, "/sys") == 0;
	if (found) {
		char *rest = without(specification, paths, "/sys");
		json_replace(specification, paths->start, paths->end, rest);
		free(rest);
	}
	json_free(whole);
	return found;
}

bool mount_sys_readonly(struct buffer *specification)
{
	if (!take_sys(specification))
		return false;
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *mount = mount_on(whole, "/sys", false), *options = json_member(mount, "options");
	if (options == NULL)
		json_add_member(specification, mount, "options", "[\"ro\"]");
	else if (options->kind == JSON_ARRAY)
		json_add_element(specification, options, "\"ro\"");
	else
		json_replace(specification, options->start, options->end, "[\"ro\"]");
	json_free(whole);
	return true;
}
