// The meta-data of NoCloud and VMware.
#include "metadata.h"

#include "json.h"
#include "yaml.h"

#include <stdlib.h>
#include <string.h>

void keys_take(int output, const struct json *list)
{
	struct buffer keys = {0};
	if (list == NULL)
		return;
	if (list->kind == JSON_STRING)
		parse_key_lines(list->string, &keys);
	for (const struct json *key = list->children; key != NULL; key = key->next)
		if (key->kind == JSON_STRING)
			parse_key_lines(key->string, &keys);
	output_keys(output, &keys);
	buffer_free(&keys);
}

void meta_data_take(int output, const char *data, size_t size)
{
	struct json *meta = yaml_read(data, size);
	const char *host = meta != NULL ? json_string(meta, "local-hostname") : NULL;
	if (meta == NULL) {
		say("the meta-data is neither JSON nor YAML of the kind that is read here");
		return;
	}
	output_value(output, "hostname", host != NULL ? host : json_string(meta, "hostname"));
	output_value(output, "instance_id", json_string(meta, "instance-id"));
	const struct json *keys = json_member(meta, "public-keys");
	keys_take(output, keys != NULL ? keys : json_member(meta, "public_ssh_keys"));
	const struct json *network = json_member(meta, "network");
	if (network != NULL)
		network_take(network_of_no_cloud, network);
	json_free(meta);
}

void network_text_take(network_reader reader, const char *data, size_t size)
{
	struct json *config = yaml_read(data, size);
	if (config != NULL)
		network_take(reader, config);
	else
		say("the network configuration is neither JSON nor YAML of the kind that is read here");
	json_free(config);
}
