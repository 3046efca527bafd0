// Requests to metadata services.
#include "http.h"

#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

long long http_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool wait_until(int fd, short events, long long deadline)
{
	for (;;) {
		long long left = deadline - http_now();
		if (left <= 0)
			return false;
		struct pollfd polled = {.fd = fd, .events = events};
		int ready = poll(&polled, 1, (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

// Binds the highest port below 1024 that is free: a service may take it as a proof of root's rights.
static bool bind_privileged(int fd)
{
	struct sockaddr_in local = {.sin_family = AF_INET};
	for (unsigned port = 1023; port > 0; port--) {
		local.sin_port = htons((uint16_t)port);
		if (bind(fd, (struct sockaddr *)&local, sizeof local) == 0)
			return true;
		if (errno != EADDRINUSE)
			return false;
	}
	return false;
}

static int connect_to(const struct http_server *server, bool privileged, long long deadline)
{
	struct sockaddr_in remote = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
	if (inet_pton(AF_INET, server->address, &remote.sin_addr) != 1 && !resolve(server->address, deadline, &remote.sin_addr))
		return -1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
	if (fd < 0)
		return -1;
	socklen_t length = sizeof error;
	if ((!privileged || bind_privileged(fd)) &&
	    (connect(fd, (struct sockaddr *)&remote, sizeof remote) == 0 ||
	     (errno == EINPROGRESS && wait_until(fd, POLLOUT, deadline) &&
	      getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0)))
		return fd;
	close(fd);
	return -1;
}

static bool send_request(int fd, const struct http_server *server, const struct http_request *request,
			 long long deadline)
{
	char *head = text("%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: linuxkit\r\nConnection: close\r\n%s%s\r\n",
			  request->method != NULL ? request->method : "GET", request->path,
			  server->host != NULL ? server->host : server->address,
			  request->header != NULL ? request->header : "", request->header != NULL ? "\r\n" : "");
	size_t size = strlen(head), sent = 0;
	while (sent < size && wait_until(fd, POLLOUT, deadline)) {
		ssize_t now = send(fd, head + sent, size - sent, MSG_NOSIGNAL);
		if (now < 0 && errno != EAGAIN && errno != EINTR)
			break;
		sent += now > 0 ? (size_t)now : 0;
	}
	free(head);
	return sent == size;
}

static enum http_result receive(int fd, size_t limit, long long deadline, struct buffer *body)
{
	struct buffer received = {0};
	// An answer may be larger than its body: its head, and the sizes of its chunks.
	const size_t most = HTTP_HEADERS + 2 * limit + 4096;
	enum http_result result = HTTP_FAILED;
	char *part = allocate(65536);
	size_t parsed = 0;
	while (received.size <= most && wait_until(fd, POLLIN, deadline)) {
		ssize_t size = recv(fd, part, 65536, 0);
		if (size < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		buffer_append(&received, part, size > 0 ? (size_t)size : 0);
		// Parsing starts anew, so a slow sender must not cause it for every byte.
		if (size > 0 && received.size > HTTP_HEADERS && received.size < parsed + parsed / 8 &&
		    recv(fd, part, 1, MSG_PEEK) > 0)
			continue;
		parsed = received.size;
		if (http_parse(received.data, received.size, size <= 0, limit, &result, body) || size <= 0)
			break;
	}
	free(part);
	buffer_free(&received);
	return result;
}

enum http_result http_send(const struct http_server *server, const struct http_request *request, long long deadline,
			   struct buffer *body)
{
	long long limit = http_now() + 2000;
	deadline = deadline < limit ? deadline : limit;
	enum http_result result = HTTP_FAILED;
	int fd = connect_to(server, request->privileged, deadline);
	if (fd < 0)
		return result;
	if (send_request(fd, server, request, deadline))
		result = receive(fd, request->limit, deadline, body);
	close(fd);
	return result;
}
