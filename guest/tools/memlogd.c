// memlogd: keeps the last lines of all services in memory. Programs send it descriptors to read, in datagrams with
// the stream's name; clients of its other socket get the lines as JSON.
#include "guest.h"
#include "memlog.h"
#include "tools.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define STREAM_LIMIT 4096
#define CLIENT_LIMIT 256
#define DESCRIPTOR_LIMIT 16 // of a datagram

// Someone who reads the log. The lines that one does not read in time are dropped for that client.
struct client {
	int fd;
	bool asked, follows;
	uint64_t next, end;
	size_t sent; // bytes of the line `next`
};

struct server {
	int log_fd, query_fd;
	size_t max_lines, longest;
	struct memlog log;
	struct memlog_stream streams[STREAM_LIMIT];
	struct client clients[CLIENT_LIMIT];
	size_t stream_count, client_count;
};

static int listen_at(const char *path, int kind)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address.sun_path)
		fatal("the path is too long: %s", path);
	strcpy(address.sun_path, path);
	(void)unlink(path);
	mode_t old = umask(0177);
	int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
	    (kind == SOCK_STREAM && listen(fd, CLIENT_LIMIT) != 0))
		fatal("%s: %s", path, strerror(errno));
	(void)umask(old);
	return fd;
}

static void add_stream(struct server *server, int fd, const char *name)
{
	if (server->stream_count == STREAM_LIMIT) {
		memlog_add(&server->log, "memlogd", "too many streams");
		close(fd);
		return;
	}
	server->streams[server->stream_count++] = (struct memlog_stream){.fd = fd, .name = copy_text(name)};
}

static void receive_stream(struct server *server)
{
	char name[MEMLOG_NAME_LIMIT + 1];
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(DESCRIPTOR_LIMIT * sizeof(int))];
	} control;
	struct iovec part = {.iov_base = name, .iov_len = MEMLOG_NAME_LIMIT};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof control};
	ssize_t size = recvmsg(server->log_fd, &message, MSG_CMSG_CLOEXEC);
	if (size < 0)
		return;
	name[size] = '\0';
	bool any = false;
	for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;
			memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
			add_stream(server, fd, name);
			any = true;
		}
	}
	if (!any)
		memlog_add(&server->log, "memlogd", "received a message without a descriptor");
}

static void accept_client(struct server *server)
{
	int fd = accept4(server->query_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (server->client_count == CLIENT_LIMIT)
		close(fd);
	else
		server->clients[server->client_count++] = (struct client){.fd = fd};
}

// Reads what a client asks for. Returns false if it has gone, or asks for nothing that there is.
static bool receive_mode(const struct server *server, struct client *client)
{
	unsigned char mode;
	ssize_t size = read(client->fd, &mode, 1);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (size <= 0 || client->asked)
		return size > 0; // more bytes mean nothing
	if (mode > MEMLOG_DUMP_AND_FOLLOW)
		return false;
	client->asked = true;
	client->follows = mode != MEMLOG_DUMP;
	client->next = mode == MEMLOG_FOLLOW ? server->log.next : server->log.first;
	client->end = server->log.next;
	return true;
}

static bool has_lines(const struct server *server, const struct client *client)
{
	return client->asked && client->next < (client->follows ? server->log.next : client->end);
}

// Sends a client what it can take. Returns false if it has gone or has everything that it asked for.
static bool send_lines(const struct server *server, struct client *client)
{
	while (has_lines(server, client)) {
		const char *line = memlog_line(&server->log, client->next);
		if (line == NULL) { // it was too slow: it goes on with the oldest line, on a line of its own
			bool torn = client->sent > 0;
			client->next = server->log.first;
			client->sent = 0;
			if (torn && send(client->fd, "\n", 1, MSG_NOSIGNAL) < 0)
				return false;
			continue;
		}
		ssize_t sent = send(client->fd, line + client->sent, strlen(line + client->sent), MSG_NOSIGNAL);
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR;
		client->sent += (size_t)sent;
		if (line[client->sent] == '\0') {
			client->next++;
			client->sent = 0;
		}
	}
	return !client->asked || client->follows;
}

// Handles what poll has reported for the sockets, the streams and the clients, in this order.
static void serve(struct server *server, const struct pollfd *polled, size_t streams, size_t clients)
{
	for (size_t i = streams; i-- > 0;)
		if (polled[2 + i].revents != 0 && !memlog_read(&server->streams[i], &server->log, server->longest)) {
			close(server->streams[i].fd);
			free(server->streams[i].name);
			buffer_free(&server->streams[i].line);
			server->streams[i] = server->streams[--server->stream_count];
		}
	for (size_t i = clients; i-- > 0;) {
		struct client *client = &server->clients[i];
		short events = polled[2 + streams + i].revents;
		bool stays = (events & (POLLIN | POLLHUP | POLLERR)) == 0 || receive_mode(server, client);
		if (!stays || !send_lines(server, client)) {
			close(client->fd);
			*client = server->clients[--server->client_count];
		}
	}
	if (polled[0].revents != 0)
		receive_stream(server);
	if (polled[1].revents != 0)
		accept_client(server);
}

static _Noreturn void run(struct server *server)
{
	struct pollfd *polled = allocate((2 + STREAM_LIMIT + CLIENT_LIMIT) * sizeof *polled);
	memlog_add(&server->log, "memlogd", "memlogd started");
	for (;;) {
		size_t count = 0;
		polled[count++] = (struct pollfd){.fd = server->log_fd, .events = POLLIN};
		polled[count++] = (struct pollfd){.fd = server->query_fd, .events = POLLIN};
		for (size_t i = 0; i < server->stream_count; i++)
			polled[count++] = (struct pollfd){.fd = server->streams[i].fd, .events = POLLIN};
		for (size_t i = 0; i < server->client_count; i++) {
			short out = has_lines(server, &server->clients[i]) ? POLLOUT : 0;
			polled[count++] = (struct pollfd){.fd = server->clients[i].fd, .events = (short)(POLLIN | out)};
		}
		if (poll(polled, count, -1) > 0)
			serve(server, polled, server->stream_count, server->client_count);
	}
}

static void leave_parent(void)
{
	pid_t child = fork();
	if (child < 0)
		fatal("cannot start a process: %s", strerror(errno));
	if (child > 0)
		exit(0);
	(void)setsid();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd <= STDERR_FILENO && null >= 0; fd++)
		(void)dup2(null, fd);
}

int memlogd_main(int count, char **arguments)
{
	static const struct option options[] = {
		{"socket-log", required_argument, NULL, 'l'},  {"socket-query", required_argument, NULL, 'q'},
		{"fd-log", required_argument, NULL, 'L'},      {"fd-query", required_argument, NULL, 'Q'},
		{"max-lines", required_argument, NULL, 'n'},   {"max-line-len", required_argument, NULL, 'm'},
		{"daemonize", no_argument, NULL, 'd'},	       {0},
	};
	const char *log_path = MEMLOG_SOCKET, *query_path = MEMLOG_QUERY;
	struct server *server = allocate(sizeof *server);
	*server = (struct server){.log_fd = -1, .query_fd = -1, .max_lines = 5000, .longest = 1024};
	bool background = ends_with(arguments[0], "-logging"); // a link in /etc/init.d
	optind = 1;
	for (int option; (option = getopt_long_only(count, arguments, "", options, NULL)) != -1;)
		switch (option) {
		case 'l': log_path = optarg; break;
		case 'q': query_path = optarg; break;
		case 'L': server->log_fd = atoi(optarg); break;
		case 'Q': server->query_fd = atoi(optarg); break;
		case 'n': server->max_lines = strtoul(optarg, NULL, 10); break;
		case 'm': server->longest = strtoul(optarg, NULL, 10); break;
		case 'd': background = true; break;
		default: fatal("usage: %s [-daemonize] [-max-lines N] [-max-line-len N] [-socket-log PATH] [-socket-query PATH]",
			       program_name);
		}
	if (server->max_lines == 0 || server->max_lines > 10000000)
		fatal("-max-lines is a number from 1 to 10000000");
	signal(SIGPIPE, SIG_IGN);
	if (server->log_fd < 0)
		server->log_fd = listen_at(log_path, SOCK_DGRAM);
	if (server->query_fd < 0)
		server->query_fd = listen_at(query_path, SOCK_STREAM);
	if (background)
		leave_parent();
	memlog_open(&server->log, server->max_lines);
	run(server);
}
