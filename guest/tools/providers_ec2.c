// Metadata services at the paths of Amazon's EC2.
#include "provider.h"

#include "json.h"

#include <stdio.h>
#include <string.h>

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

bool aws_probe(struct source *source)
{
	take_token(source);
	if (source->named)
		return service_answers(source, EC2 "hostname");
	struct buffer domain = {0};
	bool amazon = service_get(source, EC2 "services/domain", &domain) == HTTP_OK && starts_with(domain.data, "amazonaws.");
	buffer_free(&domain);
	return amazon;
}

void aws_extract(struct source *source)
{
	static const struct item items[] = {
		{"hostname", "hostname"},           {"public_ipv4", "public-ipv4"},
		{"local_ipv4", "local-ipv4"},       {"availability_zone", "placement/availability-zone"},
		{"instance_type", "instance-type"}, {"instance_id", "instance-id"},
		{"local_hostname", "local-hostname"}};
	service_user_data(source, "/latest/user-data");
	service_keys(source, EC2 "public-keys/0/openssh-key");
	service_items(source, EC2, items, COUNT(items));
}

#define OPENSTACK "/openstack/latest/"

bool openstack_probe(struct source *source)
{
	return service_answers(source, OPENSTACK "meta_data.json") ||
	       (source->named && service_answers(source, EC2 "hostname"));
}

void openstack_extract(struct source *source)
{
	struct json *meta = service_json(source, OPENSTACK "meta_data.json");
	output_value(source->output, "hostname", json_string(meta, "hostname"));
	output_value(source->output, "instance_id", json_string(meta, "uuid"));
	// What there is at EC2's paths, as LinuxKit has it, has precedence. Of keys, it has only the first.
	aws_extract(source);
	keys_take(source->output, json_member(meta, "public_keys"));
	json_free(meta);
	if (source->user_data.size == 0)
		service_user_data(source, OPENSTACK "user_data");
	service_network(source, OPENSTACK "network_data.json", network_of_openstack);
}

bool hetzner_probe(struct source *source)
{
	return service_answers(source, source->named ? EC2 "hostname" : "/hetzner/v1/metadata/instance-id");
}

void hetzner_extract(struct source *source)
{
	static const struct item items[] = {{"hostname", "hostname"},
					    {"public_ipv4", "public-ipv4"},
					    {"local_ipv4", "local-ipv4"},
					    {"instance_id", "instance-id"}};
	struct buffer body = {0}, keys = {0};
	service_user_data(source, "/latest/user-data");
	if (service_get(source, EC2 "public-keys", &body) == HTTP_OK)
		parse_key_array(body.data, body.size, &keys);
	output_keys(source->output, &keys);
	service_items(source, EC2, items, COUNT(items));
	buffer_free(&body);
	buffer_free(&keys);
}
