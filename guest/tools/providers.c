// Metadata services of clouds, at addresses that only the machine's own network reaches.
#include "provider.h"

#include <stdlib.h>
#include <string.h>

#define LOCAL "169.254.169.254"

#define GCP "/computeMetadata/v1/"

static bool gcp_probe(struct source *source)
{
	strcpy(source->header, "Metadata-Flavor: Google");
	return service_answers(source, GCP "instance/hostname");
}

static void gcp_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "instance/hostname"}};
	struct buffer body = {0}, keys = {0};
	service_user_data(source, GCP "instance/attributes/user-data");
	if (source->user_data.size == 0)
		service_user_data(source, GCP "instance/attributes/userdata");
	if (service_get(source, GCP "project/attributes/ssh-keys", &body) == HTTP_OK)
		parse_gcp_keys(body.data, &keys);
	buffer_free(&body);
	if (service_get(source, GCP "instance/attributes/ssh-keys", &body) == HTTP_OK)
		parse_gcp_keys(body.data, &keys);
	output_keys(source->output, &keys);
	service_items(source, GCP, items, COUNT(items));
	buffer_free(&body);
	buffer_free(&keys);
}

static bool scaleway_probe(struct source *source)
{
	return service_answers(source, "/conf");
}

static void scaleway_keys(const struct source *source, const char *conf)
{
	struct buffer keys = {0};
	char *count = parse_setting(conf, "SSH_PUBLIC_KEYS", '=');
	int most = count != NULL ? atoi(count) : 0;
	for (int i = 0; i < most && i < 100; i++) {
		char *name = text("SSH_PUBLIC_KEYS_%d_KEY", i), *key = parse_setting(conf, name, '=');
		if (key != NULL) {
			buffer_text(&keys, key);
			buffer_text(&keys, "\n");
		}
		free(key);
		free(name);
	}
	output_keys(source->output, &keys);
	buffer_free(&keys);
	free(count);
}

static void scaleway_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "HOSTNAME"},
					    {"instance_id", "ID"},
					    {"instance_location", "LOCATION_ZONE_ID"},
					    {"public_ip", "PUBLIC_IP_ADDRESS"},
					    {"private_ip", "PRIVATE_IP"}};
	struct buffer conf = {0};
	if (service_get(source, "/conf", &conf) == HTTP_OK) {
		for (size_t i = 0; i < COUNT(items); i++) {
			char *value = parse_setting(conf.data, items[i].path, '=');
			output_value(source->output, items[i].file, value);
			free(value);
		}
		scaleway_keys(source, conf.data);
	}
	// A low source port shows that root asks. The request also reports that the machine has booted.
	struct http_request request = {
		.path = "/user_data/cloud-init", .limit = USER_DATA_LIMIT, .privileged = true};
	http_send(&source->server, &request, source->deadline, &source->user_data);
	buffer_free(&conf);
}

static bool vultr_probe(struct source *source)
{
	return service_answers(source, "/v1/");
}

static void vultr_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "hostname"},
					    {"public_ipv4", "interfaces/0/ipv4/address"},
					    {"private_ipv4", "interfaces/1/ipv4/address"},
					    {"private_netmask", "interfaces/1/ipv4/netmask"},
					    {"region_code", "region/regioncode"},
					    {"instance_id", "instanceid"}};
	service_keys(source, "/v1/public-keys");
	service_items(source, "/v1/", items, COUNT(items));
}

static bool digitalocean_probe(struct source *source)
{
	return service_answers(source, "/metadata/v1/");
}

static void digitalocean_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "hostname"},
					    {"public_ipv4", "interfaces/public/0/ipv4/address"},
					    {"private_ipv4", "interfaces/private/0/ipv4/address"},
					    {"region", "region"},
					    {"id", "id"}};
	service_user_data(source, "/metadata/v1/user-data");
	service_keys(source, "/metadata/v1/public-keys");
	service_items(source, "/metadata/v1/", items, COUNT(items));
	service_network(source, "/metadata/v1.json", network_of_digitalocean);
}

static bool metaldata_probe(struct source *source)
{
	return service_answers(source, "/get/meta/hostname");
}

static void metaldata_extract(struct source *source)
{
	static const struct item items[] = {
		{"hostname", "hostname"},         {"public_ipv4", "public-ipv4"},
		{"private_ipv4", "private-ipv4"}, {"failure_domain", "failure-domain"},
		{"machine_id", "machine-id"},     {"machine_type", "machine-type"}};
	service_user_data(source, "/get/user");
	service_keys(source, "/get/meta/authorized-keys");
	service_items(source, "/get/meta/", items, COUNT(items));
}

// In the order of precedence.
const struct provider providers[] = {
	{"nocloud", "NoCloud", NULL, NULL, nocloud_probe, nocloud_extract},
	{"aws", "AWS", LOCAL, NULL, aws_probe, aws_extract},
	{"gcp", "GCP", LOCAL, "metadata.google.internal", gcp_probe, gcp_extract},
	{"hetzner", "Hetzner", LOCAL, NULL, hetzner_probe, hetzner_extract},
	{"openstack", "openstack", LOCAL, NULL, openstack_probe, openstack_extract},
	{"scaleway", "Scaleway", "169.254.42.42", NULL, scaleway_probe, scaleway_extract},
	{"vultr", "Vultr", LOCAL, NULL, vultr_probe, vultr_extract},
	{"digitalocean", "DigitalOcean", LOCAL, NULL, digitalocean_probe, digitalocean_extract},
	{"azure", "Azure", LOCAL, NULL, azure_probe, azure_extract},
	{"metaldata", "metaldata", "metaldata", NULL, metaldata_probe, metaldata_extract},
};
const size_t provider_count = COUNT(providers);
