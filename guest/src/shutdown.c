// /bin/rc.shutdown [poweroff|reboot|noop]: ends all processes but process 1 and unmounts disks. Process 1
// calls it with two more words: container, whose disks are the host's, and unmount after a time-out.
#include "applets.h"
#include "guest.h"
#include "random_seed.h"
#include "unmount.h"

#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

#define SERVICES_SECONDS 25 // for all services together
#define SERVICES_TEXT "23"  // less, so that `service` can kill those that are left
#define SYNC_SECONDS 5

// Returns whether processes other than the first and this one are alive. Kernel threads and zombies have
// no command line.
static bool others_live(void)
{
	struct strings names = {0};
	bool found = false;
	if (!list_directory("/proc", &names))
		return false;
	for (size_t i = 0; i < names.count && !found; i++) {
		if (!isdigit((unsigned char)*names.items[i]))
			continue;
		long pid = strtol(names.items[i], NULL, 10);
		char *path = text("/proc/%ld/cmdline", pid);
		struct buffer command = {0};
		found = pid != 1 && pid != getpid() && read_file(path, 1 << 22, &command) && command.size > 0;
		buffer_free(&command);
		free(path);
	}
	strings_free(&names);
	return found;
}

static void wait_for_others(int tenths)
{
	for (int i = 0; i < tenths && others_live(); i++)
		nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
}

static void sync_all(const void *nothing)
{
	(void)nothing;
	sync();
}

static void sync_disks(void)
{
	if (status_within(SYNC_SECONDS, sync_all, NULL) != 0)
		say("a disk does not respond: going on without it");
}

// Stops the services while containerd and their shims still run.
static void stop_services(void)
{
	if (!exists("/run/containerd/containerd.sock"))
		return;
	char *const arguments[] = {"/usr/bin/service", "shutdown", "--timeout", SERVICES_TEXT, NULL};
	pid_t pid = start_program(arguments[0], arguments, -1, STDOUT_FILENO, STDERR_FILENO);
	if (pid > 0 && !ends_patiently(pid, "the services to stop", SERVICES_SECONDS)) {
		say("services are still running after %d seconds, and killed", SERVICES_SECONDS);
		(void)kill(pid, SIGKILL);
	}
	if (pid > 0)
		(void)wait_for(pid);
}

int shutdown_main(int count, char **arguments)
{
	const char *action = count > 1 ? arguments[1] : "poweroff";
	if (strcmp(action, "unmount") != 0) {
		set_stopping(true);
		run_directory("/etc/shutdown.d");
		stop_services();
		kill(-1, SIGTERM);
		wait_for_others(50);
		kill(-1, SIGKILL);
		wait_for_others(10);
	}
	if (strcmp(action, "container") == 0)
		return 0; // the disks are the host's
	random_seed_save();
	sync_disks();
	close_disks();
	sync_disks();
	if (strcmp(action, "poweroff") == 0)
		reboot(RB_POWER_OFF);
	else if (strcmp(action, "reboot") == 0)
		reboot(RB_AUTOBOOT);
	return 0;
}
