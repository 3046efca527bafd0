#include "bundle.h"
#include "guest.h"
#include "inside.h"
#include "interfaces.h"
#include "layer.h"
#include "memory_shares.h"
#include "mount_options.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define LIMIT (16 << 20)

bool bundle_read(struct bundle *bundle, const char *path)
{
	*bundle = (struct bundle){.path = copy_text(path)};
	char *file = text("%s/runtime.json", path);
	struct buffer content = {0};
	bool good = true;
	if (read_file(file, LIMIT, &content)) {
		size_t where;
		bundle->runtime = json_read(content.data, content.size, &where);
		good = bundle->runtime != NULL && bundle->runtime->kind == JSON_OBJECT;
		if (!good)
			say("%s: not a JSON object (byte %zu)", file, where);
	} else if (errno != ENOENT) {
		say_errno("%s", file);
		good = false;
	}
	buffer_free(&content);
	free(file);
	return good;
}

void bundle_open(struct bundle *bundle, const char *path)
{
	if (!bundle_read(bundle, path))
		fatal("cannot use %s", path);
}

void bundle_close(struct bundle *bundle)
{
	json_free(bundle->runtime);
	free(bundle->path);
}

int bundle_number(const struct bundle *bundle, const char *key, int otherwise)
{
	const struct json *value = json_member(bundle->runtime, key);
	return value != NULL && value->kind == JSON_NUMBER && value->number >= 0 && value->number <= 1e6 ? (int)value->number
											    : otherwise;
}

// Returns the first element of a list, or NULL.
static const struct json *first_element(const struct bundle *bundle, const char *key)
{
	const struct json *list = json_member(bundle->runtime, key);
	return list != NULL ? list->children : NULL;
}

// Returns where a directory of runtime.json is, or NULL with errno. Relative paths are inside the container's
// root, whose links cannot lead out of it. With `create`, it is created if it is missing.
static char *directory(const struct bundle *bundle, const char *path, bool create)
{
	if (*path == '/') {
		if (create && !make_directories(path, 0755))
			return NULL;
		return copy_text(path);
	}
	char *root = text("%s/rootfs", bundle->path), *found = directory_inside(root, path, create);
	int reason = errno;
	free(root);
	errno = reason;
	return found;
}

static bool mount_entry(const struct bundle *bundle, const struct json *entry)
{
	const char *source = json_string(entry, "source"), *type = json_string(entry, "type");
	const char *destination = json_string(entry, "destination");
	if (destination == NULL) {
		say("%s: a mount has no destination", bundle->path);
		return false;
	}
	char *target = directory(bundle, destination, true);
	if (target == NULL) {
		say_errno("%s: cannot create %s", bundle->path, destination);
		return false;
	}
	struct mount_options options = {0};
	bool done = true, sized = false;
	buffer_append(&options.data, "", 0);
	const struct json *list = json_member(entry, "options");
	const struct json *first = list != NULL ? list->children : NULL;
	const char *lower = NULL;
	// LinuxKit's builder remounts a layer, which would clear the flags.
	bool remount = first != NULL && first->string != NULL && strcmp(first->string, "remount") == 0;
	if (remount || (type != NULL && strcmp(type, "tmpfs") == 0 && first == NULL))
		layer_options(bundle->path, target, &options);
	for (const struct json *option = first; done && option != NULL; option = option->next) {
		const char *word = option->string != NULL ? option->string : "";
		if (starts_with(word, "lowerdir="))
			lower = strchr(word, '=') + 1;
		if (starts_with(word, "upperdir=") || starts_with(word, "workdir=")) {
			done = make_directories(strchr(word, '=') + 1, 0755) &&
			       (lower == NULL || *word != 'u' || layer_own(strchr(word, '=') + 1, lower));
			if (!done)
				say_errno("cannot create %s", strchr(word, '=') + 1);
		}
		sized |= starts_with(word, "size=");
		mount_options_add(&options, word);
	}
	if (done && !sized && type != NULL && strcmp(type, "tmpfs") == 0 && starts_with(target, bundle->path)) {
		char *size = layer_share();
		mount_options_add(&options, size);
		free(size);
	}
	if (done) {
		done = mount(source != NULL ? source : "", target, type, options.flags, options.data.data) == 0 &&
		       restrict_bind(target, options.flags);
		if (!done)
			say_errno("mount %s on %s", source != NULL ? source : "nothing", target);
	}
	buffer_free(&options.data);
	free(target);
	return done;
}

static void make_control_group(const char *name)
{
	if (exists("/sys/fs/cgroup/cgroup.controllers")) {
		char *path = text("/sys/fs/cgroup/%s", name);
		if (!make_directories(path, 0755))
			say_errno("control group %s", path);
		free(path);
		return;
	}
	struct strings controllers = {0};
	(void)list_directory("/sys/fs/cgroup", &controllers);
	for (size_t i = 0; i < controllers.count; i++) {
		char *path = text("/sys/fs/cgroup/%s/%s", controllers.items[i], name);
		if (!make_directories(path, 0755))
			say_errno("control group %s", path);
		free(path);
	}
	strings_free(&controllers);
}

bool bundle_before_create(const struct bundle *bundle)
{
	for (const struct json *entry = first_element(bundle, "mounts"); entry != NULL; entry = entry->next)
		if (!mount_entry(bundle, entry))
			return false;
	for (const struct json *entry = first_element(bundle, "mkdir"); entry != NULL; entry = entry->next) {
		const char *wanted = entry->string != NULL ? entry->string : "";
		char *path = directory(bundle, wanted, true);
		if (path == NULL) {
			say_errno("%s: cannot create %s", bundle->path, wanted);
			return false;
		}
		free(path);
	}
	for (const struct json *entry = first_element(bundle, "cgroups"); entry != NULL; entry = entry->next)
		if (entry->string != NULL)
			make_control_group(entry->string);
	return true;
}

// Keeps a namespace of a process alive by mounting it on a path.
static bool bind_namespace(const char *kind, const char *path, pid_t pid)
{
	char *folder = copy_text(path), *source = text("/proc/%d/ns/%s", pid, kind);
	bool done = make_directories(dirname(folder), 0755);
	int fd = done ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644) : -1;
	done = fd >= 0 && close(fd) == 0 && mount(source, path, NULL, MS_BIND, NULL) == 0;
	if (!done)
		say_errno("cannot bind %s to %s", source, path);
	free(folder);
	free(source);
	return done;
}

bool bundle_needs_process(const struct bundle *bundle)
{
	return first_element(bundle, "interfaces") != NULL || json_member(bundle->runtime, "bindNS") != NULL;
}

static const char *const kinds[] = {"cgroup", "ipc", "mnt", "net", "pid", "user", "uts"};

static const char *named_namespace(const struct bundle *bundle, const char *kind)
{
	const char *path = json_string(json_member(bundle->runtime, "bindNS"), kind);
	return path != NULL && *path != '\0' ? path : NULL;
}

bool bundle_after_create(const struct bundle *bundle, pid_t pid)
{
	for (const struct json *entry = first_element(bundle, "interfaces"); entry != NULL; entry = entry->next) {
		const struct json *in_root = json_member(entry, "createInRoot");
		struct interface wanted = {
			.name = json_string(entry, "name"),
			.kind = json_string(entry, "add"),
			.peer = json_string(entry, "peer"),
			.create_in_root = in_root != NULL && in_root->kind == JSON_TRUE,
		};
		if (!interface_provide(&wanted, pid))
			return false;
	}
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *path = named_namespace(bundle, kinds[i]);
		if (path != NULL && !bind_namespace(kinds[i], path, pid))
			return false;
	}
	return true;
}

void bundle_release_namespaces(const struct bundle *bundle)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *path = named_namespace(bundle, kinds[i]);
		if (path != NULL && umount2(path, MNT_DETACH) != 0 && errno != EINVAL && errno != ENOENT)
			say_errno("umount %s", path);
	}
}

void bundle_unmount(const struct bundle *bundle)
{
	struct strings targets = {0};
	for (const struct json *entry = first_element(bundle, "mounts"); entry != NULL; entry = entry->next) {
		const char *destination = json_string(entry, "destination");
		char *target = destination != NULL ? directory(bundle, destination, false) : NULL;
		const size_t length = strlen(bundle->path);
		if (target != NULL && starts_with(target, bundle->path) && target[length] == '/')
			strings_add(&targets, target);
		free(target);
	}
	// In reverse order, as mounts may be stacked. EINVAL, ENOENT: a
	// remount, already gone with its mount, or a mount that was never made.
	for (size_t i = targets.count; i-- > 0;)
		if (umount(targets.items[i]) != 0 && errno != EINVAL && errno != ENOENT)
			say_errno("umount %s", targets.items[i]);
	strings_free(&targets);
}
