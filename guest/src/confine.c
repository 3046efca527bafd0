#include "confine.h"
#include "json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define LIMIT (16 << 20)

static const char *const masked[] = {
	"/proc/acpi",          "/proc/asound",      "/proc/kcore",       "/proc/keys",
	"/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",        "/proc/timer_list",
	"/proc/timer_stats",   "/sys/firmware",     "/sys/devices/virtual/powercap",
};
static const char *const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sysrq-trigger"};

static bool has_capability(const struct json *specification, const char *name)
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

static void insert(struct buffer *into, size_t at, const struct buffer *addition)
{
	struct buffer whole = {0};
	buffer_append(&whole, into->data, at);
	buffer_append(&whole, addition->data, addition->size);
	buffer_append(&whole, into->data + at, into->size - at);
	buffer_free(into);
	*into = whole;
}

bool confine(struct buffer *specification)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *platform = json_member(whole, "linux");
	// Whoever wrote one of the lists, even an empty one, has decided.
	bool wanted = platform != NULL && platform->kind == JSON_OBJECT &&
		      json_member(platform, "maskedPaths") == NULL && json_member(platform, "readonlyPaths") == NULL &&
		      !has_capability(whole, "CAP_SYS_ADMIN");
	if (wanted) {
		struct buffer members = restrictions(whole);
		buffer_text(&members, platform->children != NULL ? "," : "");
		insert(specification, platform->start + 1, &members);
		buffer_free(&members);
	}
	json_free(whole);
	return wanted;
}

// Mounts a file with this content over another. It has no name of its own any more.
static bool mount_content(const struct buffer *content, const char *target)
{
	char copy[] = "/run/config-XXXXXX";
	int fd = mkstemp(copy);
	if (fd < 0)
		return false;
	bool done = write_all(fd, content->data, content->size) && mount(copy, target, NULL, MS_BIND, NULL) == 0;
	int reason = errno;
	close(fd);
	(void)unlink(copy);
	errno = reason;
	return done;
}

bool confine_bundle(const char *path)
{
	char *file = text("%s/config.json", path);
	struct buffer specification = {0};
	bool done = true;
	// A file that cannot be read is reported by the container runtime.
	if (read_file(file, LIMIT, &specification) && confine(&specification)) {
		done = mount_content(&specification, file);
		if (!done)
			say_errno("cannot confine %s", path);
	}
	buffer_free(&specification);
	free(file);
	return done;
}

void confine_end(const char *path)
{
	char *file = text("%s/config.json", path);
	(void)umount2(file, MNT_DETACH); // fails if the file is the bundle's own
	free(file);
}
