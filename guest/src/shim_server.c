// The event loop of a shim.
#include "shim.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS 16 // containerd makes one; further ones are closed
#define SEND_SECONDS 10

struct connection {
	int fd; // -1: unused
	struct buffer input;
};

struct server {
	struct shim *shim;
	int listener, signals;
	struct connection connections[CONNECTIONS];
};

static void accept_connection(struct server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_sec = SEND_SECONDS}, sizeof(struct timeval));
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (server->connections[i].fd < 0) {
			server->connections[i].fd = fd;
			return;
		}
	close(fd);
}

static void close_connection(struct server *server, struct connection *connection)
{
	shim_forget(server->shim, connection->fd);
	close(connection->fd);
	connection->fd = -1;
	buffer_free(&connection->input);
}

// Answers the requests that are complete. Returns false if the rest is not ttrpc.
static bool answer_requests(struct server *server, struct connection *connection)
{
	size_t done = 0;
	ssize_t used;
	struct ttrpc_frame frame;
	while ((used = ttrpc_read(connection->input.data + done, connection->input.size - done, &frame)) > 0) {
		struct ttrpc_request request;
		if (ttrpc_request_read(&frame, &request))
			shim_call(server->shim, connection->fd, &request);
		else
			shim_answer(connection->fd, frame.stream, TTRPC_INVALID, "malformed request", NULL);
		ttrpc_request_free(&request);
		done += (size_t)used;
	}
	struct buffer rest = {0};
	if (used == 0 && done < connection->input.size)
		buffer_append(&rest, connection->input.data + done, connection->input.size - done);
	buffer_free(&connection->input);
	connection->input = rest;
	return used == 0;
}

static void read_connection(struct server *server, struct connection *connection)
{
	char block[8192];
	ssize_t got = recv(connection->fd, block, sizeof block, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		buffer_append(&connection->input, block, (size_t)got);
	if (got <= 0 || !answer_requests(server, connection))
		close_connection(server, connection);
}

static void reap(struct server *server)
{
	struct signalfd_siginfo info;
	int status;
	while (read(server->signals, &info, sizeof info) == sizeof info)
		;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
		shim_child_ended(server->shim, pid, status);
}

static size_t count_processes(const struct shim *shim)
{
	size_t count = 0;
	for (const struct shim_process *process = shim->processes; process != NULL; process = process->next)
		count++;
	return count;
}

// Waits for something to happen, and takes notice of it.
static void wait_for_events(struct server *server, struct pollfd *polled)
{
	struct shim *shim = server->shim;
	size_t count = 0;
	polled[count++] = (struct pollfd){.fd = server->signals, .events = POLLIN};
	polled[count++] = (struct pollfd){.fd = server->listener, .events = POLLIN};
	polled[count++] = (struct pollfd){.fd = shim->events.fd, .events = POLLIN};
	polled[count++] = (struct pollfd){.fd = shim->memory, .events = POLLPRI};
	const size_t first = count;
	for (size_t i = 0; i < CONNECTIONS; i++)
		polled[count++] = (struct pollfd){.fd = server->connections[i].fd, .events = POLLIN};
	for (const struct shim_process *process = shim->processes; process != NULL; process = process->next)
		count += shim_streams_poll(&process->streams, polled + count);
	if (poll(polled, count, shim_events_timeout(&shim->events)) < 0)
		return;
	for (struct shim_process *process = shim->processes; process != NULL; process = process->next)
		shim_streams_copy(&process->streams);
	if (polled[3].revents != 0)
		shim_memory_event(shim);
	if (polled[0].revents != 0)
		reap(server);
	if (polled[2].revents != 0 && shim->events.fd >= 0)
		shim_events_read(&shim->events);
	for (size_t i = 0; i < CONNECTIONS; i++)
		if (polled[first + i].revents != 0 && server->connections[i].fd >= 0)
			read_connection(server, &server->connections[i]);
	if (polled[1].revents != 0)
		accept_connection(server);
	shim_events_tick(&shim->events);
}

_Noreturn void shim_serve(struct shim *shim, int listener)
{
	struct server server = {.shim = shim, .listener = listener};
	sigset_t set;
	for (size_t i = 0; i < CONNECTIONS; i++)
		server.connections[i].fd = -1;
	// The container's processes are grandchildren.
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	server.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	while (!shim->ended || shim->events.queue != NULL) {
		struct pollfd *polled = allocate((4 + CONNECTIONS + SHIM_COPIES * count_processes(shim)) * sizeof *polled);
		wait_for_events(&server, polled);
		free(polled);
	}
	_exit(0);
}
