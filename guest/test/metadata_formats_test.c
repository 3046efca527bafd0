// What providers give: YAML, networks, compressed values, OVF environments, answers of DNS.
#include "check.h"

#include "inflate.h"
#include "metadata.h"
#include "resolver.h"
#include "vmware.h"
#include "yaml.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <unistd.h>

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

// --- compressed values ---

static void unzips(const char *encoded, const char *expected)
{
	struct buffer zipped = {0}, out = {0};
	CHECK(parse_base64(encoded, &zipped));
	CHECK(gunzip((const unsigned char *)zipped.data, zipped.size, 1000, &out));
	CHECK_TEXT(out.data, expected);
	for (size_t size = 0; size < zipped.size; size++) { // none of its beginnings is enough
		buffer_free(&out);
		CHECK(!gunzip((const unsigned char *)zipped.data, size, 1000, &out));
	}
	buffer_free(&out);
	zipped.data[12] ^= 1;
	CHECK(!gunzip((const unsigned char *)zipped.data, zipped.size, 1000, &out));
	buffer_free(&zipped);
	buffer_free(&out);
}

// Compresses by gzip itself.
static void unzips_random(unsigned size, unsigned letters)
{
	char folder[] = "/tmp/gunzip-test-XXXXXX";
	struct buffer original = {0}, zipped = {0}, out = {0};
	CHECK(mkdtemp(folder) != NULL);
	for (unsigned i = 0; i < size; i++)
		buffer_append(&original, &(char){(char)random_number(random_number(letters) + 1)}, 1);
	char *path = text("%s/file", folder), *packed = text("%s.gz", path);
	char *zip[] = {"/bin/gzip", path, NULL}, *remove[] = {"/bin/rm", "-r", folder, NULL};
	FILE *file = fopen(path, "w");
	CHECK(fwrite(original.data, 1, original.size, file) == original.size && fclose(file) == 0);
	CHECK(run_program(zip[0], zip) == 0 && read_file(packed, USER_DATA_LIMIT, &zipped));
	const unsigned char *data = (const unsigned char *)zipped.data;
	CHECK(gunzip(data, zipped.size, size, &out));
	CHECK(out.size == size && memcmp(out.data, original.data, size) == 0);
	buffer_free(&out);
	CHECK(!gunzip(data, zipped.size, size - 1, &out) && out.size < size);
	CHECK(run_program(remove[0], remove) == 0);
	buffer_free(&original);
	buffer_free(&zipped);
	buffer_free(&out);
	free(path);
	free(packed);
}

static void test_inflate(void)
{
	unzips("H4sIAAAAAAACA8tIzcnJV8igO5mYlJySmpaekZmVnZObl19QWFRcUlpWXlFZBQC0KO0xkgAAAA==",
	       "hello hello hello hello hello hello hello hello hello hello hello hello hello hello hello hello "
	       "hello hello hello hello abcdefghijklmnopqrstuvwxyz");
	unzips("H4sIAAAAAAAEAwEGAPn/c3RvcmVkC/lDVgYAAAA=", "stored");
	unzips_random(300000, 256);
	unzips_random(100000, 9);
	unzips_random(1000, 3);
}

// --- VMware and OVF ---

#define OVF                                                                                                            \
	"<?xml version=\"1.0\"?>\n<Environment xmlns=\"x\" xmlns:oe=\"y\"><PropertySection>\n"                          \
	"<Property oe:key=\"hostname\" oe:value='a&amp;b > c'/>\n"                                                      \
	"<Property oe:value=\"x\" oe:key=\"user-data\"/><oe:Property oe:key='public-keys' oe:value='ssh-rsa A'/>"       \
	"<Property oe:key=\"open\" oe:value=\"x"

static bool hypervisor(const char *request, size_t limit, struct buffer *reply)
{
	static const char *const values[][2] = {
		{"metadata", "bG9jYWwtaG9zdG5hbWU6IHZtCg=="}, {"metadata.encoding", "base64"},
		{"userdata", "H4sIAAAAAAAEAwEGAPn/c3RvcmVkC/lDVgYAAAA="}, {"userdata.encoding", "gzip+base64"},
		{"vendordata", "as it is"}, {"bad", "x"}, {"bad.encoding", "rot13"}, {"worse", "!"}, {"worse.encoding", "base64"}};
	CHECK(limit >= USER_DATA_LIMIT && starts_with(request, "info-get guestinfo."));
	for (size_t i = 0; i < COUNT(values); i++)
		if (strcmp(request + strlen("info-get guestinfo."), values[i][0]) == 0) {
			buffer_text(reply, "1 ");
			buffer_text(reply, values[i][1]);
			return true;
		}
	buffer_text(reply, "0 No value found");
	return true;
}

static bool absent(const char *request, size_t limit, struct buffer *reply)
{
	(void)request;
	(void)limit;
	(void)reply;
	return false;
}

static void has(const char *folder, const char *name, const char *expected)
{
	char *path = text("%s/%s", folder, name);
	struct buffer out = {0};
	CHECK(read_file(path, 1000, &out));
	CHECK_TEXT(out.data, expected);
	buffer_free(&out);
	free(path);
}

static void test_vmware(void)
{
	char folder[] = "/tmp/vmware-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	int output = output_open(folder);
	struct buffer user_data = {0};
	CHECK(guestinfo_extract(hypervisor, output, &user_data));
	CHECK_TEXT(user_data.data, "stored");
	has(folder, "hostname", "vm");
	has(folder, "metadata", "local-hostname: vm\n");
	has(folder, "vendordata", "as it is");
	buffer_free(&user_data);
	CHECK(!guestinfo_read(hypervisor, "bad", &user_data) && !guestinfo_read(hypervisor, "worse", &user_data));
	CHECK(!guestinfo_extract(absent, output, &user_data) && user_data.size == 0);
	if (!vmware_present()) // then the port, whose use ends programs, is left alone
		CHECK(!vmware_port("info-get guestinfo.metadata", 100, &user_data));
	char *remove[] = {"/bin/rm", "-r", folder, NULL};
	CHECK(run_program(remove[0], remove) == 0);
	close(output);
}

static void property_is(const char *key, const char *expected)
{
	char *value = parse_ovf(OVF, key);
	CHECK_TEXT(value != NULL ? value : "(missing)", expected);
	free(value);
}

static void test_ovf(void)
{
	property_is("hostname", "a&b > c");
	property_is("user-data", "x");
	property_is("public-keys", "ssh-rsa A");
	property_is("open", "(missing)");
	property_is("other", "(missing)");
	struct buffer user_data = {0};
	CHECK(!ovf_take(-1, "<x/>", 4, &user_data));
}

// --- files in a folder ---

static void put(const char *folder, const char *name, const char *content)
{
	char *path = text("%s/%s", folder, name), *slash = strrchr(path, '/');
	*slash = '\0';
	CHECK(make_directories(path, 0755));
	*slash = '/';
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
	free(path);
}

// Reads a folder with one file more, and returns the user data, to be freed; "(none)" if nothing was found.
static char *extracted(const char *folder, const char *label, const char *name, const char *content, int output)
{
	struct buffer user_data = {0};
	if (name != NULL)
		put(folder, name, content);
	buffer_text(&user_data, "");
	if (!folder_extract(folder, label, output, &user_data))
		buffer_text(&user_data, "(none)");
	return user_data.data;
}

static void extracts(const char *folder, const char *label, const char *name, const char *content, int output, const char *expected)
{
	char *user_data = extracted(folder, label, name, content, output);
	CHECK_TEXT(user_data, expected);
	free(user_data);
}

static void test_folders(void)
{
	char top[] = "/tmp/folders-test-XXXXXX";
	CHECK(mkdtemp(top) != NULL);
	char *out = text("%s/out", top), *in = text("%s/in", top), *link = text("%s/user-data", in);
	int output = output_open(out);
	CHECK(output >= 0 && mkdir(in, 0755) == 0);
	extracts(in, "", NULL, NULL, output, "(none)");
	extracts(in, "OVF ENV", "ovf-env.xml", OVF, output, "x");
	has(out, "ssh/authorized_keys", "ssh-rsa A\n");
	extracts(in, "", "config", "of run", output, "of run");
	extracts(in, "cidata", "meta-data", "local-hostname: seeded\npublic-keys:\n  - \"ssh-rsa B\"\n", output, "of run");
	has(out, "hostname", "seeded");
	has(out, "ssh/authorized_keys", "ssh-rsa B\n");
	put(top, "secret", "secret");
	CHECK(symlink("../secret", link) == 0);
	extracts(in, "cidata", NULL, NULL, output, "of run"); // not what the link leads to
	extracts(in, "config-2", NULL, NULL, output, "(none)");
	put(in, "openstack/latest/user_data", "of openstack");
	extracts(in, "config-2", "openstack/latest/meta_data.json",
		 "{\"hostname\":\"o\",\"uuid\":\"u\",\"public_keys\":{\"k\":\"ssh-rsa C\\n\"}}", output, "of openstack");
	has(out, "hostname", "o");
	has(out, "instance_id", "u");
	has(out, "ssh/authorized_keys", "ssh-rsa C\n");
	char *remove[] = {"/bin/rm", "-r", top, NULL};
	CHECK(run_program(remove[0], remove) == 0);
	close(output);
	free(out);
	free(in);
	free(link);
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
	test_inflate();
	test_ovf();
	test_vmware();
	test_folders();
	test_dns();
	test_seeds();
}
