// vsudd -inport PORT:unix:PATH...: passes connections from the host, on sockets of the hypervisor, to Unix sockets.
// PORT is a number, or the GUID of a Hyper-V service, whose first part is the number.
#include "guest.h"
#include "tools.h"
#include "unix_socket.h"
#include "vsock.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT_LIMIT 64
// What hv_sock makes of a vsock port.
#define HYPERV_SUFFIX "-facb-11e6-bd58-64006a7986d3"

bool vsock_port(const char *port_text, unsigned *port)
{
	char *end;
	size_t length = strlen(port_text);
	if (length == 8 + strlen(HYPERV_SUFFIX) && strcasecmp(port_text + 8, HYPERV_SUFFIX) == 0) {
		unsigned long long number = strtoull(port_text, &end, 16);
		*port = (unsigned)number;
		return end == port_text + 8;
	}
	errno = 0;
	unsigned long long number = strtoull(port_text, &end, 0);
	*port = (unsigned)number;
	return length > 0 && *port_text >= '0' && *port_text <= '9' && *end == '\0' && errno == 0 && number <= UINT32_MAX;
}

void relay_connection(int one, int other)
{
	int from[2] = {one, other};
	bool open[2] = {true, true};
	while (open[0] || open[1]) {
		struct pollfd polled[2];
		for (int i = 0; i < 2; i++)
			polled[i] = (struct pollfd){.fd = open[i] ? from[i] : -1, .events = POLLIN};
		if (poll(polled, 2, -1) < 0)
			continue;
		for (int i = 0; i < 2; i++) {
			char block[16384];
			if (!open[i] || polled[i].revents == 0)
				continue;
			ssize_t size = read(from[i], block, sizeof block);
			if (size < 0 && errno == EINTR)
				continue;
			if (size > 0 && write_all(from[1 - i], block, (size_t)size))
				continue;
			open[i] = false; // the other direction goes on
			(void)shutdown(from[1 - i], SHUT_WR);
			if (size > 0)
				(void)shutdown(from[i], SHUT_RD);
		}
	}
}

static void pass_on(int listener, const char *path)
{
	int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (connection < 0)
		return;
	pid_t child = fork();
	if (child == 0) {
		close(listener);
		int target = unix_connect(path, SOCK_STREAM);
		if (target < 0)
			say_errno("%s", path);
		else
			relay_connection(connection, target);
		_exit(0);
	}
	if (child < 0)
		say_errno("cannot start a process");
	close(connection);
}

static void write_pid(const char *path)
{
	char *number = text("%d\n", (int)getpid());
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || !write_all(fd, number, strlen(number)))
		say_errno("%s", path);
	if (fd >= 0)
		close(fd);
	free(number);
}

static _Noreturn void serve(struct pollfd *polled, char **paths, nfds_t count)
{
	for (;;)
		if (poll(polled, count, -1) > 0)
			for (nfds_t i = 0; i < count; i++)
				if (polled[i].revents != 0)
					pass_on(polled[i].fd, paths[i]);
}

int vsudd_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"inport", required_argument, NULL, 'i'}, {"pidfile", required_argument, NULL, 'p'},
		{"detach", no_argument, NULL, 'd'},	  {"syslog", no_argument, NULL, 's'},
		{0},
	};
	struct pollfd polled[PORT_LIMIT];
	char *paths[PORT_LIMIT], *pid_file = NULL;
	nfds_t ports = 0;
	bool background = false;
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;) {
		char *path = option == 'i' ? strstr(optarg, ":unix:") : NULL;
		unsigned port;
		switch (option) {
		case 'i':
			if (path == NULL || ports == PORT_LIMIT)
				fatal("-inport is PORT:unix:PATH, at most %d times: %s", PORT_LIMIT, optarg);
			*path = '\0';
			if (!vsock_port(optarg, &port))
				fatal("not a port: %s", optarg);
			polled[ports] = (struct pollfd){.fd = vsock_listen(port), .events = POLLIN};
			paths[ports++] = path + strlen(":unix:");
			break;
		case 'p': pid_file = optarg; break;
		case 'd': background = true; break;
		case 's': break; // what it says is in the log of the service
		default: fatal("usage: %s -inport PORT:unix:PATH... [-pidfile FILE] [-detach]", program_name);
		}
	}
	if (ports == 0)
		fatal("usage: %s -inport PORT:unix:PATH... [-pidfile FILE] [-detach]", program_name);
	if (background && daemon(0, 1) != 0)
		fatal("cannot start a process: %s", strerror(errno));
	if (pid_file != NULL)
		write_pid(pid_file);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGCHLD, SIG_IGN); // no zombies
	serve(polled, paths, ports);
}
