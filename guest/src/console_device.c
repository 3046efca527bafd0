#include "console_device.h"
#include "confine.h"
#include "json_edit.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define HOOK "{\"path\":\"/usr/bin/service\",\"args\":[\"deny-console\"]}"

static const struct json *elements(const struct json *list)
{
	return list != NULL && list->kind == JSON_ARRAY ? list->children : NULL;
}

// Returns whether a member is a number or stands for any: missing, or -1 as Docker writes it.
static bool may_be(const struct json *rule, const char *key, int number)
{
	const struct json *value = json_member(rule, key);
	return value == NULL || value->kind == JSON_NULL ||
	       (value->kind == JSON_NUMBER && (value->number == number || value->number == -1));
}

static bool is_permitted(const struct json *specification)
{
	const struct json *resources = json_member(json_member(specification, "linux"), "resources");
	for (const struct json *rule = elements(json_member(resources, "devices")); rule != NULL; rule = rule->next) {
		const struct json *allow = json_member(rule, "allow");
		const char *type = json_string(rule, "type");
		if (allow != NULL && allow->kind == JSON_TRUE && (type == NULL || *type == 'a' || *type == 'c') &&
		    may_be(rule, "major", CONSOLE_MAJOR) && may_be(rule, "minor", CONSOLE_MINOR))
			return true;
	}
	return false;
}

// Returns whether a container may make the device's node, or has the machine's.
static bool is_reachable(const struct json *specification)
{
	for (const struct json *one = elements(json_member(specification, "mounts")); one != NULL; one = one->next) {
		const char *source = json_string(one, "source"), *type = json_string(one, "type");
		if ((type != NULL && strcmp(type, "devtmpfs") == 0) ||
		    (source != NULL && (strcmp(source, "/") == 0 || strcmp(source, "/dev") == 0 || starts_with(source, "/dev/"))))
			return true;
	}
	return has_capability(specification, "CAP_MKNOD");
}

bool deny_console(struct buffer *specification)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *hooks = json_member(whole, "hooks"), *own = json_member(hooks, "createRuntime");
	bool wanted = whole != NULL && whole->kind == JSON_OBJECT && is_reachable(whole) && !is_permitted(whole);
	if (wanted && own != NULL && own->kind == JSON_ARRAY)
		json_add_element(specification, own, HOOK);
	else if (wanted && own == NULL && hooks != NULL && hooks->kind == JSON_OBJECT)
		json_add_member(specification, hooks, "createRuntime", "[" HOOK "]");
	else if (wanted && hooks == NULL)
		json_add_member(specification, whole, "hooks", "{\"createRuntime\":[" HOOK "]}");
	else
		wanted = false;
	json_free(whole);
	return wanted;
}

bool runtime_is_crun(void)
{
	char path[PATH_MAX];
	return realpath("/usr/bin/runc", path) != NULL && strcmp(strrchr(path, '/'), "/crun") == 0;
}
