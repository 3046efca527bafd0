// Metadata on a CD-ROM or disk: `config` of `linuxkit run --data`, NoCloud's and OpenStack's files, an OVF
// environment.
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

static bool config_drive(int root, int output, struct buffer *user_data)
{
	struct buffer meta = {0}, network = {0};
	size_t where;
	if (!read_inside(root, "openstack/latest/meta_data.json", &meta))
		return false;
	struct json *value = json_read(meta.data, meta.size, &where);
	output_value(output, "hostname", json_string(value, "hostname"));
	output_value(output, "instance_id", json_string(value, "uuid"));
	keys_take(output, json_member(value, "public_keys"));
	read_inside(root, "openstack/latest/user_data", user_data);
	if (read_inside(root, "openstack/latest/network_data.json", &network) && network.size > 0)
		network_text_take(network_of_openstack, network.data, network.size);
	json_free(value);
	buffer_free(&meta);
	buffer_free(&network);
	return true;
}

// NoCloud's files, or the one file of `linuxkit run --data`.
static bool no_cloud(int root, int output, struct buffer *user_data)
{
	struct buffer meta = {0}, network = {0};
	if (!read_inside(root, "user-data", user_data) || user_data->size == 0)
		read_inside(root, "config", user_data);
	bool found = read_inside(root, "meta-data", &meta) && meta.size > 0;
	if (found)
		meta_data_take(output, meta.data, meta.size);
	if (read_inside(root, "network-config", &network) && network.size > 0)
		network_text_take(network_of_no_cloud, network.data, network.size);
	buffer_free(&meta);
	buffer_free(&network);
	return found || user_data->size > 0;
}

static bool ovf(int root, int output, struct buffer *user_data)
{
	struct buffer environment = {0};
	bool found = read_inside(root, "ovf-env.xml", &environment) &&
		     ovf_take(output, environment.data, environment.size, user_data);
	buffer_free(&environment);
	return found;
}

bool folder_extract(const char *folder, const char *label, int output, struct buffer *user_data)
{
	int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return false;
	bool found = strcasecmp(label, "config-2") == 0
			     ? config_drive(root, output, user_data)
			     : no_cloud(root, output, user_data) || ovf(root, output, user_data);
	close(root);
	return found;
}

static bool extract(const char *device, const char *label, int output, struct buffer *user_data)
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
	bool found = mounted && folder_extract(folder, label, output, user_data);
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
		volume_read(device, &volume);
		const char *label = trim(volume.label);
		if (starts_with(name, "sr") || strcasecmp(label, "config-2") == 0 || strcasecmp(label, "cidata") == 0)
			found = extract(device, label, output, user_data);
		if (found)
			*display = text("CDROM %s", device);
		free(device);
	}
	strings_free(&names);
	return found;
}
