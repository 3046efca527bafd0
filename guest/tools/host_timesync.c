// host-timesync-daemon -port PORT: sets the clock from the hardware clock whenever the host connects, as it does when
// it wakes up.
#include "guest.h"
#include "tools.h"
#include "vsock.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/rtc.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void set_clock(void)
{
	struct rtc_time hardware;
	int clock = open("/dev/rtc0", O_RDONLY | O_CLOEXEC);
	if (clock < 0 || ioctl(clock, RTC_RD_TIME, &hardware) != 0) {
		say_errno("/dev/rtc0");
	} else {
		struct tm parts = {.tm_sec = hardware.tm_sec, .tm_min = hardware.tm_min, .tm_hour = hardware.tm_hour,
				   .tm_mday = hardware.tm_mday, .tm_mon = hardware.tm_mon, .tm_year = hardware.tm_year};
		struct timeval now = {.tv_sec = timegm(&parts)};
		if (settimeofday(&now, NULL) != 0)
			say_errno("cannot set the clock");
	}
	if (clock >= 0)
		close(clock);
}

int host_timesync_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"port", required_argument, NULL, 'p'}, {"cid", required_argument, NULL, 'c'}, {0}};
	const char *port_text = "";
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		if (option == 'p')
			port_text = optarg;
		else if (option != 'c') // any address of this machine will do
			fatal("usage: %s -port PORT", program_name);
	unsigned port;
	if (!vsock_port(port_text, &port))
		fatal("usage: %s -port PORT", program_name);
	int listener = vsock_listen(port);
	for (;;) {
		int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (connection < 0) {
			if (errno != EINTR && errno != ECONNABORTED)
				fatal("cannot accept a connection: %s", strerror(errno));
			continue;
		}
		set_clock();
		close(connection); // tells the host that it is done
	}
}
