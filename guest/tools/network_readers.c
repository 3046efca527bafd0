// The network configurations of NoCloud, OpenStack and DigitalOcean: static addresses of Ethernet interfaces,
// routes by gateways, name servers. Everything else in them is ignored.
#include "network.h"

#include <stdio.h>
#include <string.h>

#define EACH(item, list) const struct json *item = children(list); item != NULL; item = item->next

static const struct json *children(const struct json *list)
{
	return list != NULL ? list->children : NULL;
}

static bool is(const char *value, const char *wanted)
{
	return value != NULL && strcmp(value, wanted) == 0;
}

static void default_route(struct network_link *link, const char *gateway)
{
	network_route(link, "default", NULL, gateway);
}

// Returns a number or string as a string; NULL if it is missing.
static const char *scalar(const struct json *object, const char *key, char held[24])
{
	const struct json *value = json_member(object, key);
	if (value != NULL && value->kind == JSON_NUMBER && value->number >= 0 && value->number <= 128) {
		snprintf(held, 24, "%d", (int)value->number);
		return held;
	}
	return json_string(object, key);
}

// --- NoCloud, which is cloud-init's own ---

static void routes_1(struct network_link *link, const struct json *list)
{
	char held[24];
	for (EACH(route, list)) {
		const char *to = json_string(route, "network");
		const char *mask = scalar(route, "netmask", held);
		network_route(link, to != NULL ? to : json_string(route, "destination"),
			      mask != NULL ? mask : scalar(route, "prefix", held), json_string(route, "gateway"));
	}
}

static void physical_1(const struct json *device, struct network *network)
{
	char held[24];
	struct network_link *link =
		network_link(network, json_string(device, "mac_address"), json_string(device, "name"));
	for (EACH(subnet, json_member(device, "subnets"))) {
		const char *type = json_string(subnet, "type");
		if (!is(type, "static") && !is(type, "static6"))
			continue;
		network_address(link, json_string(subnet, "address"), scalar(subnet, "netmask", held));
		default_route(link, json_string(subnet, "gateway"));
		routes_1(link, json_member(subnet, "routes"));
		network_names(&network->servers, json_member(subnet, "dns_nameservers"));
		network_names(&network->domains, json_member(subnet, "dns_search"));
	}
}

static void version_1(const struct json *config, struct network *network)
{
	for (EACH(device, json_member(config, "config"))) {
		const char *type = json_string(device, "type");
		if (is(type, "physical"))
			physical_1(device, network);
		if (is(type, "nameserver")) {
			network_names(&network->servers, json_member(device, "address"));
			network_names(&network->domains, json_member(device, "search"));
		}
	}
}

static void version_2(const struct json *config, struct network *network)
{
	for (EACH(device, json_member(config, "ethernets"))) {
		const struct json *match = json_member(device, "match"), *names = json_member(device, "nameservers");
		const char *mac = match != NULL ? json_string(match, "macaddress") : NULL;
		const char *name = match != NULL ? json_string(match, "name") : device->key;
		struct network_link *link = network_link(network, mac, name != NULL ? name : device->key);
		for (EACH(address, json_member(device, "addresses")))
			if (address->kind == JSON_STRING)
				network_address(link, address->string, NULL);
		default_route(link, json_string(device, "gateway4"));
		default_route(link, json_string(device, "gateway6"));
		for (EACH(route, json_member(device, "routes")))
			network_route(link, json_string(route, "to"), NULL, json_string(route, "via"));
		if (names != NULL) {
			network_names(&network->servers, json_member(names, "addresses"));
			network_names(&network->domains, json_member(names, "search"));
		}
	}
}

void network_of_no_cloud(const struct json *config, struct network *network)
{
	const struct json *inside = json_member(config, "network");
	if (inside != NULL && inside->kind == JSON_OBJECT)
		config = inside;
	const struct json *list = json_member(config, "config");
	if (list != NULL && list->kind == JSON_ARRAY)
		version_1(config, network);
	else
		version_2(config, network);
}

// --- OpenStack ---

static const char *mac_of(const struct json *config, const char *id)
{
	for (EACH(link, json_member(config, "links"))) {
		const char *type = json_string(link, "type");
		if (id != NULL && is(json_string(link, "id"), id) && !is(type, "bond") && !is(type, "vlan"))
			return json_string(link, "ethernet_mac_address");
	}
	return NULL;
}

static void services(const struct json *list, struct network *network)
{
	for (EACH(service, list))
		if (is(json_string(service, "type"), "dns"))
			network_names(&network->servers, json_member(service, "address"));
}

void network_of_openstack(const struct json *config, struct network *network)
{
	char held[24];
	for (EACH(entry, json_member(config, "networks"))) {
		const char *type = json_string(entry, "type");
		if (!is(type, "ipv4") && !is(type, "ipv6"))
			continue;
		struct network_link *link = network_link(network, mac_of(config, json_string(entry, "link")), NULL);
		network_address(link, json_string(entry, "ip_address"), scalar(entry, "netmask", held));
		default_route(link, json_string(entry, "gateway"));
		for (EACH(route, json_member(entry, "routes")))
			network_route(link, json_string(route, "network"), scalar(route, "netmask", held),
				      json_string(route, "gateway"));
		services(json_member(entry, "services"), network);
		network_names(&network->servers, json_member(entry, "dns_nameservers"));
	}
	services(json_member(config, "services"), network);
}

// --- DigitalOcean ---

static void digitalocean_links(const struct json *list, bool gateways, struct network *network)
{
	char held[24];
	for (EACH(device, list)) {
		const struct json *four = json_member(device, "ipv4"), *six = json_member(device, "ipv6");
		struct network_link *link = network_link(network, json_string(device, "mac"), NULL);
		if (four != NULL) {
			network_address(link, json_string(four, "ip_address"), json_string(four, "netmask"));
			default_route(link, gateways ? json_string(four, "gateway") : NULL);
		}
		if (six != NULL) {
			network_address(link, json_string(six, "ip_address"), scalar(six, "cidr", held));
			default_route(link, gateways ? json_string(six, "gateway") : NULL);
		}
	}
}

void network_of_digitalocean(const struct json *config, struct network *network)
{
	const struct json *interfaces = json_member(config, "interfaces"), *dns = json_member(config, "dns");
	if (interfaces != NULL) {
		digitalocean_links(json_member(interfaces, "public"), true, network);
		digitalocean_links(json_member(interfaces, "private"), false, network);
	}
	if (dns != NULL)
		network_names(&network->servers, json_member(dns, "nameservers"));
}
