// Addresses that a provider assigns to the machine, for networks without DHCP.
#pragma once

#include "guest.h"
#include "json.h"

struct network_link {
	char *mac, *name;         // one of them finds the interface; NULL: unknown
	struct strings addresses; // ADDRESS/LENGTH
	struct strings routes;    // DESTINATION/LENGTH GATEWAY
};

#define NETWORK_LINKS 16 // more are left out, as are more than 32 addresses, routes or servers

struct network {
	struct network_link links[NETWORK_LINKS];
	size_t count;
	struct strings servers, domains; // of DNS
};

// Readers of what providers give. Nothing of it is trusted: network_apply checks each value.
typedef void (*network_reader)(const struct json *config, struct network *network);
void network_of_no_cloud(const struct json *config, struct network *network); // versions 1 and 2
void network_of_openstack(const struct json *config, struct network *network);
void network_of_digitalocean(const struct json *config, struct network *network);

// Builders for readers. They ignore NULL.
struct network_link *network_link(struct network *network, const char *mac, const char *name);
// `length` is an IPv4 mask, a number of bits, or NULL: then the address has it after a slash.
void network_address(struct network_link *link, const char *address, const char *length);
void network_route(struct network_link *link, const char *destination, const char *mask, const char *gateway);
// Adds the strings of a list, or those of a text, which are separated by spaces.
void network_names(struct strings *to, const struct json *names);

void network_free(struct network *network);
// Gives each interface the addresses of a family of which it has none, and the name servers to a system that
// has none.
void network_apply(const struct network *network);
void network_take(network_reader reader, const struct json *config);

#define RESOLVER_FOLDER "/run/resolvconf"
