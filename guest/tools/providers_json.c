// Metadata services that give JSON or YAML.
#include "provider.h"

#include "json.h"

#include <stdlib.h>
#include <string.h>

#define AZURE "/metadata/instance?api-version=2021-02-01"

bool azure_probe(struct source *source)
{
	strcpy(source->header, "Metadata: true");
	return service_answers(source, AZURE);
}

static void azure_put(const struct source *source, const char *file, const struct json *object, const char *key)
{
	output_value(source->output, file, json_string(object, key));
}

void azure_extract(struct source *source)
{
	struct buffer keys = {0};
	struct json *root = service_json(source, AZURE);
	const struct json *compute = json_member(root, "compute");
	if (compute != NULL) {
		azure_put(source, "hostname", compute, "name");
		azure_put(source, "hostname", json_member(compute, "osProfile"), "computerName");
		azure_put(source, "instance_id", compute, "vmId");
		azure_put(source, "instance_type", compute, "vmSize");
		azure_put(source, "availability_zone", compute, "location");
		const struct json *list = json_member(compute, "publicKeys");
		for (const struct json *key = list != NULL ? list->children : NULL; key != NULL; key = key->next) {
			const char *data = json_string(key, "keyData");
			parse_key_lines(data != NULL ? data : "", &keys);
		}
		output_keys(source->output, &keys);
		const char *user = json_string(compute, "userData");
		if (user != NULL && *user != '\0' && !parse_base64(user, &source->user_data))
			buffer_free(&source->user_data);
	}
	json_free(root);
	buffer_free(&keys);
}

// --- NoCloud without a disk ---

static bool find_seed(struct seed *seed)
{
	struct strings words = {0};
	struct buffer serial = {0};
	bool found = false;
	command_line_words(&words);
	for (size_t i = 0; i < words.count && !found; i++)
		found = seed_read(words.items[i], seed);
	if (!found && read_file("/sys/class/dmi/id/product_serial", 4096, &serial) && serial.data != NULL)
		found = seed_read(trim(serial.data), seed);
	strings_free(&words);
	buffer_free(&serial);
	return found;
}

static char *seed_path(const struct source *source, const char *name)
{
	return text("%s%s", source->seed.path, name);
}

bool nocloud_probe(struct source *source)
{
	if (!find_seed(&source->seed))
		return false;
	if (source->seed.address == NULL)
		return true;
	source->server.address = source->seed.address;
	source->server.port = source->seed.port;
	char *meta = seed_path(source, "meta-data");
	bool there = service_answers(source, meta);
	free(meta);
	return there;
}

void nocloud_extract(struct source *source)
{
	const struct seed *seed = &source->seed;
	if (seed->address != NULL) {
		struct buffer meta_data = {0};
		char *user = seed_path(source, "user-data"), *meta = seed_path(source, "meta-data"),
		     *network = seed_path(source, "network-config");
		service_user_data(source, user);
		if (service_get(source, meta, &meta_data) == HTTP_OK && meta_data.size > 0)
			meta_data_take(source->output, meta_data.data, meta_data.size);
		service_network(source, network, network_of_no_cloud);
		buffer_free(&meta_data);
		free(user);
		free(meta);
		free(network);
	}
	output_value(source->output, "hostname", seed->host_name);
	output_value(source->output, "instance_id", seed->instance);
}
