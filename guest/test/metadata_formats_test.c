// What providers give: YAML, networks, answers of DNS, seeds.
#include "check.h"

#include "metadata.h"
#include "resolver.h"
#include "yaml.h"

#include <arpa/inet.h>

// Writes a value as compact JSON in which every scalar is a string.
static void show(const struct json *value, struct buffer *out)
{
	const bool array = value->kind == JSON_ARRAY, object = value->kind == JSON_OBJECT;
	if (!array && !object) {
		buffer_text(out, value->kind == JSON_NULL ? "~" : value->string);
		return;
	}
	buffer_text(out, array ? "[" : "{");
	for (const struct json *child = value->children; child != NULL; child = child->next) {
		buffer_text(out, object ? child->key : "");
		buffer_text(out, object ? "=" : "");
		show(child, out);
		buffer_text(out, child->next != NULL ? "," : "");
	}
	buffer_text(out, array ? "]" : "}");
}

static void reads(const char *yaml, const char *expected)
{
	struct json *value = yaml_read(yaml, strlen(yaml));
	struct buffer out = {0};
	if (value != NULL)
		show(value, &out);
	else
		buffer_text(&out, "(refused)");
	CHECK_TEXT(out.data, expected);
	json_free(value);
	buffer_free(&out);
}

static void test_yaml(void)
{
	reads("a: 1\nb:\n  - x # comment\n  - 'it''s'\nc: \"q\\n\"\n", "{a=1,b=[x,it's],c=q\n}");
	reads("---\na:\n- b: 1\n  c: {d: e, f: [g, 'h i']}\n- - x\n  - y\n-\n  z: w\n", "{a=[{b=1,c={d=e,f=[g,h i]}},[x,y],{z=w}]}");
	reads("a:\nb: fe80::1\n'k: 1': v#1\n", "{a=~,b=fe80::1,k: 1=v#1}");
	reads("- [2001:db8::1, {}]\n- []\r\n", "[[2001:db8::1,{}],[]]");
	reads("{\"a\": {\"b\": [\"c\"]}}", "{a={b=[c]}}");
	reads("a: [1, 2", "(refused)");
	reads("a: 1\n   b: 2\n", "(refused)");
	reads("a: &x 1\n", "(refused)");
	reads("\ta: 1\n", "(refused)");
	reads("plain\n", "(refused)");
	reads("", "(refused)");
	char *deep = allocate(2001);
	memset(deep, '[', 2000);
	reads(deep, "(refused)");
	for (size_t i = 0; i < 2000; i++)
		deep[i] = i % 2 == 0 ? '-' : ' ';
	reads(deep, "(refused)");
	free(deep);
}

// --- networks ---

static void add_list(struct buffer *out, const char *title, const struct strings *list)
{
	for (size_t i = 0; i < list->count; i++) {
		buffer_text(out, i == 0 ? title : ",");
		buffer_text(out, list->items[i]);
	}
}

static void network_is(network_reader reader, const char *config, const char *expected)
{
	struct json *value = yaml_read(config, strlen(config));
	struct network network = {0};
	struct buffer out = {0};
	CHECK(value != NULL);
	reader(value, &network);
	buffer_text(&out, "");
	for (size_t i = 0; i < network.count; i++) {
		buffer_text(&out, network.links[i].mac != NULL ? network.links[i].mac : network.links[i].name);
		add_list(&out, " has ", &network.links[i].addresses);
		add_list(&out, " via ", &network.links[i].routes);
		buffer_text(&out, "; ");
	}
	add_list(&out, "servers ", &network.servers);
	add_list(&out, " search ", &network.domains);
	CHECK_TEXT(out.data, expected);
	network_free(&network);
	json_free(value);
	buffer_free(&out);
}

static void test_networks(void)
{
	network_is(network_of_no_cloud,
		   "version: 1\nconfig:\n- type: physical\n  name: eth0\n  mac_address: '52:54:00:00:00:01'\n  subnets:\n"
		   "  - type: static\n    address: 10.1.0.2\n    netmask: 255.255.255.0\n    gateway: 10.1.0.1\n"
		   "    dns_nameservers: [10.1.0.3]\n    routes:\n    - network: 10.2.0.0\n      netmask: 255.255.0.0\n"
		   "      gateway: 10.1.0.4\n  - type: dhcp\n- type: nameserver\n  address: 10.1.0.5\n  search: [example]\n",
		   "52:54:00:00:00:01 has 10.1.0.2/24 via 0.0.0.0/0 10.1.0.1,10.2.0.0/16 10.1.0.4; "
		   "servers 10.1.0.3,10.1.0.5 search example");
	network_is(network_of_no_cloud,
		   "network:\n  version: 2\n  ethernets:\n    id0:\n      match:\n        macaddress: 52:54:00:00:00:02\n"
		   "      addresses: [10.1.0.2/24, '2001:db8::2/64']\n      gateway6: 2001:db8::1\n      routes:\n"
		   "      - to: default\n        via: 10.1.0.1\n      nameservers:\n        addresses: [2001:db8::3]\n"
		   "    eth1:\n      dhcp4: true\n",
		   "52:54:00:00:00:02 has 10.1.0.2/24,2001:db8::2/64 via ::/0 2001:db8::1,0.0.0.0/0 10.1.0.1; eth1; "
		   "servers 2001:db8::3");
	network_is(network_of_openstack,
		   "{\"links\":[{\"id\":\"a\",\"type\":\"phy\",\"ethernet_mac_address\":\"52:54:00:00:00:03\"},"
		   "{\"id\":\"b\",\"type\":\"vlan\"}],\"networks\":[{\"link\":\"a\",\"type\":\"ipv4\",\"ip_address\":"
		   "\"10.1.0.2\",\"netmask\":\"255.255.255.0\",\"routes\":[{\"network\":\"0.0.0.0\",\"netmask\":\"0.0.0.0\","
		   "\"gateway\":\"10.1.0.1\"}]},{\"link\":\"a\",\"type\":\"ipv6\",\"ip_address\":\"2001:db8::2\",\"netmask\":"
		   "\"64\"},{\"link\":\"b\",\"type\":\"ipv4\",\"ip_address\":\"10.9.0.1\"},{\"link\":\"a\",\"type\":"
		   "\"ipv4_dhcp\"}],\"services\":[{\"type\":\"dns\",\"address\":\"10.1.0.3\"}]}",
		   "52:54:00:00:00:03 has 10.1.0.2/24 via 0.0.0.0/0 10.1.0.1; 52:54:00:00:00:03 has 2001:db8::2/64; "
		   "servers 10.1.0.3");
	network_is(network_of_digitalocean,
		   "{\"interfaces\":{\"public\":[{\"mac\":\"52:54:00:00:00:04\",\"ipv4\":{\"ip_address\":\"192.0.2.2\","
		   "\"netmask\":\"255.255.240.0\",\"gateway\":\"192.0.2.1\"},\"ipv6\":{\"ip_address\":\"2001:db8::2\","
		   "\"cidr\":64,\"gateway\":\"2001:db8::1\"}}],\"private\":[{\"mac\":\"52:54:00:00:00:05\",\"ipv4\":"
		   "{\"ip_address\":\"10.1.0.2\",\"netmask\":\"255.255.0.0\",\"gateway\":\"10.1.0.1\"}}]},"
		   "\"dns\":{\"nameservers\":[\"192.0.2.3\"]}}",
		   "52:54:00:00:00:04 has 192.0.2.2/20,2001:db8::2/64 via 0.0.0.0/0 192.0.2.1,::/0 2001:db8::1; "
		   "52:54:00:00:00:05 has 10.1.0.2/16; servers 192.0.2.3");
}

// --- names ---

static void test_dns(void)
{
	unsigned char message[DNS_MESSAGE];
	struct in_addr address = {0};
	static const unsigned char records[] = "\xc0\x0c\0\x05\0\x01\0\0\0\x01\0\x03\x01x\0" // an alias first
					       "\xc0\x0c\0\x01\0\x01\0\0\0\x01\0\x04\x0a\x01\x02\x03";
	size_t size = dns_question("meta.example", 77, message);
	CHECK(size == 12 + 14 + 4 && dns_question("", 1, message) == 0 && dns_question("a..b", 1, message) == 0);
	CHECK(dns_question("a-label-of-more-than-63-bytes-which-is-the-most-that-dns-allows-in-names", 1, message) == 0);
	size = dns_question("meta.example", 77, message);
	CHECK(!dns_answer(message, size, 77, &address)); // a question is no answer
	memcpy(message + size, records, sizeof records - 1);
	message[2] |= 0x80;
	message[7] = 2;
	size += sizeof records - 1;
	CHECK(dns_answer(message, size, 77, &address) && address.s_addr == htonl(0x0a010203));
	CHECK(!dns_answer(message, size, 78, &address));
	for (size_t less = 0; less < size; less++)
		CHECK(!dns_answer(message, less, 77, &address));
}

static void seed_is(const char *word, const char *expected)
{
	struct seed seed = {0};
	char *is = copy_text("(refused)");
	if (seed_read(word, &seed)) {
		free(is);
		is = text("%s:%u%s %s %s", seed.address != NULL ? seed.address : "-", seed.port,
			  seed.path != NULL ? seed.path : "", seed.host_name != NULL ? seed.host_name : "-",
			  seed.instance != NULL ? seed.instance : "-");
	}
	CHECK_TEXT(is, expected);
	seed_free(&seed);
	free(is);
}

static void test_seeds(void)
{
	seed_is("ds=nocloud;s=http://10.0.2.2:8000/a/;h=web;i=i1", "10.0.2.2:8000/a/ web i1");
	seed_is("ds=nocloud-net;seedfrom=http://10.0.2.2", "10.0.2.2:80/ - -");
	seed_is("ds=nocloud;local-hostname=x", "-:0 x -");
	seed_is("ds=nocloud", "(refused)");
	seed_is("ds=nocloud;s=https://10.0.2.2/", "(refused)");
	seed_is("ds=nocloud;s=http://10.0.2.2:99999/", "(refused)");
	seed_is("ds=nocloud;s=http://10.0.2.2/\r\nX: y", "(refused)");
	seed_is("console=ttyS0", "(refused)");
}

void test_metadata_formats(void)
{
	test_yaml();
	test_networks();
	test_dns();
	test_seeds();
}
