#include "identity.h"
#include "guest.h"
#include "sha256.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define UUID_FILE "/sys/class/dmi/id/product_uuid"
#define RUN_FILE "/run/machine-id"
#define ETC_FILE "/etc/machine-id"

// Returns an attribute of a network device, to be freed by the caller; "" if it is missing.
static char *attribute(const char *folder, const char *device, const char *name)
{
	char *path = text("%s/%s/%s", folder, device, name);
	struct buffer content = {0};
	char *value = copy_text(read_file(path, 4096, &content) ? trim(content.data) : "");
	buffer_free(&content);
	free(path);
	return value;
}

// Returns the index of a network device that is hardware with an address of its own; 0 if it is not.
static unsigned long hardware_index(const char *folder, const char *name)
{
	char *link = text("%s/%s/device", folder, name);
	char *address = attribute(folder, name, "address"), *kind = attribute(folder, name, "type");
	char *number = attribute(folder, name, "ifindex");
	bool usable = strtoul(kind, NULL, 10) == ARPHRD_ETHER && strlen(address) == 17 &&
		      strcmp(address, "00:00:00:00:00:00") != 0 && (exists(link) || strcmp(name, "eth0") == 0);
	unsigned long index = usable ? strtoul(number, NULL, 10) : 0;
	free(link);
	free(address);
	free(kind);
	free(number);
	return index;
}

char *first_network_device(const char *folder)
{
	struct strings names = {0};
	char *first = NULL;
	unsigned long least = 0;
	(void)list_directory(folder, &names);
	for (size_t i = 0; i < names.count; i++) {
		unsigned long index = hardware_index(folder, names.items[i]);
		bool preferred = index != 0 && strcmp(names.items[i], "eth0") == 0;
		if (index == 0 || (first != NULL && index > least && !preferred))
			continue;
		free(first);
		first = copy_text(names.items[i]);
		least = index;
		if (preferred)
			break;
	}
	strings_free(&names);
	return first;
}

void set_host_name(void)
{
	struct buffer wanted = {0};
	if (read_file("/etc/hostname", 4096, &wanted)) {
		char *name = trim(wanted.data);
		if (*name != '\0' && sethostname(name, strlen(name)) != 0)
			say_errno("host name %s", name);
	}
	buffer_free(&wanted);
	char present[65] = "";
	gethostname(present, sizeof present - 1);
	if (*present != '\0' && strcmp(present, "(none)") != 0)
		return;
	char *device = first_network_device("/sys/class/net");
	if (device == NULL)
		return;
	char *address = attribute("/sys/class/net", device, "address"), *out = address;
	for (const char *c = address; *c != '\0'; c++)
		if (*c != ':')
			*out++ = *c;
	*out = '\0';
	char *name = text("linuxkit-%s", address);
	if (sethostname(name, strlen(name)) != 0)
		say_errno("host name %s", name);
	free(name);
	free(address);
	free(device);
}

// Prints 16 bytes as a random UUID (RFC 9562, version 4) without hyphens.
static void print_id(unsigned char bytes[16], char id[MACHINE_ID_SIZE])
{
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(id + 2 * i, 3, "%02x", bytes[i]);
}

bool machine_id_of(const char *uuid, char id[MACHINE_ID_SIZE])
{
	// What makers leave in machines that have no UUID, without hyphens.
	static const char *const useless[] = {
		"00000000000000000000000000000000",
		"ffffffffffffffffffffffffffffffff",
		"03000200040005000006000700080009",
	};
	char digits[33] = "";
	size_t count = 0;
	for (; *uuid != '\0'; uuid++) {
		if (*uuid == '-')
			continue;
		if (count == 32 || !isxdigit((unsigned char)*uuid))
			return false;
		digits[count++] = (char)tolower((unsigned char)*uuid);
	}
	bool usable = count == 32;
	for (size_t i = 0; i < COUNT(useless); i++)
		usable &= strcmp(digits, useless[i]) != 0;
	if (!usable)
		return false;
	// Hashed, since the ID is shown to all programs, while only root may read the UUID.
	static const char purpose[] = "linuxkit machine-id";
	unsigned char hash[SHA256_SIZE];
	sha256(purpose, sizeof purpose, digits, 32, hash);
	print_id(hash, id);
	return true;
}

static bool make_id(char id[MACHINE_ID_SIZE])
{
	struct buffer uuid = {0};
	bool made = read_file(UUID_FILE, 4096, &uuid) && machine_id_of(trim(uuid.data), id);
	buffer_free(&uuid);
	unsigned char bytes[16];
	if (!made && getrandom(bytes, sizeof bytes, GRND_INSECURE) == (ssize_t)sizeof bytes) {
		print_id(bytes, id);
		made = true;
	}
	return made;
}

void set_machine_id(void)
{
	struct stat status;
	bool file = lstat(ETC_FILE, &status) == 0 && S_ISREG(status.st_mode);
	if (file && status.st_size > 0)
		return; // the image has one
	char id[MACHINE_ID_SIZE];
	if (!make_id(id)) {
		say_errno("cannot make a machine ID");
		return;
	}
	int fd = open(RUN_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
	char *line = text("%s\n", id);
	if (fd < 0 || !write_all(fd, line, strlen(line)))
		say_errno(RUN_FILE);
	else if (file && mount(RUN_FILE, ETC_FILE, NULL, MS_BIND, NULL) != 0)
		say_errno(ETC_FILE);
	if (fd >= 0)
		close(fd);
	free(line);
}
