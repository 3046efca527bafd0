#include "interfaces.h"
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// A request to the kernel's routing socket under construction.
struct request {
	struct nlmsghdr header;
	struct ifinfomsg link;
	char attributes[1024];
};

static struct rtattr *add(struct request *request, unsigned short type, const void *data, size_t size)
{
	struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
	if (NLMSG_ALIGN(request->header.nlmsg_len) + RTA_SPACE(size) > sizeof *request)
		fatal("interface: name too long");
	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(size);
	if (size > 0)
		memcpy(RTA_DATA(attribute), data, size);
	request->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(request->header.nlmsg_len) + RTA_SPACE(size));
	return attribute;
}

static void end_nested(const struct request *request, struct rtattr *attribute)
{
	const char *end = (const char *)request + request->header.nlmsg_len;
	attribute->rta_len = (unsigned short)(end - (char *)attribute);
}

// Opens a routing socket in the network namespace of `pid`, or in ours if it is 0. Returns -1 with
// errno on failure.
static int routing_socket(pid_t pid)
{
	if (pid == 0)
		return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	char *path = text("/proc/%d/ns/net", pid);
	int ours = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), theirs = open(path, O_RDONLY | O_CLOEXEC), fd = -1;
	if (ours >= 0 && theirs >= 0 && setns(theirs, CLONE_NEWNET) == 0) {
		fd = routing_socket(0);
		int reason = errno;
		if (setns(ours, CLONE_NEWNET) != 0)
			fatal("cannot return to the network namespace");
		errno = reason;
	}
	int reason = errno;
	if (ours >= 0)
		close(ours);
	if (theirs >= 0)
		close(theirs);
	free(path);
	errno = reason;
	return fd;
}

// Sends a request to the namespace of `pid`, or to ours if it is 0, and waits for the
// acknowledgement. Returns false with errno on failure.
static bool ask(struct request *request, pid_t pid)
{
	int fd = routing_socket(pid);
	if (fd < 0)
		return false;
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[2048];
	} reply;
	ssize_t size = -1;
	if (send(fd, request, request->header.nlmsg_len, 0) >= 0)
		size = recv(fd, &reply, sizeof reply, 0);
	int reason = errno;
	close(fd);
	if (size >= 0 && (size < (ssize_t)(sizeof reply.header + sizeof reply.error) ||
			  reply.header.nlmsg_type != NLMSG_ERROR))
		reason = EPROTO;
	else if (size >= 0)
		reason = -reply.error.error;
	errno = reason;
	return reason == 0;
}

static struct request new_request(unsigned short flags)
{
	return (struct request){
		.header = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct ifinfomsg)),
			   .nlmsg_type = RTM_NEWLINK,
			   .nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags)},
		.link = {.ifi_family = AF_UNSPEC},
	};
}

// Creates a link with an unused name in the namespace of `pid`, or in ours if it is 0.
static bool create(const struct interface *wanted, const char *kind, pid_t pid)
{
	struct request request = new_request(NLM_F_CREATE | NLM_F_EXCL);
	add(&request, IFLA_IFNAME, wanted->name, strlen(wanted->name) + 1);
	struct rtattr *information = add(&request, IFLA_LINKINFO, NULL, 0);
	add(&request, IFLA_INFO_KIND, kind, strlen(kind));
	if (strcmp(kind, "veth") == 0) {
		struct rtattr *data = add(&request, IFLA_INFO_DATA, NULL, 0);
		struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
		struct rtattr *peer = add(&request, VETH_INFO_PEER, &link, sizeof link);
		add(&request, IFLA_IFNAME, wanted->peer, strlen(wanted->peer) + 1);
		end_nested(&request, peer);
		end_nested(&request, data);
	}
	end_nested(&request, information);
	return ask(&request, pid);
}

static bool move(const char *name, pid_t pid)
{
	struct request request = new_request(0);
	request.link.ifi_index = (int)if_nametoindex(name);
	if (request.link.ifi_index == 0)
		return false;
	add(&request, IFLA_NET_NS_PID, &pid, sizeof pid);
	return ask(&request, 0);
}

bool interface_provide(const struct interface *wanted, pid_t pid)
{
	bool pair = wanted->peer != NULL && *wanted->peer != '\0';
	const char *kind = wanted->kind != NULL && *wanted->kind != '\0' ? wanted->kind : pair ? "veth" : NULL;
	if (wanted->name == NULL || *wanted->name == '\0') {
		say("an interface has no name");
		return false;
	}
	if (kind != NULL && strcmp(kind, "veth") == 0 && !pair) {
		say("interface %s: a veth needs a peer", wanted->name);
		return false;
	}
	// The peer of a veth stays here, and some kinds keep sockets in the namespace of their creation.
	bool here = kind != NULL && (wanted->create_in_root || strcmp(kind, "veth") == 0);
	if (kind != NULL && !create(wanted, kind, here ? 0 : pid)) {
		say_errno("cannot create interface %s (%s)", wanted->name, kind);
		return false;
	}
	if (kind != NULL)
		say("Created interface %s (%s)", wanted->name, kind);
	if (kind != NULL && !here)
		return true;
	if (!move(wanted->name, pid)) {
		say_errno("cannot move interface %s", wanted->name);
		return false;
	}
	say("Moved interface %s", wanted->name);
	return true;
}
