// OVF environments: the properties of a machine, as XML.
#include "metadata.h"

#include <stdlib.h>
#include <string.h>

#define SPACES " \t\r\n"

static char *unescaped(const char *from, const char *to)
{
	static const struct {
		const char *name, text;
	} entities[] = {{"lt;", '<'},    {"gt;", '>'},    {"amp;", '&'},   {"quot;", '"'},
			{"apos;", '\''}, {"#10;", '\n'}, {"#13;", '\r'}, {"#9;", '\t'}};
	struct buffer value = {0};
	buffer_text(&value, "");
	for (; from < to; from++) {
		char next = *from;
		for (size_t i = 0; *from == '&' && i < COUNT(entities); i++)
			if (starts_with(from + 1, entities[i].name)) {
				next = entities[i].text;
				from += strlen(entities[i].name);
			}
		buffer_append(&value, &next, 1);
	}
	return value.data;
}

// Returns the value of an attribute, whose name may have a prefix, of the element whose attributes start here;
// NULL if it is missing or malformed.
static char *attribute(const char *at, const char *name)
{
	for (;;) {
		at += strspn(at, SPACES);
		size_t size = strcspn(at, "=<>/" SPACES);
		const char *quote = at + size;
		if (size == 0 || quote[0] != '=' || (quote[1] != '"' && quote[1] != '\''))
			return NULL;
		const char *from = quote + 2, *to = strchr(from, quote[1]);
		if (to == NULL)
			return NULL;
		const char *prefix = memchr(at, ':', size), *local = prefix != NULL ? prefix + 1 : at;
		if ((size_t)(quote - local) == strlen(name) && strncmp(local, name, strlen(name)) == 0)
			return unescaped(from, to);
		at = to + 1;
	}
}

char *parse_ovf(const char *xml, const char *key)
{
	static const char element[] = "Property";
	for (const char *at = xml; (at = strstr(at, element)) != NULL;) {
		const char *attributes = at + sizeof element - 1;
		bool starts = at > xml && (at[-1] == '<' || at[-1] == ':') && strchr(SPACES, *attributes) != NULL;
		char *found = starts ? attribute(attributes, "key") : NULL;
		bool same = found != NULL && strcmp(found, key) == 0;
		free(found);
		if (same)
			return attribute(attributes, "value");
		at = attributes;
	}
	return NULL;
}

bool ovf_take(int output, const char *xml, size_t size, struct buffer *user_data)
{
	if (size == 0 || strlen(xml) != size || strstr(xml, "Environment") == NULL)
		return false;
	char *host = parse_ovf(xml, "hostname"), *id = parse_ovf(xml, "instance-id");
	char *key = parse_ovf(xml, "public-keys"), *user = parse_ovf(xml, "user-data");
	struct buffer keys = {0};
	output_value(output, "hostname", host);
	output_value(output, "instance_id", id);
	parse_key_lines(key != NULL ? key : "", &keys);
	output_keys(output, &keys);
	buffer_free(&keys);
	// The field's custom is base64; what is not, is taken as it is.
	if (user != NULL && !parse_base64(user, user_data)) {
		buffer_free(user_data);
		buffer_text(user_data, user);
	}
	free(host);
	free(id);
	free(key);
	free(user);
	return true;
}
