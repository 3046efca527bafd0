// VMware's port for requests from guests, on amd64. Programs without any right may use it: the hypervisor catches
// the instruction. Where nothing catches it, it ends the program, so it runs in a child.
#include "vmware.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_SECONDS 3

#ifdef __x86_64__

#include <cpuid.h>

#define MAGIC 0x564d5868
#define PORT 0x5658
#define MESSAGE 30
#define PROTOCOL 0x49435052 // of values
#define COOKIE 0x80000000

enum step { OPEN, SEND_SIZE, SEND, RECEIVE_SIZE, RECEIVE, RECEIVED, CLOSE };
enum status { SUCCESS = 1, REPLIED = 2 };

struct channel {
	uint32_t number, cookie_high, cookie_low;
};

struct answer {
	uint32_t ebx, status, edx;
};

bool vmware_present(void)
{
	unsigned eax, ebx, ecx, edx;
	char vendor[12];
	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & 1U << 31) == 0)
		return false;
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(vendor, &ebx, 4);
	memcpy(vendor + 4, &ecx, 4);
	memcpy(vendor + 8, &edx, 4);
	return memcmp(vendor, "VMwareVMware", sizeof vendor) == 0;
}

static struct answer call(const struct channel *channel, enum step step, uint32_t value)
{
	uint64_t eax = MAGIC, ebx = value, ecx = MESSAGE | (uint32_t)step << 16;
	uint64_t edx = PORT | (uint64_t)channel->number << 16, esi = channel->cookie_high, edi = channel->cookie_low;
	__asm__ volatile("inl %%dx, %%eax"
			 : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi)
			 :
			 : "memory", "cc");
	return (struct answer){(uint32_t)ebx, (uint32_t)ecx >> 16, (uint32_t)edx};
}

static bool open_channel(struct channel *channel)
{
	uint64_t eax = MAGIC, ebx = PROTOCOL | COOKIE, ecx = MESSAGE, edx = PORT, esi = 0, edi = 0;
	__asm__ volatile("inl %%dx, %%eax"
			 : "+a"(eax), "+b"(ebx), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi)
			 :
			 : "memory", "cc");
	*channel = (struct channel){(uint32_t)edx >> 16, (uint32_t)esi, (uint32_t)edi};
	return ((uint32_t)ecx >> 16 & SUCCESS) != 0;
}

static bool send_request(const struct channel *channel, const char *request)
{
	size_t size = strlen(request);
	if ((call(channel, SEND_SIZE, (uint32_t)size).status & SUCCESS) == 0)
		return false;
	for (size_t at = 0; at < size; at += 4) {
		uint32_t part = 0;
		memcpy(&part, request + at, size - at < 4 ? size - at : 4);
		if ((call(channel, SEND, part).status & SUCCESS) == 0)
			return false;
	}
	return true;
}

static bool receive_reply(const struct channel *channel, size_t limit, struct buffer *reply)
{
	struct answer answer = call(channel, RECEIVE_SIZE, 0);
	if ((answer.status & SUCCESS) == 0 || (answer.status & REPLIED) == 0 || answer.ebx > limit)
		return false;
	for (size_t left = answer.ebx; left > 0;) {
		struct answer part = call(channel, RECEIVE, SUCCESS);
		size_t size = left < 4 ? left : 4;
		if ((part.status & SUCCESS) == 0)
			return false;
		buffer_append(reply, &part.ebx, size);
		left -= size;
	}
	call(channel, RECEIVED, SUCCESS);
	return true;
}

static void exchange(const char *request, size_t limit, int to)
{
	struct channel channel;
	struct buffer reply = {0};
	if (!open_channel(&channel))
		return;
	if (send_request(&channel, request) && receive_reply(&channel, limit, &reply))
		write_all(to, reply.data, reply.size);
	call(&channel, CLOSE, 0);
}

#else

bool vmware_present(void)
{
	return false;
}

static void exchange(const char *request, size_t limit, int to)
{
	(void)request;
	(void)limit;
	(void)to;
}

#endif

// Reads until the end of a pipe. Returns false if that takes too long or is too much.
static bool collect(int from, size_t limit, struct buffer *out)
{
	char part[4096];
	struct patience patience = patience_begin("VMware", CHILD_SECONDS);
	while (patience_left(&patience) && out->size <= limit) {
		struct pollfd polled = {.fd = from, .events = POLLIN};
		if (poll(&polled, 1, 1000) <= 0)
			continue;
		ssize_t size = read(from, part, sizeof part);
		if (size == 0 || (size < 0 && errno != EINTR))
			return size == 0;
		buffer_append(out, part, size > 0 ? (size_t)size : 0);
	}
	return false;
}

bool vmware_port(const char *request, size_t limit, struct buffer *reply)
{
	int ends[2];
	if (!vmware_present() || pipe(ends) != 0)
		return false;
	pid_t pid = fork();
	if (pid == 0) {
		exchange(request, limit, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	bool complete = pid > 0 && collect(ends[0], limit, reply);
	close(ends[0]);
	if (pid > 0 && !complete)
		kill(pid, SIGKILL);
	if (pid > 0)
		complete = wait_for(pid) == 0 && complete;
	return complete;
}
