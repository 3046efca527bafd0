// poweroff, reboot, halt: signals process 1, or with -f asks the kernel directly.
#include "applets.h"
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define SYNC_SECONDS 30

static const struct {
	const char *name;
	int signal, how;
} kinds[] = {
	{"poweroff", SIGUSR2, RB_POWER_OFF},
	{"reboot", SIGTERM, RB_AUTOBOOT},
	{"halt", SIGUSR1, RB_HALT_SYSTEM},
};

static void sync_disks(const void *nothing)
{
	(void)nothing;
	sync();
}

int power_main(int count, char **arguments)
{
	bool force = false, synchronize = true;
	unsigned delay = 0;
	for (int option; (option = getopt(count, arguments, "fnd:")) != -1;)
		switch (option) {
		case 'f': force = true; break;
		case 'n': synchronize = false; break;
		case 'd': delay = (unsigned)strtoul(optarg, NULL, 10); break;
		default: say("usage: %s [-f] [-n] [-d SECONDS]", program_name); return 1;
		}
	sleep(delay);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strcmp(kinds[i].name, program_name) != 0)
			continue;
		if (force && synchronize)
			(void)status_within(SYNC_SECONDS, sync_disks, NULL); // a dead disk must not keep the machine up
		if (force ? reboot(kinds[i].how) == 0 : kill(1, kinds[i].signal) == 0)
			return 0;
		say_errno("refused");
	}
	return 1;
}
