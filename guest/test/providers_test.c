// The program against each provider's service, and all providers side by side.
#include "check.h"

#include "cloud.h"
#include "guest.h"
#include "interfaces.h"
#include "metadata.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCAL "169.254.169.254"
#define TREE "{\"app\":{\"entries\":{\"x\":{\"content\":\"y\",\"perm\":\"0600\"}}}}"

struct example {
	const char *name, *display, *address;
	const struct page *pages;
	size_t count;
	const char *files[10][2]; // names and contents
};

static const struct page aws[] = {
	{"/latest/api/token", "TOKEN==", "X-aws-ec2-metadata-token-ttl-seconds:"},
#define TOKEN "X-aws-ec2-metadata-token: TOKEN=="
	{"/latest/meta-data/services/domain", "amazonaws.com", TOKEN},
	{"/latest/meta-data/hostname", "ip-10-0-0-1", TOKEN},
	{"/latest/meta-data/public-ipv4", "192.0.2.1", TOKEN},
	{"/latest/meta-data/placement/availability-zone", "z", TOKEN},
	{"/latest/meta-data/public-keys/0/openssh-key", "ssh-rsa A\n", TOKEN},
	{"/latest/user-data", TREE, TOKEN},
};
static const struct page gcp[] = {
#define GOOGLE "Metadata-Flavor: Google"
	{"/computeMetadata/v1/instance/hostname", "vm.internal", "Host: metadata.google.internal"},
	{"/computeMetadata/v1/project/attributes/ssh-keys", "me:ssh-rsa A me\nyou:ssh-rsa B", GOOGLE},
	{"/computeMetadata/v1/instance/attributes/ssh-keys", "me:ssh-rsa C", GOOGLE},
	{"/computeMetadata/v1/instance/attributes/user-data", TREE, GOOGLE},
};
static const struct page hetzner[] = {
	{"/hetzner/v1/metadata/instance-id", "42", NULL}, {"/latest/meta-data/hostname", "h", NULL},
	{"/latest/meta-data/instance-id", "42", NULL},    {"/latest/meta-data/public-keys", "[\"ssh-rsa A\",\"ssh-rsa B\"]", NULL},
	{"/latest/user-data", TREE, NULL},
};
static const struct page openstack[] = {
	{"/openstack/latest/meta_data.json", "{\"hostname\":\"json\",\"uuid\":\"u\",\"public_keys\":{\"a\":\"ssh-rsa A\",\"b\":\"ssh-rsa B\"}}", NULL},
	{"/openstack/latest/user_data", TREE, NULL},
	{"/latest/meta-data/hostname", "o.novalocal", NULL},
	{"/latest/meta-data/public-keys/0/openssh-key", "ssh-rsa A", NULL},
};
static const struct page scaleway[] = {
	{"/conf", "ID=42\nHOSTNAME='s'\nPRIVATE_IP=10.0.0.1\nSSH_PUBLIC_KEYS=2\nSSH_PUBLIC_KEYS_0_KEY='ssh-rsa A'\nSSH_PUBLIC_KEYS_1_KEY='ssh-rsa B'\n", NULL},
	{"/user_data/cloud-init", TREE, NULL},
};
static const struct page vultr[] = {
	{"/v1/", "hostname", NULL},
	{"/v1/hostname", "v", NULL},
	{"/v1/interfaces/1/ipv4/netmask", "255.255.0.0", NULL},
	{"/v1/public-keys", "ssh-rsa A", NULL},
};
static const struct page digitalocean[] = {
	{"/metadata/v1/", "id", NULL},
	{"/metadata/v1/hostname", "d", NULL},
	{"/metadata/v1/interfaces/public/0/ipv4/address", "192.0.2.1", NULL},
	{"/metadata/v1/public-keys", "ssh-rsa A", NULL},
	{"/metadata/v1/user-data", TREE, NULL},
};
static const struct page azure[] = {
	{"/metadata/instance?api-version=2021-02-01",
	 "{\"compute\":{\"name\":\"a\",\"vmId\":\"42\",\"location\":\"north\",\"publicKeys\":[{\"keyData\":\"ssh-rsa A\\r\\n\"}],"
	 "\"userData\":\"eyJhcHAiOnsiZW50cmllcyI6eyJ4Ijp7ImNvbnRlbnQiOiJ5IiwicGVybSI6IjA2MDAifX19fQ==\"}}", "Metadata: true"},
};
static const struct page metaldata[] = {
	{"/get/meta/hostname", "m", "Host: metaldata"},
	{"/get/meta/machine-id", "42", NULL},
	{"/get/meta/authorized-keys", "ssh-rsa A", NULL},
	{"/get/user", TREE, NULL},
};

#define APP {"app/x", "y"}, {"userdata", TREE}
#define KEYS "ssh/authorized_keys"

static const struct example examples[] = {
	{"aws", "AWS", LOCAL, PAGES(aws), {APP, {"hostname", "ip-10-0-0-1"}, {"public_ipv4", "192.0.2.1"}, {"availability_zone", "z"}, {"local_ipv4", NULL}, {KEYS, "ssh-rsa A\n"}}},
	{"gcp", "GCP", LOCAL, PAGES(gcp), {APP, {"hostname", "vm.internal"}, {KEYS, "ssh-rsa A me\nssh-rsa B\nssh-rsa C\n"}}},
	{"hetzner", "Hetzner", LOCAL, PAGES(hetzner), {APP, {"hostname", "h"}, {"instance_id", "42"}, {KEYS, "ssh-rsa A\nssh-rsa B\n"}}},
	{"openstack", "openstack", LOCAL, PAGES(openstack), {APP, {"hostname", "o.novalocal"}, {"instance_id", "u"}, {KEYS, "ssh-rsa A\nssh-rsa B\n"}}},
	{"scaleway", "Scaleway", "169.254.42.42", PAGES(scaleway), {APP, {"hostname", "s"}, {"instance_id", "42"}, {"private_ip", "10.0.0.1"}, {"public_ip", NULL}, {KEYS, "ssh-rsa A\nssh-rsa B\n"}}},
	{"vultr", "Vultr", LOCAL, PAGES(vultr), {{"userdata", NULL}, {"hostname", "v"}, {"private_netmask", "255.255.0.0"}, {KEYS, "ssh-rsa A"}}},
	{"digitalocean", "DigitalOcean", LOCAL, PAGES(digitalocean), {APP, {"hostname", "d"}, {"public_ipv4", "192.0.2.1"}, {KEYS, "ssh-rsa A"}}},
	{"azure", "Azure", LOCAL, PAGES(azure), {APP, {"hostname", "a"}, {"instance_id", "42"}, {"availability_zone", "north"}, {KEYS, "ssh-rsa A\n"}}},
	{"metaldata", "metaldata", "127.0.0.8", PAGES(metaldata), {APP, {"hostname", "m"}, {"machine_id", "42"}, {KEYS, "ssh-rsa A"}}},
};

static void check_example(const struct example *example)
{
	struct stat status;
	char host[65] = "";
	cloud_file("provider", example->display);
	for (size_t i = 0; i < COUNT(example->files) && example->files[i][0] != NULL; i++)
		cloud_file(example->files[i][0], example->files[i][1]);
	CHECK(stat("/run/config/" KEYS, &status) == 0 && (status.st_mode & 07777) == 0600);
	CHECK(stat("/run/config/ssh", &status) == 0 && (status.st_mode & 07777) == 0755);
	struct buffer name = {0};
	CHECK(read_file("/run/config/hostname", 100, &name) && gethostname(host, sizeof host) == 0);
	CHECK_TEXT(host, name.data);
	buffer_free(&name);
}

static void finds(const void *argument)
{
	const struct example *example = argument;
	const struct cloud cloud = {.address = example->address, .pages = example->pages, .count = example->count};
	use_local_names();
	serve_names(strcmp(example->name, "metaldata") == 0 ? example->address : "127.0.0.7");
	serve_cloud(&cloud);
	run_metadata(NULL); // all of them are asked: this one is there
	check_example(example);
	run_metadata(example->name); // over what is there already
	check_example(example);
	clean_cloud();
	run_metadata(strcmp(example->name, "gcp") == 0 ? "vultr" : "gcp"); // another: not there
	cloud_file("provider", NULL);
}

// --- NoCloud's server, and the network that it describes ---

static const struct page seed[] = {
	{"/a/meta-data", "local-hostname: seeded\npublic-keys:\n- ssh-rsa A\n", NULL},
	{"/a/user-data", "#cloud-config\n", NULL},
	{"/a/network-config",
	 "version: 2\nethernets:\n  v0:\n    addresses: [10.77.0.2/24, '2001:db8::2/64', bad/24]\n    gateway4: 10.88.0.1\n"
	 "    nameservers: {addresses: [10.77.0.3, bad], search: [example, 'a b']}\n"
	 "  v1:\n    addresses: [10.78.0.2/24]\n", NULL},
};

static bool has_address(const char *interface, const char *wanted)
{
	struct ifaddrs *list;
	bool found = false;
	CHECK(getifaddrs(&list) == 0);
	for (struct ifaddrs *at = list; at != NULL; at = at->ifa_next) {
		char shown[INET6_ADDRSTRLEN] = "";
		if (at->ifa_addr == NULL || strcmp(at->ifa_name, interface) != 0)
			continue;
		if (at->ifa_addr->sa_family == AF_INET)
			inet_ntop(AF_INET, &((struct sockaddr_in *)at->ifa_addr)->sin_addr, shown, sizeof shown);
		if (at->ifa_addr->sa_family == AF_INET6)
			inet_ntop(AF_INET6, &((struct sockaddr_in6 *)at->ifa_addr)->sin6_addr, shown, sizeof shown);
		found = found || strcmp(shown, wanted) == 0;
	}
	freeifaddrs(list);
	return found;
}

static void seeds(const void *argument)
{
	const struct cloud cloud = {.address = "127.0.0.5", PAGES(seed)};
	struct buffer routes = {0}, servers = {0};
	struct network before = {0};
	(void)argument;
	FILE *file = fopen("/run/cmdline", "w");
	CHECK(file != NULL && fputs("console=ttyS0 ds=nocloud;s=http://127.0.0.5/a/;i=7\n", file) >= 0 && fclose(file) == 0);
	CHECK(mount("/run/cmdline", "/proc/cmdline", NULL, MS_BIND, NULL) == 0);
	CHECK(interface_provide(&(struct interface){.name = "v0", .peer = "v1"}, getpid()));
	// As if DHCP had given v1 an address.
	network_address(network_link(&before, NULL, "v1"), "10.79.0.2", "24");
	network_apply(&before);
	network_free(&before);
	serve_cloud(&cloud);
	run_metadata(NULL);
	cloud_file("provider", "NoCloud");
	cloud_file("hostname", "seeded");
	cloud_file("instance_id", "7");
	cloud_file(KEYS, "ssh-rsa A\n");
	cloud_file("userdata", "#cloud-config\n");
	CHECK(has_address("v0", "10.77.0.2") && has_address("v0", "2001:db8::2"));
	CHECK(has_address("v1", "10.79.0.2") && !has_address("v1", "10.78.0.2"));
	CHECK(read_file("/proc/self/net/route", 10000, &routes) && strstr(routes.data, "v0\t00000000\t0100580A") != NULL);
	CHECK(read_file(RESOLVER_FOLDER "/resolv.conf", 1000, &servers));
	CHECK_TEXT(servers.data, "nameserver 10.77.0.3\nsearch example \n");
	buffer_free(&routes);
	buffer_free(&servers);
}

void test_providers(void)
{
	for (size_t i = 0; i < COUNT(examples); i++)
		in_cloud(finds, &examples[i]);
	in_cloud(seeds, NULL);
}
