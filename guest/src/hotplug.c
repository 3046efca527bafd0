// Loads the modules of devices, at boot and later, names disks, and watches the power buttons.
#include "boot.h"
#include "coldplug.h"
#include "disk_links.h"
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
#include <sys/stat.h>
#include <unistd.h>

#define BUTTONS 15 // more power buttons than any machine has

// The sources of events. A descriptor of -1 is one that does not exist.
enum { KERNEL, GPIO, DISKS, BUTTON };

struct watch {
	struct coldplug devices;
	struct disk_links disks;
	struct pollfd sources[BUTTON + BUTTONS];
	dev_t numbers[BUTTON + BUTTONS]; // of the input devices
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

static bool is_watched(const struct watch *watch, dev_t number)
{
	for (nfds_t i = BUTTON; i < watch->count; i++)
		if (watch->numbers[i] == number)
			return true;
	return false;
}

// Watches an input device if it has a power button. One that is present at the start is found twice: by its
// path, and by the event of its addition.
static void watch_button(struct watch *watch, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned char keys[KEY_MAX / 8 + 1] = {0};
	struct stat status;
	if (fd < 0)
		return;
	if (watch->count < COUNT(watch->sources) && fstat(fd, &status) == 0 && !is_watched(watch, status.st_rdev) &&
	    ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys) >= 0 && (keys[KEY_POWER / 8] >> KEY_POWER % 8 & 1) != 0) {
		watch->numbers[watch->count] = status.st_rdev;
		watch->sources[watch->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
	} else {
		close(fd);
	}
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
	const char *alias = NULL, *device = NULL, *name = strrchr(event, '/');
	bool block = false, added = starts_with(event, "add@");
	for (char *field = event; field < event + size; field += strlen(field) + 1) {
		if (starts_with(field, "MODALIAS="))
			alias = field + strlen("MODALIAS=");
		if (starts_with(field, "DEVNAME=input/event"))
			device = field + strlen("DEVNAME=");
		block |= strcmp(field, "SUBSYSTEM=block") == 0;
	}
	if (block && name != NULL)
		disk_links_update(&watch->disks, name + 1);
	if (added && alias != NULL)
		coldplug_serve(&watch->devices, alias);
	if (added && device != NULL) {
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
	while ((size = recvfrom(watch->sources[KERNEL].fd, event, sizeof event - 1, 0, (struct sockaddr *)&sender,
				&length)) > 0) {
		event[size] = '\0';
		if (sender.nl_pid == 0) // from the kernel, not from a process
			serve_event(watch, event, (size_t)size);
		length = sizeof sender;
	}
	if (size < 0 && errno == ENOBUFS) { // events were lost
		coldplug_serve_present(&watch->devices);
		disk_links_update_all(&watch->disks);
	}
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
		for (nfds_t i = watch->count; i-- > BUTTON;)
			if (watch->sources[i].revents != 0 && !serve_button(watch->sources[i].fd)) {
				close(watch->sources[i].fd);
				watch->sources[i] = watch->sources[--watch->count];
				watch->numbers[i] = watch->numbers[watch->count];
			}
		if (watch->sources[GPIO].revents != 0 && gpio_button_pressed(watch->sources[GPIO].fd))
			power_off();
		if (watch->sources[KERNEL].revents != 0)
			serve_events(watch);
		if (watch->sources[DISKS].revents != 0)
			disk_links_serve(&watch->disks);
	}
}

static _Noreturn void work(struct watch *watch)
{
	watch->sources[GPIO] = (struct pollfd){.fd = gpio_button_open(), .events = POLLIN};
	watch->sources[DISKS] = (struct pollfd){.fd = watch->disks.writes, .events = POLLIN};
	watch->count = BUTTON;
	watch_present_buttons(watch);
	serve_forever(watch);
}

// Keeps a process at work. Events that arrive in between wait in the socket, which both processes have open.
static _Noreturn void supervise(struct watch *watch)
{
	for (bool first = true;; first = false) {
		pid_t pid = fork();
		if (pid == 0) {
			if (!first)
				disk_links_update_all(&watch->disks);
			work(watch);
		}
		if (pid < 0)
			say_errno("cannot start the device watcher");
		else
			say("the device watcher ended with status %d; starting another", wait_for(pid));
		sleep(1); // in case that it ends at once
	}
}

void start_hotplug(void)
{
	// Listen first, so that no device is missed while the present ones are listed.
	struct watch watch = {.sources[KERNEL] = {.fd = listen_to_kernel(), .events = POLLIN}};
	coldplug_open(&watch.devices);
	for (int pass = 0; pass < 5 && coldplug_serve_present(&watch.devices); pass++)
		;
	modules_load(&watch.devices.modules, "evdev", ""); // makes the power button an input device
	disk_links_open(&watch.disks);
	pid_t pid = fork();
	if (pid < 0)
		say_errno("cannot start the device watcher");
	if (pid != 0) {
		coldplug_close(&watch.devices);
		disk_links_close(&watch.disks);
		if (watch.sources[KERNEL].fd >= 0)
			close(watch.sources[KERNEL].fd);
		return;
	}
	program_name = "hotplug";
	prctl(PR_SET_NAME, "hotplug");
	setsid();
	supervise(&watch);
}
