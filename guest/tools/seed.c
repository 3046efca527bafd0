// NoCloud without a disk: where its files are is on the kernel's command line or in the machine's serial number.
#include "metadata.h"

#include <stdlib.h>
#include <string.h>

void seed_free(struct seed *seed)
{
	free(seed->address);
	free(seed->path);
	free(seed->host_name);
	free(seed->instance);
	*seed = (struct seed){0};
}

// Reads http://ADDRESS[:PORT]/PATH. The files' names are added to the path.
static bool read_url(const char *url, struct seed *seed)
{
	static const char scheme[] = "http://";
	if (!starts_with(url, scheme) || seed->address != NULL)
		return false;
	url += sizeof scheme - 1;
	size_t host = strcspn(url, ":/");
	const char *rest = url + host;
	char *end = NULL;
	seed->address = text("%.*s", (int)host, url);
	seed->port = 80;
	if (*rest == ':') {
		unsigned long port = strtoul(rest + 1, &end, 10);
		if (rest[1] < '0' || rest[1] > '9' || port == 0 || port > 65535)
			return false;
		seed->port = (unsigned)port;
		rest = end;
	}
	// What goes into a request must not end it.
	for (const char *c = rest; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	seed->path = text("%s%s", *rest == '/' ? "" : "/", rest);
	return host_name_valid(seed->address) && (*rest == '\0' || *rest == '/');
}

static bool read_part(const char *part, struct seed *seed)
{
	const char *equals = strchr(part, '=');
	if (equals == NULL)
		return false;
	const char *value = equals + 1;
	if (starts_with(part, "s=") || starts_with(part, "seedfrom="))
		return read_url(value, seed);
	if (seed->host_name == NULL && (starts_with(part, "h=") || starts_with(part, "local-hostname=")))
		seed->host_name = copy_text(value);
	if (seed->instance == NULL && (starts_with(part, "i=") || starts_with(part, "instance-id=")))
		seed->instance = copy_text(value);
	return true;
}

bool seed_read(const char *word, struct seed *seed)
{
	char *copy = copy_text(word), *rest = NULL;
	char *part = strtok_r(copy, ";", &rest);
	bool ok = part != NULL && (strcmp(part, "ds=nocloud") == 0 || strcmp(part, "ds=nocloud-net") == 0);
	while (ok && (part = strtok_r(NULL, ";", &rest)) != NULL)
		ok = read_part(part, seed);
	free(copy);
	ok = ok && (seed->address != NULL || seed->host_name != NULL || seed->instance != NULL);
	if (!ok)
		seed_free(seed);
	return ok;
}
