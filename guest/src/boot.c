// /bin/rc.init: brings the system up, then runs /etc/init.d. If a step fails, it is reported and the
// boot continues.
#include "applets.h"
#include "boot.h"
#include "clock.h"
#include "guest.h"
#include "hardening.h"
#include "identity.h"
#include "init.h"
#include "runtime_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void raise_loopback(void)
{
	// The kernel gives lo its addresses and routes when it comes up.
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "lo"};
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) != 0) {
		say_errno("loopback");
	} else {
		request.ifr_flags |= IFF_UP;
		if (ioctl(fd, SIOCSIFFLAGS, &request) != 0)
			say_errno("loopback");
	}
	if (fd >= 0)
		close(fd);
}

static void set_limits(void)
{
	struct rlimit files = {1048576, 1048576}, processes = {RLIM_INFINITY, RLIM_INFINITY};
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 || setrlimit(RLIMIT_NPROC, &processes) != 0)
		say_errno("cannot set limits");
}

// Creates the target of /etc/resolv.conf, which is a link into the initially empty /run.
static void prepare_resolver(void)
{
	char target[4096];
	ssize_t length = readlink("/etc/resolv.conf", target, sizeof target - 1);
	if (length < 0)
		return;
	target[length] = '\0';
	char *folder = copy_text(target);
	(void)make_directories(dirname(folder), 0755);
	free(folder);
	int fd = open(target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		say_errno("%s", target);
	else
		close(fd);
}

// Starts a process of its own for the boot of a container, whose first process this is, so that a
// signal can shut the container down. Returns only in the new process.
static void fork_boot(void)
{
	pid_t pid = fork();
	if (pid == 0)
		(void)setpgid(0, 0);
	else if (pid > 0)
		exit(first_process(pid, true));
	else
		say_errno("cannot watch for signals");
}

int boot_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	umask(022);
	// If /proc is mounted already, this is a container, and the host has set up the hardware.
	bool machine = !exists("/proc/self"), first = getpid() == 1;
	if (machine) {
		mount_all(); // the first of all, as charts read /proc
		if (says_to_kernel_log()) // else the kernel drops most of them
			(void)write_file("/proc/sys/kernel/printk_devkmsg", "on\n");
		chart_begin("boot", "init");
		bool hardened = hardening_wanted();
		if (hardened)
			hardening_set_floor();
		chart_begin("step", "devices");
		start_hotplug();
		chart_end("step", "devices");
		if (hardened)
			hardening_close_kernel();
		bound_reserve();
		set_clock();
		raise_loopback();
		set_machine_id();
		copy_runtime("/usr/bin/runc");
	} else {
		set_stopping(false); // of the container's last run
		if (first)
			fork_boot();
		else if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
			say_errno("cannot become the parent of orphans");
	}
	set_limits();
	set_host_name();
	prepare_resolver();
	run_directory("/etc/init.d");
	chart_end("boot", "init");
	while (!machine && (wait(NULL) >= 0 || errno == EINTR))
		;
	return 0;
}
