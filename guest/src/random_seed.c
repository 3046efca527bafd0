// 015-random-seed: gives the kernel the random numbers that the last run of the system left.
#include "random_seed.h"
#include "applets.h"
#include "guest.h"
#include "sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/random.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SEED_FILE "/var/lib/random-seed"
#define MAGIC "linuxkit seed 1\n" // a file without it was not written here
#define MAGIC_SIZE 16
#define SEED_SIZE (2 * SHA256_SIZE)

struct seed_file {
	char magic[MAGIC_SIZE];
	unsigned char seed[SEED_SIZE];
};

// Opens the file if it exists and is on a disk. `*own` is whether nobody but root could write or read it.
static int open_file(bool *own)
{
	int fd = open(SEED_FILE, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	struct statfs system;
	if (fd < 0) {
		if (errno != ENOENT)
			say_errno(SEED_FILE);
		return -1;
	}
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || fstatfs(fd, &system) != 0 ||
	    system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC) {
		close(fd);
		return -1;
	}
	*own = status.st_uid == 0 && (status.st_mode & 077) == 0;
	return fd;
}

static bool write_seed(int fd, const struct seed_file *content)
{
	bool written = fchmod(fd, 0600) == 0 && fchown(fd, 0, 0) == 0 && ftruncate(fd, 0) == 0 &&
		       pwrite(fd, content, sizeof *content, 0) == (ssize_t)sizeof *content && fsync(fd) == 0;
	if (!written)
		say_errno(SEED_FILE);
	return written;
}

// Makes the next seed from random numbers and the last seed, so that it is at least as good as that. Returns
// whether the kernel had good random numbers.
static bool next_seed(const struct seed_file *last, struct seed_file *next)
{
	unsigned char random[1 + SHA256_SIZE] = {0};
	bool good = getrandom(random + 1, SHA256_SIZE, GRND_NONBLOCK) == SHA256_SIZE;
	if (!good && getrandom(random + 1, SHA256_SIZE, GRND_INSECURE) != SHA256_SIZE)
		say_errno("cannot make random numbers");
	memcpy(next->magic, MAGIC, MAGIC_SIZE);
	for (unsigned char part = 0; part < 2; part++) {
		random[0] = part;
		sha256(last->seed, SEED_SIZE, random, sizeof random, next->seed + part * SHA256_SIZE);
	}
	return good;
}

static void give(const struct seed_file *content, bool counted)
{
	_Alignas(struct rand_pool_info) unsigned char memory[sizeof(struct rand_pool_info) + SEED_SIZE];
	struct rand_pool_info *pool = (struct rand_pool_info *)(void *)memory;
	*pool = (struct rand_pool_info){.entropy_count = counted ? SEED_SIZE * 8 : 0, .buf_size = SEED_SIZE};
	memcpy(memory + sizeof *pool, content->seed, SEED_SIZE);
	int device = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	if (device < 0 || ioctl(device, RNDADDENTROPY, pool) != 0)
		say_errno("/dev/urandom");
	if (device >= 0)
		close(device);
}

int random_seed_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	bool own = false;
	int fd = open_file(&own);
	if (fd < 0)
		return 0;
	struct seed_file last = {0}, next;
	ssize_t size = pread(fd, &last, sizeof last, 0);
	own &= size == (ssize_t)sizeof last && memcmp(last.magic, MAGIC, MAGIC_SIZE) == 0;
	// Replaced before it is used: a seed that may be used again does not count.
	bool good = next_seed(&last, &next) || own;
	bool replaced = good && write_seed(fd, &next);
	if (size > 0)
		give(&last, own && replaced);
	close(fd);
	return 0;
}

void random_seed_save(void)
{
	bool own;
	int fd = open_file(&own);
	struct seed_file none = {0}, next;
	if (fd < 0)
		return;
	if (next_seed(&none, &next))
		(void)write_seed(fd, &next);
	close(fd);
}
