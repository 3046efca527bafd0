// /bin/rc.init: brings the system up, then runs /etc/init.d. If a step fails, it is reported and the
// boot continues.
#include "applets.h"
#include "boot.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/rtc.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void set_clock(void)
{
	int fd = open("/dev/rtc0", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return; // this machine has no such clock
	struct rtc_time read;
	if (ioctl(fd, RTC_RD_TIME, &read) == 0) {
		struct tm utc = {.tm_sec = read.tm_sec, .tm_min = read.tm_min, .tm_hour = read.tm_hour,
				 .tm_mday = read.tm_mday, .tm_mon = read.tm_mon, .tm_year = read.tm_year};
		struct timespec now = {.tv_sec = timegm(&utc)};
		if (clock_settime(CLOCK_REALTIME, &now) != 0)
			say_errno("cannot set the clock");
	} else {
		say_errno("cannot read the clock");
	}
	close(fd);
}

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

static void set_host_name(void)
{
	struct buffer wanted = {0};
	if (read_file("/etc/hostname", 4096, &wanted)) {
		char *name = trim(wanted.data);
		if (*name != '\0' && sethostname(name, strlen(name)) != 0)
			say_errno("host name %s", name);
	}
	buffer_free(&wanted);
	char name[65] = "";
	gethostname(name, sizeof name - 1);
	if (*name != '\0' && strcmp(name, "(none)") != 0)
		return;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "eth0"};
	if (fd >= 0 && ioctl(fd, SIOCGIFHWADDR, &request) == 0) {
		const unsigned char *mac = (const unsigned char *)request.ifr_hwaddr.sa_data;
		int length = snprintf(name, sizeof name, "linuxkit-%02x%02x%02x%02x%02x%02x", mac[0], mac[1], mac[2],
				      mac[3], mac[4], mac[5]);
		if (sethostname(name, (size_t)length) != 0)
			say_errno("host name %s", name);
	}
	if (fd >= 0)
		close(fd);
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

int boot_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	umask(022);
	// If /proc is mounted already, this is a container, and the host has set up the hardware.
	bool machine = !exists("/proc/self");
	if (machine) {
		mount_all(); // the first of all, as charts read /proc
		chart_begin("boot", "init");
		chart_begin("step", "devices");
		start_hotplug();
		chart_end("step", "devices");
		bound_reserve();
		set_clock();
		raise_loopback();
	} else if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
		say_errno("cannot become the parent of orphans");
	}
	set_limits();
	set_host_name();
	prepare_resolver();
	if (exists("/etc/init.d/020-containerd"))
		start_containerd_early("/usr/bin/containerd");
	run_directory("/etc/init.d");
	chart_end("boot", "init");
	while (!machine && (wait(NULL) >= 0 || errno == EINTR))
		;
	return 0;
}
