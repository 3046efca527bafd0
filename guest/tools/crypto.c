// crypto [-l|--luks] [-k|--key-file FILE] NAME DEVICE: opens an encrypted disk as /dev/mapper/NAME, which gets a
// file system if it is new.
#include "block.h"
#include "programs.h"
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CRYPTSETUP "/usr/sbin/cryptsetup"
#define KEYS "/etc/dm-crypt"
#define STEP (64ULL << 20)
// Nobody would tell libdevmapper that a node is there: it makes it.
#define UNANSWERED "DM_DISABLE_UDEV=1"

// Formats a device for LUKS unless it has been. What holds something else stays as it is.
static bool prepare(const char *device, char *key)
{
	if (run_fed((char *[]){CRYPTSETUP, "isLuks", (char *)device, NULL}, NULL) == 0)
		return true;
	if (device_contents(device) != CONTENTS_NONE) {
		say("%s is neither empty nor encrypted with LUKS: it was left as it is", device);
		return false;
	}
	return succeeds((char *[]){CRYPTSETUP, "luksFormat", "--batch-mode", "--key-file", key, (char *)device, NULL});
}

// Overwrites a new mapping, so that nobody can see how much of it is in use.
static bool fill(const char *mapping)
{
	uint64_t size = 0;
	int fd = open(mapping, O_RDWR | O_CLOEXEC);
	bool done = fd >= 0 && ioctl(fd, BLKGETSIZE64, &size) == 0;
	for (uint64_t at = 0; done && at < size; at += STEP)
		done = ioctl(fd, BLKZEROOUT, (uint64_t[]){at, size - at < STEP ? size - at : STEP}) == 0;
	if (!done)
		say_errno("cannot overwrite %s", mapping);
	if (fd >= 0)
		close(fd);
	return done;
}

static bool make_usable(const char *mapping)
{
	if (!node_appears(mapping)) {
		say("%s has not appeared", mapping);
		return false;
	}
	enum contents contents = device_contents(mapping);
	if (contents != CONTENTS_NONE)
		return contents == CONTENTS_SOME;
	if (!fill(mapping))
		return false;
	return succeeds((char *[]){"/usr/sbin/mkfs.ext4", "-q", "-F", (char *)mapping, NULL});
}

static bool is_name(const char *name)
{
	return *name != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int crypto_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"luks", no_argument, NULL, 'l'},
		{"key-file", required_argument, NULL, 'k'},
		{"key", required_argument, NULL, 'k'},
		{0},
	};
	const char *key = "key";
	bool luks = false, right = true;
	optind = 1;
	for (int option; (option = getopt_long(count, arguments, "lk:", options, NULL)) != -1;)
		switch (option) {
		case 'l': luks = true; break;
		case 'k': key = optarg; break;
		default: right = false;
		}
	if (!right || optind != count - 2 || !is_name(arguments[optind])) {
		say("usage: %s [-l] [-k KEYFILE] NAME DEVICE", program_name);
		return 1;
	}
	char *name = arguments[optind], *device = arguments[optind + 1];
	char *file = *key == '/' ? copy_text(key) : text(KEYS "/%s", key), *mapping = text("/dev/mapper/%s", name);
	bool done = access(file, R_OK) == 0 && make_directories("/run/cryptsetup", 0700);
	if (!done)
		say_errno("%s", file);
	(void)putenv(UNANSWERED);
	request_node("/dev/mapper/control", 236);
	if (done && luks)
		done = prepare(device, file) &&
		       succeeds((char *[]){CRYPTSETUP, "open", "--type", "luks", "--key-file", file, device, name, NULL});
	else if (done)
		done = succeeds((char *[]){CRYPTSETUP, "open", "--type", "plain", "--cipher", "aes-cbc-essiv:sha256",
				      "--key-size", "256", "--key-file", file, device, name, NULL});
	done = done && make_usable(mapping);
	free(mapping);
	free(file);
	return done ? 0 : 1;
}
