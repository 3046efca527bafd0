// Gives interfaces their addresses and routes.
#include "metadata.h"
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	union {
		struct ifinfomsg link;
		struct ifaddrmsg address;
		struct rtmsg route;
	};
	char attributes[256];
};

static void add(struct request *request, unsigned short type, const void *data, size_t size)
{
	struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
	attribute->rta_type = type;
	attribute->rta_len = (unsigned short)RTA_LENGTH(size);
	memcpy(RTA_DATA(attribute), data, size);
	request->header.nlmsg_len = (uint32_t)(NLMSG_ALIGN(request->header.nlmsg_len) + RTA_SPACE(size));
}

static struct request new_request(unsigned short type, size_t size)
{
	return (struct request){.header = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
					   .nlmsg_type = type,
					   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE}};
}

// Returns false with errno if the kernel refuses. What exists already is no failure.
static bool ask(const struct request *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[2048];
	} reply;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t size = -1;
	if (fd < 0)
		return false;
	if (send(fd, request, request->header.nlmsg_len, 0) >= 0)
		size = recv(fd, &reply, sizeof reply, 0);
	int reason = size < 0 ? errno : EPROTO;
	if (size >= (ssize_t)(sizeof reply.header + sizeof reply.error) && reply.header.nlmsg_type == NLMSG_ERROR)
		reason = -reply.error.error;
	close(fd);
	errno = reason;
	return reason == 0 || reason == EEXIST;
}

struct network_part {
	int family;
	unsigned char address[16];
	size_t size; // of the address
	unsigned char length;
};

// Reads ADDRESS/LENGTH. Returns false if it is malformed.
static bool read_part(const char *word, struct network_part *part)
{
	char address[64];
	const char *slash = strchr(word, '/');
	if (slash == NULL || (size_t)(slash - word) >= sizeof address)
		return false;
	memcpy(address, word, (size_t)(slash - word));
	address[slash - word] = '\0';
	char *end = NULL;
	unsigned long length = strtoul(slash + 1, &end, 10);
	if (slash[1] < '0' || slash[1] > '9' || *end != '\0' || length > 128)
		return false;
	part->length = (unsigned char)length;
	part->family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET;
	part->size = part->family == AF_INET6 ? 16 : 4;
	return length <= 8 * part->size && inet_pton(part->family, address, part->address) == 1;
}

static void refuse(const char *what, const char *value, unsigned index)
{
	char *shown = copy_text(value);
	int reason = errno;
	make_printable(shown, strlen(shown));
	errno = reason;
	say_errno("interface %u: cannot add the %s %.100s", index, what, shown);
	free(shown);
}

static bool set_up(unsigned index)
{
	struct request request = new_request(RTM_NEWLINK, sizeof request.link);
	request.header.nlmsg_flags &= (unsigned short)~NLM_F_CREATE;
	request.link = (struct ifinfomsg){.ifi_index = (int)index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	return ask(&request);
}

static bool add_address(unsigned index, const struct network_part *part)
{
	struct request request = new_request(RTM_NEWADDR, sizeof request.address);
	request.address = (struct ifaddrmsg){.ifa_family = (unsigned char)part->family,
					     .ifa_prefixlen = part->length,
					     .ifa_flags = part->family == AF_INET6 ? IFA_F_NODAD : 0,
					     .ifa_index = index};
	add(&request, IFA_LOCAL, part->address, part->size);
	add(&request, IFA_ADDRESS, part->address, part->size);
	return ask(&request);
}

// Adds a route. The gateway need not be in a network of the interface: providers give single addresses.
static bool add_route(unsigned index, const char *route)
{
	struct network_part to, via;
	const char *space = strchr(route, ' ');
	char *destination = text("%.*s", (int)(space - route), route), *gateway = text("%s/0", space + 1);
	bool ok = read_part(destination, &to) && read_part(gateway, &via) && to.family == via.family;
	free(destination);
	free(gateway);
	errno = EINVAL;
	if (!ok)
		return false;
	struct request request = new_request(RTM_NEWROUTE, sizeof request.route);
	request.route = (struct rtmsg){.rtm_family = (unsigned char)to.family,
				       .rtm_dst_len = to.length,
				       .rtm_table = RT_TABLE_MAIN,
				       .rtm_protocol = RTPROT_BOOT,
				       .rtm_scope = RT_SCOPE_UNIVERSE,
				       .rtm_type = RTN_UNICAST,
				       .rtm_flags = RTNH_F_ONLINK};
	add(&request, RTA_DST, to.address, to.size);
	add(&request, RTA_GATEWAY, via.address, via.size);
	add(&request, RTA_OIF, &index, sizeof index);
	return ask(&request);
}

static bool has_address(const struct ifaddrs *list, const char *name, int family)
{
	for (; list != NULL; list = list->ifa_next) {
		if (list->ifa_addr == NULL || list->ifa_addr->sa_family != family || strcmp(list->ifa_name, name) != 0)
			continue;
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)list->ifa_addr;
		if (family != AF_INET6 || !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr))
			return true;
	}
	return false;
}

// Returns the name of the interface, to be freed, or NULL.
static char *interface_of(const struct network_link *link)
{
	struct strings names = {0};
	char *found = NULL;
	list_directory("/sys/class/net", &names);
	for (size_t i = 0; found == NULL && i < names.count; i++) {
		struct buffer address = {0};
		char *path = text("/sys/class/net/%s/address", names.items[i]);
		bool same = link->mac == NULL ? strcmp(names.items[i], link->name) == 0
					      : read_file(path, 100, &address) && address.data != NULL &&
							strcasecmp(trim(address.data), link->mac) == 0;
		if (same)
			found = copy_text(names.items[i]);
		free(path);
		buffer_free(&address);
	}
	strings_free(&names);
	return found;
}

static void configure(const struct network_link *link, const char *name, const struct ifaddrs *before)
{
	bool taken[2] = {has_address(before, name, AF_INET), has_address(before, name, AF_INET6)};
	unsigned index = if_nametoindex(name);
	size_t added = 0;
	if (link->addresses.count == 0)
		return;
	if (!set_up(index))
		say_errno("cannot set interface %s up", name);
	for (size_t i = 0; i < link->addresses.count; i++) {
		struct network_part part;
		errno = EINVAL;
		bool readable = read_part(link->addresses.items[i], &part);
		if (readable && taken[part.family == AF_INET6])
			continue;
		if (readable && add_address(index, &part))
			added++;
		else
			refuse("address", link->addresses.items[i], index);
	}
	for (size_t i = 0; i < link->routes.count; i++)
		if (!taken[strchr(link->routes.items[i], ':') != NULL] && !add_route(index, link->routes.items[i]))
			refuse("route", link->routes.items[i], index);
	if (added > 0)
		say("%s has %zu of the provider's addresses", name, added);
}

static void write_servers(const struct network *network)
{
	struct buffer file = {0};
	unsigned char address[16];
	buffer_text(&file, "");
	bool has = read_file(RESOLVER_FOLDER "/resolv.conf", 65536, &file) && strstr(file.data, "nameserver") != NULL;
	buffer_free(&file);
	for (size_t i = 0; i < network->servers.count && i < 3; i++) {
		const char *server = network->servers.items[i];
		if (inet_pton(AF_INET, server, address) != 1 && inet_pton(AF_INET6, server, address) != 1)
			continue;
		buffer_text(&file, "nameserver ");
		buffer_text(&file, server);
		buffer_text(&file, "\n");
	}
	buffer_text(&file, network->domains.count > 0 ? "search" : "");
	for (size_t i = 0; i < network->domains.count && i < 6; i++) {
		char *domain = text(" %s", host_name_valid(network->domains.items[i]) ? network->domains.items[i] : "");
		buffer_text(&file, domain);
		free(domain);
	}
	buffer_text(&file, "\n");
	if (!has && network->servers.count > 0 && make_directories(RESOLVER_FOLDER, 0755)) {
		int fd = open(RESOLVER_FOLDER "/resolv.conf", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (fd < 0 || !write_all(fd, file.data, file.size))
			say_errno("cannot write %s/resolv.conf", RESOLVER_FOLDER);
		if (fd >= 0)
			close(fd);
	}
	buffer_free(&file);
}

void network_apply(const struct network *network)
{
	struct ifaddrs *before = NULL;
	if (getifaddrs(&before) != 0) {
		say_errno("cannot list the addresses of this machine");
		return;
	}
	for (size_t i = 0; i < network->count; i++) {
		char *name = interface_of(&network->links[i]);
		if (name != NULL)
			configure(&network->links[i], name, before);
		free(name);
	}
	freeifaddrs(before);
	write_servers(network);
}
