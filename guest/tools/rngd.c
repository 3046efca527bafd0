// rngd [-1] [-disable-rdrand] [-disable-rdseed]: gives the kernel random numbers from the processor whenever it
// wants some; with -1 until it does not.
#include "guest.h"
#include "rngd.h"
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/random.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define WORDS 8
#define HARDWARE "/dev/hwrng"

// The kernel's rand_pool_info with room for data.
struct entropy {
	int bits, size;
	uint64_t data[WORDS];
};

static bool from_hardware(uint64_t *word)
{
	static int hardware = -1;
	if (hardware < 0)
		hardware = open(HARDWARE, O_RDONLY | O_CLOEXEC);
	return hardware >= 0 && read(hardware, word, sizeof *word) == (ssize_t)sizeof *word;
}

static bool fill(random_source *source, struct entropy *entropy)
{
	*entropy = (struct entropy){.bits = 64, .size = sizeof entropy->data};
	for (size_t i = 0; i < WORDS; i++)
		if (!source(&entropy->data[i]))
			return false;
	return true;
}

int rngd_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"disable-rdrand", no_argument, NULL, 'r'},
		{"disable-rdseed", no_argument, NULL, 's'},
		{0},
	};
	bool once = false, rdrand = true, rdseed = true;
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "1", options, NULL)) != -1;)
		switch (option) {
		case '1': once = true; break;
		case 'r': rdrand = false; break;
		case 's': rdseed = false; break;
		default: fatal("usage: %s [-1] [-disable-rdrand] [-disable-rdseed]", program_name);
		}
	random_source *source = processor_source(rdseed, rdrand);
	uint64_t word;
	if (source == NULL && from_hardware(&word))
		source = from_hardware;
	if (source == NULL)
		fatal("no random source");
	int pool = open("/dev/random", O_WRONLY | O_CLOEXEC);
	if (pool < 0) {
		say_errno("/dev/random");
		return 1;
	}
	size_t given = 0;
	for (struct pollfd wants = {.fd = pool, .events = POLLOUT};;) {
		struct entropy entropy;
		if (!fill(source, &entropy))
			fatal("the random source gives nothing");
		if (ioctl(pool, RNDADDENTROPY, &entropy) != 0) {
			say_errno("RNDADDENTROPY");
			return 1;
		}
		given += sizeof entropy.data;
		explicit_bzero(&entropy, sizeof entropy);
		int ready;
		while ((ready = poll(&wants, 1, once ? 0 : -1)) < 0 && errno == EINTR)
			;
		if (once && ready == 0) {
			printf("Wrote %zu bytes of entropy\n", given);
			return 0;
		}
	}
}
