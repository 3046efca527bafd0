// What the metadata services of clouds have in common. The functions whose names end in _probe and _extract are
// those of `struct provider`.
#pragma once

#include "metadata.h"

// A file and the path of the value for it.
struct item {
	const char *file, *path;
};

enum http_result service_get(const struct source *source, const char *path, struct buffer *body);
// Returns whether the service has something at a path.
bool service_answers(const struct source *source, const char *path);
void service_items(const struct source *source, const char *base, const struct item *items, size_t count);
void service_keys(const struct source *source, const char *path);
void service_user_data(struct source *source, const char *path);
void service_network(const struct source *source, const char *path, network_reader reader);
// Returns the JSON or YAML at a path, to be freed with json_free; NULL if there is none.
struct json *service_json(const struct source *source, const char *path);

bool aws_probe(struct source *source);
void aws_extract(struct source *source);
bool openstack_probe(struct source *source);
void openstack_extract(struct source *source);
bool hetzner_probe(struct source *source);
void hetzner_extract(struct source *source);
bool azure_probe(struct source *source);
void azure_extract(struct source *source);
bool nocloud_probe(struct source *source);
void nocloud_extract(struct source *source);
