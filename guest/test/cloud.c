#include "cloud.h"

#include "check.h"
#include "metadata.h"
#include "tools.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK "HTTP/1.1 200 OK\r\n"
#define NOT_PERMITTED 77

// --- the namespace ---

static void set_interface(unsigned long what, const char *name, const char *address)
{
	struct ifreq request = {.ifr_flags = IFF_UP};
	struct sockaddr_in *value = (struct sockaddr_in *)&request.ifr_addr;
	if (address != NULL) {
		*value = (struct sockaddr_in){.sin_family = AF_INET};
		CHECK(inet_pton(AF_INET, address, &value->sin_addr) == 1);
	}
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK(fd >= 0 && ioctl(fd, what, &request) == 0);
	close(fd);
}

static void enter(void)
{
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", "/run", "tmpfs", 0, NULL) == 0 && mount("sysfs", "/sys", "sysfs", 0, NULL) == 0);
	set_interface(SIOCSIFFLAGS, "lo", NULL);
	set_interface(SIOCSIFADDR, "lo:1", "169.254.169.254");
	set_interface(SIOCSIFADDR, "lo:2", "169.254.42.42");
}

bool in_cloud(void (*run)(const void *argument), const void *argument)
{
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		// A process namespace, too: whatever is started inside ends with it.
		if (unshare(CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWPID) != 0)
			_exit(NOT_PERMITTED);
		pid_t inside = fork();
		if (inside == 0) {
			enter();
			run(argument);
			_exit(0);
		}
		_exit(wait_for(inside));
	}
	int status = wait_for(pid);
	CHECK(status == 0 || status == NOT_PERMITTED);
	return status == 0;
}

// --- services ---

static int listen_at(const char *address, int type, unsigned port)
{
	struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, type, 0), yes = 1;
	CHECK(inet_pton(AF_INET, address, &local.sin_addr) == 1);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	CHECK(bind(fd, (struct sockaddr *)&local, sizeof local) == 0);
	CHECK(type == SOCK_DGRAM || listen(fd, 50) == 0);
	return fd;
}

static void drip(int fd, const char *start)
{
	for (dprintf(fd, "%s", start); write(fd, "x", 1) == 1;)
		usleep(100000);
}

static void flood(int fd, const char *start, const char *part, size_t most)
{
	size_t size = strlen(part);
	dprintf(fd, "%s", start);
	for (size_t sent = 0; sent < most; sent += size)
		if (write(fd, part, size) != (ssize_t)size)
			return;
}

static void misbehave(int fd, enum manner manner)
{
	char *block = allocate(65537);
	memset(block, 'x', 65536);
	switch (manner) {
	case PLAIN: dprintf(fd, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"); break;
	case SILENT: pause(); break;
	case DRIP: drip(fd, OK "\r\n"); break;
	case DRIP_HEADER: drip(fd, OK "X-"); break;
	case ENDLESS: flood(fd, OK "\r\n", block, SIZE_MAX / 2); break;
	case HUGE: flood(fd, OK "Content-Length: 104857600\r\n\r\n", block, 100 << 20); break;
	case ENDLESS_HEADER: flood(fd, OK, "X-Header: x\r\n", SIZE_MAX / 2); break;
	case GARBAGE: flood(fd, "\x7f\x45\x4c\x46", block, 200000); break;
	case BAD_CHUNKS: dprintf(fd, OK "Transfer-Encoding: chunked\r\n\r\n5\r\nab\r\nfffffffffffffffff\r\n\r\n-1\r\n"); break;
	case REDIRECT: dprintf(fd, "HTTP/1.1 302 Found\r\nLocation: http://" ELSEWHERE "/\r\n\r\n"); break;
	}
	_exit(0);
}

static void serve(int fd, const struct cloud *cloud)
{
	char request[4096] = "";
	size_t size = 0;
	while (strstr(request, "\r\n\r\n") == NULL) {
		ssize_t part = read(fd, request + size, sizeof request - 1 - size);
		if (part <= 0)
			_exit(1);
		size += (size_t)part;
	}
	if (strcmp(cloud->address, ELSEWHERE) == 0)
		mkdir("/run/elsewhere", 0755);
	const char *path = strchr(request, ' ') + 1;
	for (size_t i = 0; i < cloud->count; i++) {
		const struct page *page = &cloud->pages[i];
		size_t length = strlen(page->path);
		if (strncmp(path, page->path, length) == 0 && path[length] == ' ' &&
		    (page->header == NULL || strstr(request, page->header) != NULL)) {
			dprintf(fd, OK "Content-Length: %zu\r\n\r\n%s", strlen(page->body), page->body);
			_exit(0);
		}
	}
	misbehave(fd, cloud->manner);
}

void serve_cloud(const struct cloud *cloud)
{
	int listening = listen_at(cloud->address, SOCK_STREAM, 80);
	pid_t pid = fork();
	if (pid == 0) {
		signal(SIGCHLD, SIG_IGN);
		signal(SIGPIPE, SIG_IGN);
		for (;;) {
			int fd = accept(listening, NULL, NULL);
			if (fork() == 0)
				serve(fd, cloud);
			close(fd);
		}
	}
	close(listening);
}

void serve_names(const char *address)
{
	struct in_addr value = {0};
	int fd = listen_at("127.0.0.1", SOCK_DGRAM, 53);
	CHECK(address == NULL || inet_pton(AF_INET, address, &value) == 1);
	if (fork() == 0)
		for (;;) {
			unsigned char message[600];
			static const unsigned char record[] = "\xc0\x0c\0\x01\0\x01\0\0\0\x01\0\x04";
			struct sockaddr_in from;
			socklen_t length = sizeof from;
			ssize_t size = recvfrom(fd, message, 512, 0, (struct sockaddr *)&from, &length);
			if (address == NULL || size < 12)
				continue;
			message[2] |= 0x80;
			message[7] = 1;
			memcpy(message + size, record, sizeof record - 1);
			memcpy(message + size + sizeof record - 1, &value, sizeof value);
			sendto(fd, message, (size_t)size + sizeof record - 1 + sizeof value, 0, (struct sockaddr *)&from, length);
		}
	close(fd);
}

void use_local_names(void)
{
	FILE *file = fopen("/run/resolv.conf", "w");
	CHECK(file != NULL && fputs("search example\nnameserver 127.0.0.1\n", file) >= 0 && fclose(file) == 0);
	CHECK(mount("/run/resolv.conf", "/etc/resolv.conf", NULL, MS_BIND, NULL) == 0);
}

// --- the program and what it wrote ---

long long run_metadata(const char *argument)
{
	char *arguments[] = {"metadata", (char *)argument, NULL};
	long long start = http_now();
	pid_t pid = fork();
	if (pid == 0)
		_exit(metadata_main(argument != NULL ? 2 : 1, arguments));
	CHECK(wait_for(pid) == 0);
	return http_now() - start;
}

void cloud_file(const char *name, const char *expected)
{
	char *path = text("/run/config/%s", name);
	struct buffer out = {0};
	if (expected == NULL) {
		CHECK(!exists(path));
	} else {
		buffer_text(&out, "");
		CHECK_TEXT(read_file(path, USER_DATA_LIMIT, &out) ? out.data : name, expected);
	}
	buffer_free(&out);
	free(path);
}

void clean_cloud(void)
{
	char *remove[] = {"/bin/sh", "-c", "rm -rf /run/*", NULL};
	CHECK(run_program(remove[0], remove) == 0);
}
