// User data on a CD-ROM or disk: `config` of `linuxkit run --data`, NoCloud's and OpenStack's files.
#include "metadata.h"

#include "json.h"
#include "volume.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Reads a file of a volume, which may have links to anywhere.
static bool read_inside(int root, const char *path, struct buffer *out)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
	struct stat status;
	int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
	bool ok = fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= USER_DATA_LIMIT;
	char part[4096];
	for (ssize_t size = 1; ok && size > 0 && out->size <= USER_DATA_LIMIT;) {
		size = read(fd, part, sizeof part);
		buffer_append(out, part, size > 0 ? (size_t)size : 0);
		ok = size >= 0;
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

static void put(int output, const char *name, const char *value)
{
	if (value != NULL && *value != '\0')
		output_write(output, NULL, name, 0644, value, strlen(value));
}

static void put_keys(int output, const struct buffer *keys)
{
	if (keys->size > 0)
		output_write(output, "ssh", "authorized_keys", 0600, keys->data, keys->size);
}

static bool config_drive(int root, int output, struct buffer *user_data)
{
	struct buffer meta = {0}, keys = {0};
	size_t where;
	if (!read_inside(root, "openstack/latest/meta_data.json", &meta))
		return false;
	struct json *value = json_read(meta.data, meta.size, &where);
	if (value != NULL) {
		put(output, "hostname", json_string(value, "hostname"));
		put(output, "instance_id", json_string(value, "uuid"));
		const struct json *list = json_member(value, "public_keys");
		for (const struct json *key = list != NULL ? list->children : NULL; key != NULL; key = key->next)
			if (key->kind == JSON_STRING) {
				buffer_text(&keys, key->string);
				buffer_text(&keys, ends_with(key->string, "\n") ? "" : "\n");
			}
		put_keys(output, &keys);
	}
	json_free(value);
	buffer_free(&meta);
	buffer_free(&keys);
	read_inside(root, "openstack/latest/user_data", user_data);
	return true;
}

static bool no_cloud(int root, int output, struct buffer *user_data)
{
	struct buffer meta = {0}, keys = {0};
	if (!read_inside(root, "user-data", user_data) || user_data->size == 0)
		read_inside(root, "config", user_data);
	bool found = user_data->size > 0;
	if (read_inside(root, "meta-data", &meta) && found) {
		char *host = parse_setting(meta.data, "local-hostname", ':');
		char *id = parse_setting(meta.data, "instance-id", ':');
		put(output, "hostname", host);
		put(output, "instance_id", id);
		parse_no_cloud_keys(meta.data, &keys);
		put_keys(output, &keys);
		free(host);
		free(id);
	}
	buffer_free(&meta);
	buffer_free(&keys);
	return found;
}

static bool extract_mounted(const char *folder, bool config, int output, struct buffer *user_data)
{
	int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return false;
	bool found = config ? config_drive(root, output, user_data) : no_cloud(root, output, user_data);
	close(root);
	return found;
}

static bool extract(const char *device, bool config, int output, struct buffer *user_data)
{
	static const char *const types[] = {"iso9660", "vfat"};
	char folder[] = "/tmp/metadata-XXXXXX";
	bool mounted = false;
	if (mkdtemp(folder) == NULL) {
		say_errno("cannot create a folder in /tmp");
		return false;
	}
	for (size_t i = 0; !mounted && i < COUNT(types); i++)
		mounted = mount(device, folder, types[i], MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
	bool found = mounted && extract_mounted(folder, config, output, user_data);
	if (mounted)
		umount2(folder, MNT_DETACH);
	rmdir(folder);
	return found;
}

bool disk_extract(int output, char **display, struct buffer *user_data)
{
	struct strings names = {0};
	bool found = false;
	list_directory("/sys/class/block", &names);
	for (size_t i = 0; !found && i < names.count; i++) {
		const char *name = names.items[i];
		struct volume volume = {0};
		if (starts_with(name, "loop") || starts_with(name, "ram"))
			continue;
		char *device = text("/dev/%s", name);
		bool known = volume_read(device, &volume);
		trim(volume.label);
		bool config = known && strcasecmp(volume.label, "config-2") == 0;
		if (config || starts_with(name, "sr") || (known && strcasecmp(volume.label, "cidata") == 0))
			found = extract(device, config, output, user_data);
		if (found)
			*display = text("CDROM %s", device);
		free(device);
	}
	strings_free(&names);
	return found;
}
