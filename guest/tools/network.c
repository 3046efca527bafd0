// What readers of network configurations share.
#include "network.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define MOST 32

static void add(struct strings *list, const char *item)
{
	if (list->count < MOST)
		strings_add(list, item);
}

struct network_link *network_link(struct network *network, const char *mac, const char *name)
{
	if ((mac == NULL && name == NULL) || network->count == NETWORK_LINKS)
		return NULL;
	struct network_link *link = &network->links[network->count++];
	link->mac = mac != NULL ? copy_text(mac) : NULL;
	link->name = name != NULL ? copy_text(name) : NULL;
	return link;
}

// Returns the number of bits of a mask; -1 if it is none.
static int mask_bits(const char *mask)
{
	struct in_addr address;
	if (mask == NULL || inet_pton(AF_INET, mask, &address) != 1)
		return -1;
	uint32_t value = ntohl(address.s_addr);
	int bits = 0;
	for (; bits < 32 && (value & 1U << 31) != 0; bits++)
		value <<= 1;
	return value == 0 ? bits : -1;
}

// Returns ADDRESS/LENGTH, to be freed.
static char *with_length(const char *address, const char *length)
{
	int bits = mask_bits(length);
	if (strchr(address, '/') != NULL)
		return copy_text(address);
	if (bits >= 0)
		return text("%s/%d", address, bits);
	if (length != NULL)
		return text("%s/%s", address, length);
	return text("%s/%d", address, strchr(address, ':') != NULL ? 128 : 32);
}

void network_address(struct network_link *link, const char *address, const char *length)
{
	if (link == NULL || address == NULL)
		return;
	char *full = with_length(address, length);
	add(&link->addresses, full);
	free(full);
}

void network_route(struct network_link *link, const char *destination, const char *mask, const char *gateway)
{
	if (link == NULL || destination == NULL || gateway == NULL)
		return;
	if (strcmp(destination, "default") == 0)
		destination = strchr(gateway, ':') != NULL ? "::/0" : "0.0.0.0/0";
	char *full = with_length(destination, mask), *route = text("%s %s", full, gateway);
	add(&link->routes, route);
	free(full);
	free(route);
}

void network_names(struct strings *to, const struct json *names)
{
	if (names != NULL && names->kind == JSON_STRING) {
		char *copy = copy_text(names->string), *rest = NULL;
		for (char *word = strtok_r(copy, " ,", &rest); word != NULL; word = strtok_r(NULL, " ,", &rest))
			add(to, word);
		free(copy);
	}
	for (const struct json *name = names != NULL ? names->children : NULL; name != NULL; name = name->next)
		if (name->kind == JSON_STRING)
			add(to, name->string);
}

void network_free(struct network *network)
{
	for (size_t i = 0; i < network->count; i++) {
		struct network_link *link = &network->links[i];
		free(link->mac);
		free(link->name);
		strings_free(&link->addresses);
		strings_free(&link->routes);
	}
	strings_free(&network->servers);
	strings_free(&network->domains);
}

void network_take(network_reader reader, const struct json *config)
{
	struct network network = {0};
	reader(config, &network);
	network_apply(&network);
	network_free(&network);
}
