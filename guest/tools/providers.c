// Metadata services of clouds, at addresses that only the machine's own network reaches.
#include "metadata.h"

#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCAL "169.254.169.254"

static enum http_result get(const struct source *source, const char *path, struct buffer *body)
{
	struct http_request request = {
		.path = path, .header = source->header[0] != '\0' ? source->header : NULL, .limit = USER_DATA_LIMIT};
	return http_send(&source->server, &request, source->deadline, body);
}

static bool answers(const struct source *source, const char *path)
{
	struct buffer body = {0};
	bool ok = get(source, path, &body) == HTTP_OK;
	buffer_free(&body);
	return ok;
}

static void put(const struct source *source, const char *name, const char *data, size_t size)
{
	output_write(source->output, NULL, name, 0644, data, size);
}

static void put_keys(const struct source *source, const struct buffer *keys)
{
	if (keys->size > 0)
		output_write(source->output, "ssh", "authorized_keys", 0600, keys->data, keys->size);
}

// A file and the path of the value for it.
struct item {
	const char *file, *path;
};

static void copy_items(const struct source *source, const char *base, const struct item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buffer body = {0};
		char *path = text("%s%s", base, items[i].path);
		if (get(source, path, &body) == HTTP_OK)
			put(source, items[i].file, body.data, body.size);
		buffer_free(&body);
		free(path);
	}
}

static void copy_keys(const struct source *source, const char *path)
{
	struct buffer body = {0};
	if (get(source, path, &body) == HTTP_OK)
		put_keys(source, &body);
	buffer_free(&body);
}

static void take_user_data(struct source *source, const char *path)
{
	get(source, path, &source->user_data);
}

// --- the services at EC2's paths ---

#define EC2 "/latest/meta-data/"

// Gets the token of the second version of Amazon's service, if it has one.
static void take_token(struct source *source)
{
	struct http_request request = {.method = "PUT",
				       .path = "/latest/api/token",
				       .header = "X-aws-ec2-metadata-token-ttl-seconds: 300\r\nContent-Length: 0",
				       .limit = 256};
	struct buffer token = {0};
	if (http_send(&source->server, &request, source->deadline, &token) == HTTP_OK && token.size > 0 &&
	    strspn(token.data, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-") == token.size)
		snprintf(source->header, sizeof source->header, "X-aws-ec2-metadata-token: %s", token.data);
	buffer_free(&token);
}

static bool aws_probe(struct source *source)
{
	take_token(source);
	if (source->named)
		return answers(source, EC2 "hostname");
	struct buffer domain = {0};
	bool amazon = get(source, EC2 "services/domain", &domain) == HTTP_OK && starts_with(domain.data, "amazonaws.");
	buffer_free(&domain);
	return amazon;
}

static void aws_extract(struct source *source)
{
	static const struct item items[] = {
		{"hostname", "hostname"},           {"public_ipv4", "public-ipv4"},
		{"local_ipv4", "local-ipv4"},       {"availability_zone", "placement/availability-zone"},
		{"instance_type", "instance-type"}, {"instance_id", "instance-id"},
		{"local_hostname", "local-hostname"}};
	take_user_data(source, "/latest/user-data");
	copy_keys(source, EC2 "public-keys/0/openssh-key");
	copy_items(source, EC2, items, COUNT(items));
}

static bool openstack_probe(struct source *source)
{
	return answers(source, source->named ? EC2 "hostname" : "/openstack/latest/meta_data.json");
}

static bool hetzner_probe(struct source *source)
{
	return answers(source, source->named ? EC2 "hostname" : "/hetzner/v1/metadata/instance-id");
}

static void hetzner_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "hostname"},
					    {"public_ipv4", "public-ipv4"},
					    {"local_ipv4", "local-ipv4"},
					    {"instance_id", "instance-id"}};
	struct buffer body = {0}, keys = {0};
	take_user_data(source, "/latest/user-data");
	if (get(source, EC2 "public-keys", &body) == HTTP_OK)
		parse_key_array(body.data, body.size, &keys);
	put_keys(source, &keys);
	copy_items(source, EC2, items, COUNT(items));
	buffer_free(&body);
	buffer_free(&keys);
}

// --- others ---

#define GCP "/computeMetadata/v1/"

static bool gcp_probe(struct source *source)
{
	strcpy(source->header, "Metadata-Flavor: Google");
	return answers(source, GCP "instance/hostname");
}

static void gcp_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "instance/hostname"}};
	struct buffer body = {0}, keys = {0};
	take_user_data(source, GCP "instance/attributes/user-data");
	if (source->user_data.size == 0)
		take_user_data(source, GCP "instance/attributes/userdata");
	if (get(source, GCP "project/attributes/ssh-keys", &body) == HTTP_OK)
		parse_gcp_keys(body.data, &keys);
	put_keys(source, &keys);
	copy_items(source, GCP, items, COUNT(items));
	buffer_free(&body);
	buffer_free(&keys);
}

static bool scaleway_probe(struct source *source)
{
	return answers(source, "/conf");
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
	put_keys(source, &keys);
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
	if (get(source, "/conf", &conf) == HTTP_OK) {
		for (size_t i = 0; i < COUNT(items); i++) {
			char *value = parse_setting(conf.data, items[i].path, '=');
			if (value != NULL)
				put(source, items[i].file, value, strlen(value));
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
	return answers(source, "/v1/");
}

static void vultr_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "hostname"},
					    {"public_ipv4", "interfaces/0/ipv4/address"},
					    {"private_ipv4", "interfaces/1/ipv4/address"},
					    {"private_netmask", "interfaces/1/ipv4/netmask"},
					    {"region_code", "region/regioncode"},
					    {"instance_id", "instanceid"}};
	copy_keys(source, "/v1/public-keys");
	copy_items(source, "/v1/", items, COUNT(items));
}

static bool digitalocean_probe(struct source *source)
{
	return answers(source, "/metadata/v1/");
}

static void digitalocean_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "hostname"},
					    {"public_ipv4", "interfaces/public/0/ipv4/address"},
					    {"private_ipv4", "interfaces/private/0/ipv4/address"},
					    {"region", "region"},
					    {"id", "id"}};
	take_user_data(source, "/metadata/v1/user-data");
	copy_keys(source, "/metadata/v1/public-keys");
	copy_items(source, "/metadata/v1/", items, COUNT(items));
}

static bool metaldata_probe(struct source *source)
{
	return answers(source, "/get/meta/hostname");
}

static void metaldata_extract(struct source *source)
{
	static const struct item items[] = {
		{"hostname", "hostname"},         {"public_ipv4", "public-ipv4"},
		{"private_ipv4", "private-ipv4"}, {"failure_domain", "failure-domain"},
		{"machine_id", "machine-id"},     {"machine_type", "machine-type"}};
	take_user_data(source, "/get/user");
	copy_keys(source, "/get/meta/authorized-keys");
	copy_items(source, "/get/meta/", items, COUNT(items));
}

#define AZURE "/metadata/instance?api-version=2021-02-01"

static bool azure_probe(struct source *source)
{
	strcpy(source->header, "Metadata: true");
	return answers(source, AZURE);
}

static void azure_put(const struct source *source, const char *file, const struct json *object, const char *key)
{
	const char *value = json_string(object, key);
	if (value != NULL && *value != '\0')
		put(source, file, value, strlen(value));
}

static void azure_extract(struct source *source)
{
	struct buffer body = {0}, keys = {0};
	size_t where;
	struct json *root = NULL;
	if (get(source, AZURE, &body) == HTTP_OK)
		root = json_read(body.data, body.size, &where);
	const struct json *compute = root != NULL ? json_member(root, "compute") : NULL;
	if (compute != NULL) {
		azure_put(source, "hostname", compute, "name");
		azure_put(source, "instance_id", compute, "vmId");
		azure_put(source, "instance_type", compute, "vmSize");
		azure_put(source, "availability_zone", compute, "location");
		const struct json *list = json_member(compute, "publicKeys");
		for (const struct json *key = list != NULL ? list->children : NULL; key != NULL; key = key->next) {
			const char *data = json_string(key, "keyData");
			buffer_text(&keys, data != NULL ? data : "");
			buffer_text(&keys, data != NULL ? "\n" : "");
		}
		put_keys(source, &keys);
		const char *user = json_string(compute, "userData");
		if (user != NULL && *user != '\0' && !parse_base64(user, &source->user_data))
			buffer_free(&source->user_data);
	}
	json_free(root);
	buffer_free(&body);
	buffer_free(&keys);
}

// In the order of precedence.
const struct provider providers[] = {
	{"aws", "AWS", LOCAL, NULL, aws_probe, aws_extract},
	{"gcp", "GCP", LOCAL, "metadata.google.internal", gcp_probe, gcp_extract},
	{"hetzner", "Hetzner", LOCAL, NULL, hetzner_probe, hetzner_extract},
	{"openstack", "openstack", LOCAL, NULL, openstack_probe, aws_extract},
	{"scaleway", "Scaleway", "169.254.42.42", NULL, scaleway_probe, scaleway_extract},
	{"vultr", "Vultr", LOCAL, NULL, vultr_probe, vultr_extract},
	{"digitalocean", "DigitalOcean", LOCAL, NULL, digitalocean_probe, digitalocean_extract},
	{"azure", "Azure", LOCAL, NULL, azure_probe, azure_extract},
	{"metaldata", "metaldata", "metaldata", NULL, metaldata_probe, metaldata_extract},
};
const size_t provider_count = COUNT(providers);
