// swap.sh --path FILE --size N[G|M|K] [--encrypt] [--condition C]... [--debug]: makes a file below /var, and
// swaps to it.
#include "swap.h"
#include "block.h"
#include "programs.h"
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/swap.h>
#include <unistd.h>

#define MAPPING "swapfile"

bool swap_size(const char *size, uint64_t *bytes)
{
	char *unit;
	errno = 0;
	unsigned long long number = strtoull(size, &unit, 10);
	unsigned shift = *unit == 'G' ? 30 : *unit == 'M' ? 20 : *unit == 'K' ? 10 : 0;
	if (*size < '0' || *size > '9' || errno != 0 || number == 0 || number > (unsigned long long)INT64_MAX >> shift ||
	    (shift > 0 && *++unit != '\0') || *unit != '\0')
		return false;
	*bytes = number << shift;
	return true;
}

static bool is_mounted(const char *path, const char *mounts)
{
	struct buffer table = {0};
	char *position = NULL, *wanted = text(" %s ", path);
	bool found = false;
	if (read_file(mounts, 1 << 20, &table))
		for (char *line = strtok_r(table.data, "\n", &position); line != NULL && !found;
		     line = strtok_r(NULL, "\n", &position)) {
			char *place = strchr(line, ' ');
			found = place != NULL && starts_with(place, wanted);
		}
	free(wanted);
	buffer_free(&table);
	return found;
}

enum condition swap_condition(const char *condition, const char *mounts)
{
	char *copy = copy_text(condition), *position = NULL;
	char *kind = strtok_r(copy, ":", &position), *path = strtok_r(NULL, ":", &position);
	bool sized = kind != NULL && strcmp(kind, "partsize") == 0;
	char *least = sized ? strtok_r(NULL, ":", &position) : NULL, *required = strtok_r(NULL, ":", &position);
	uint64_t bytes = 0;
	struct statvfs system;
	enum condition result = CONDITION_MET;
	if (kind == NULL || path == NULL || (!sized && strcmp(kind, "part") != 0) ||
	    (sized && (least == NULL || !swap_size(least, &bytes))))
		result = CONDITION_WRONG;
	else if (sized ? statvfs(path, &system) != 0 || (uint64_t)system.f_blocks * system.f_frsize < bytes
		       : !is_mounted(path, mounts))
		result = required != NULL && strcmp(required, "true") == 0 ? CONDITION_REQUIRED : CONDITION_UNMET;
	free(copy);
	return result;
}

// Makes the file with zeros in all of it, since the kernel does not swap to a file with holes.
static bool make_file(const char *path, uint64_t size)
{
	static char zeros[1 << 20];
	struct stat present;
	if (lstat(path, &present) == 0 && S_ISREG(present.st_mode) && (uint64_t)present.st_size == size)
		return chmod(path, 0600) == 0;
	(void)unlink(path);
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool done = file >= 0;
	for (uint64_t at = 0; done && at < size; at += sizeof zeros)
		done = write_all(file, zeros, size - at < sizeof zeros ? (size_t)(size - at) : sizeof zeros);
	done = done && fsync(file) == 0;
	if (!done)
		say_errno("%s", path);
	if (file >= 0)
		close(file);
	if (!done)
		(void)unlink(path);
	return done;
}

static bool swap_to(char *path, bool encrypted)
{
	char *target = path;
	if (encrypted) {
		(void)make_directories("/run/cryptsetup", 0700);
		(void)putenv("DM_DISABLE_UDEV=1"); // libdevmapper makes nodes itself
		request_node("/dev/mapper/control", 236);
		request_node("/dev/loop-control", 237); // for the file
		// The key is forgotten with the machine's memory, so each boot makes new swap space.
		if (!succeeds((char *[]){"/usr/sbin/cryptsetup", "open", "--type", "plain", "--cipher", "aes-xts-plain64",
				    "--key-size", "512", "--key-file", "/dev/urandom", path, MAPPING, NULL}))
			return false;
		target = "/dev/mapper/" MAPPING;
		if (!node_appears(target)) {
			say("%s has not appeared", target);
			return false;
		}
	}
	if (!succeeds((char *[]){"/usr/sbin/mkswap", target, NULL}))
		return false;
	if (swapon(target, 0) == 0)
		return true;
	say_errno("%s", target);
	return false;
}

int swap_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"path", required_argument, NULL, 'p'},      {"size", required_argument, NULL, 's'},
		{"condition", required_argument, NULL, 'c'}, {"encrypt", no_argument, NULL, 'e'},
		{"debug", no_argument, NULL, 'd'},           {0},
	};
	char *path = NULL;
	uint64_t size = 0;
	bool encrypted = false, right = true;
	struct strings conditions = {0};
	optind = 1;
	for (int option; (option = getopt_long(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 'p': path = optarg; break;
		case 's': right = swap_size(optarg, &size) && right; break;
		case 'c': strings_add(&conditions, optarg); break;
		case 'e': encrypted = true; break;
		case 'd': programs_are_shown = true; break;
		default: right = false;
		}
	if (!right || path == NULL || size == 0 || optind != count || !starts_with(path, "/var/") ||
	    strstr(path, "/../") != NULL) {
		say("usage: %s --path /var/FILE --size N[G|M|K] [--encrypt] [--condition CONDITION]... [--debug]",
		    program_name);
		return 1;
	}
	for (size_t i = 0; i < conditions.count; i++)
		switch (swap_condition(conditions.items[i], "/proc/mounts")) {
		case CONDITION_MET: break;
		case CONDITION_UNMET: say("condition %s does not hold: no swap", conditions.items[i]); return 0;
		case CONDITION_REQUIRED: say("condition %s does not hold", conditions.items[i]); return 1;
		case CONDITION_WRONG: say("not a condition: %s", conditions.items[i]); return 1;
		}
	strings_free(&conditions);
	return make_file(path, size) && swap_to(path, encrypted) ? 0 : 1;
}
