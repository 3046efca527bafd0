#include "device_rules.h"
#include "json_edit.h"

#include <string.h>

#define NONE "{\"allow\":false,\"access\":\"rwm\"}"

static bool is(const struct json *value, enum json_kind kind)
{
	return value != NULL && value->kind == kind;
}

bool deny_devices(struct buffer *specification)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *platform = json_member(whole, "linux");
	const struct json *resources = json_member(platform, "resources"), *rules = json_member(resources, "devices");
	bool changed = true;
	if (is(rules, JSON_ARRAY) && rules->children == NULL)
		json_add_element(specification, rules, NONE);
	else if (is(rules, JSON_NULL))
		json_replace(specification, rules->start, rules->end, "[" NONE "]");
	else if (is(resources, JSON_OBJECT) && rules == NULL)
		json_add_member(specification, resources, "devices", "[" NONE "]");
	else if (is(resources, JSON_NULL))
		json_replace(specification, resources->start, resources->end, "{\"devices\":[" NONE "]}");
	else if (is(platform, JSON_OBJECT) && resources == NULL)
		json_add_member(specification, platform, "resources", "{\"devices\":[" NONE "]}");
	else
		changed = false;
	json_free(whole);
	return changed;
}

static bool has_own_ids(const struct json *platform)
{
	const struct json *all = json_member(platform, "namespaces");
	for (const struct json *one = is(all, JSON_ARRAY) ? all->children : NULL; one != NULL; one = one->next) {
		const char *type = json_string(one, "type");
		if (type != NULL && strcmp(type, "user") == 0)
			return true;
	}
	return false;
}

bool drop_missing_devices(struct buffer *specification, const char *bundle)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *platform = json_member(whole, "linux"), *devices = json_member(platform, "devices");
	struct buffer kept = {0};
	bool changed = false;
	buffer_text(&kept, "[");
	if (is(devices, JSON_ARRAY) && has_own_ids(platform)) {
		for (const struct json *one = devices->children; one != NULL; one = one->next) {
			const char *path = json_string(one, "path");
			if (path != NULL && !exists(path)) {
				say("%s: this machine has no %s: the container is started without it", bundle, path);
				changed = true;
				continue;
			}
			buffer_text(&kept, kept.size > 1 ? "," : "");
			buffer_append(&kept, specification->data + one->start, one->end - one->start);
		}
	}
	buffer_text(&kept, "]");
	if (changed)
		json_replace(specification, devices->start, devices->end, kept.data);
	buffer_free(&kept);
	json_free(whole);
	return changed;
}
