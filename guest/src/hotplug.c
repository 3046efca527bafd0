// Loads the modules of devices, at boot and later, and watches the power buttons.
#include "boot.h"
#include "coldplug.h"
#include "gpio_button.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/input.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUTTONS 15 // more power buttons than any machine has

struct watch {
	struct coldplug devices;
	struct pollfd sources[2 + BUTTONS]; // kernel events, the GPIO button (or -1), input devices
	nfds_t count;
};

static int listen_to_kernel(void)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
	struct sockaddr_nl kernel_events = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int room = 4 << 20;
	if (fd < 0 || bind(fd, (struct sockaddr *)&kernel_events, sizeof kernel_events) != 0) {
		say_errno("cannot listen for devices");
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	return fd;
}

static void watch_button(struct watch *watch, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned char keys[KEY_MAX / 8 + 1] = {0};
	if (fd < 0)
		return;
	if (watch->count < COUNT(watch->sources) && ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys) >= 0 &&
	    (keys[KEY_POWER / 8] >> KEY_POWER % 8 & 1) != 0)
		watch->sources[watch->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
	else
		close(fd);
}

static void watch_present_buttons(struct watch *watch)
{
	glob_t found;
	if (glob("/dev/input/event*", 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		watch_button(watch, found.gl_pathv[i]);
	globfree(&found);
}

// Handles one event of the kernel: "add@/devices/…", then KEY=VALUE fields, each ending in a zero byte.
static void serve_event(struct watch *watch, char *event, size_t size)
{
	const char *alias = NULL, *device = NULL;
	if (!starts_with(event, "add@"))
		return;
	for (char *field = event; field < event + size; field += strlen(field) + 1) {
		if (starts_with(field, "MODALIAS="))
			alias = field + strlen("MODALIAS=");
		if (starts_with(field, "DEVNAME=input/event"))
			device = field + strlen("DEVNAME=");
	}
	if (alias != NULL)
		coldplug_serve(&watch->devices, alias);
	if (device != NULL) {
		char *path = text("/dev/%s", device);
		watch_button(watch, path);
		free(path);
	}
}

static void serve_events(struct watch *watch)
{
	char event[16384];
	struct sockaddr_nl sender;
	socklen_t length = sizeof sender;
	ssize_t size;
	while ((size = recvfrom(watch->sources[0].fd, event, sizeof event - 1, 0, (struct sockaddr *)&sender,
				&length)) > 0) {
		event[size] = '\0';
		if (sender.nl_pid == 0) // from the kernel, not from a process
			serve_event(watch, event, (size_t)size);
		length = sizeof sender;
	}
	if (size < 0 && errno == ENOBUFS)
		coldplug_serve_present(&watch->devices); // events were lost
}

static void power_off(void)
{
	say("power button pressed");
	kill(1, SIGUSR2);
}

// Reads the events of a button. Returns false if the button is gone.
static bool serve_button(int fd)
{
	struct input_event event;
	ssize_t size;
	while ((size = read(fd, &event, sizeof event)) == sizeof event)
		if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1)
			power_off();
	return size < 0 && errno == EAGAIN;
}

static _Noreturn void serve_forever(struct watch *watch)
{
	for (;;) {
		if (poll(watch->sources, watch->count, -1) < 0 && errno != EINTR)
			fatal("cannot wait for devices");
		for (nfds_t i = watch->count; i-- > 2;)
			if (watch->sources[i].revents != 0 && !serve_button(watch->sources[i].fd)) {
				close(watch->sources[i].fd);
				watch->sources[i] = watch->sources[--watch->count];
			}
		if (watch->sources[1].revents != 0 && gpio_button_pressed(watch->sources[1].fd))
			power_off();
		if (watch->sources[0].revents != 0)
			serve_events(watch);
	}
}

void start_hotplug(void)
{
	// Listen first, so that no device is missed while the present ones are listed.
	struct watch watch = {.count = 2, .sources[0] = {.fd = listen_to_kernel(), .events = POLLIN}};
	coldplug_open(&watch.devices);
	for (int pass = 0; pass < 5 && coldplug_serve_present(&watch.devices); pass++)
		;
	modules_load(&watch.devices.modules, "evdev", ""); // makes the power button an input device
	pid_t pid = fork();
	if (pid < 0)
		say_errno("cannot start the device watcher");
	if (pid != 0) {
		coldplug_close(&watch.devices);
		if (watch.sources[0].fd >= 0)
			close(watch.sources[0].fd);
		return;
	}
	program_name = "hotplug";
	prctl(PR_SET_NAME, "hotplug");
	setsid();
	watch.sources[1] = (struct pollfd){.fd = gpio_button_open(), .events = POLLIN};
	watch_present_buttons(&watch);
	serve_forever(&watch);
}
