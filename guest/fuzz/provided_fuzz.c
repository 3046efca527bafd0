// What providers give in formats of their own: YAML with networks in it, compressed data, answers of DNS, seeds.
#include "fuzz.h"

#include "inflate.h"
#include "metadata.h"
#include "resolver.h"
#include "yaml.h"

#include <string.h>

static void read_network(network_reader reader, const struct json *config)
{
	struct network network = {0};
	reader(config, &network);
	REQUIRE(network.count <= NETWORK_LINKS);
	network_free(&network);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer unpacked = {0};
	struct in_addr address;
	struct seed seed = {0};
	char *copy = text("%.*s", (int)size, size > 0 ? (const char *)data : "");
	struct json *value = yaml_read(copy, strlen(copy));
	if (value != NULL) {
		read_network(network_of_no_cloud, value);
		read_network(network_of_openstack, value);
		read_network(network_of_digitalocean, value);
	}
	json_free(value);
	gunzip(data, size, 10000, &unpacked);
	REQUIRE(unpacked.size <= 10000);
	dns_answer(data, size, size > 1 ? (uint16_t)(data[0] << 8 | data[1]) : 0, &address);
	if (seed_read(copy, &seed))
		REQUIRE(seed.address == NULL || (host_name_valid(seed.address) && strpbrk(seed.path, " \r\n") == NULL));
	seed_free(&seed);
	buffer_free(&unpacked);
	free(copy);
	return 0;
}
