// Metadata of the machine's provider, once at boot: what it gives goes to /run/config.
#include "metadata.h"
#include "tools.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLACE "/run/config"

struct probe {
	const struct provider *provider;
	struct source source;
	pthread_t thread;
	bool started, found;
};

static void *run_probe(void *argument)
{
	struct probe *probe = argument;
	probe->found = probe->provider->probe(&probe->source);
	return NULL;
}

static void finish(int output, const char *display, const struct buffer *user_data)
{
	output_write(output, NULL, "provider", 0644, display, strlen(display));
	if (user_data->size > 0) {
		output_write(output, NULL, "userdata", 0644, user_data->data, user_data->size);
		if (!output_expand(output, user_data->data, user_data->size))
			say("the user data is not a JSON object: only %s/userdata has it", PLACE);
	}
	struct buffer name = {0};
	if (read_file(PLACE "/hostname", 4096, &name)) {
		trim(name.data);
		if (!host_name_valid(name.data))
			say("the host name of the metadata is not valid");
		else if (sethostname(name.data, strlen(name.data)) != 0)
			say_errno("cannot set the host name");
	}
	buffer_free(&name);
	say("metadata of %s", display);
}

// Asks all at once, and takes the first in the list that is there.
static bool from_network(struct probe *probes, size_t count, int output)
{
	bool done = false;
	for (size_t i = 0; i < count; i++)
		probes[i].started = pthread_create(&probes[i].thread, NULL, run_probe, &probes[i]) == 0;
	for (size_t i = 0; i < count && !done; i++) {
		if (probes[i].started)
			pthread_join(probes[i].thread, NULL);
		if (!probes[i].found)
			continue;
		done = true;
		struct source *source = &probes[i].source;
		probes[i].provider->extract(source);
		finish(output, probes[i].provider->display, &source->user_data);
	}
	return done;
}

static bool from_disk(int output)
{
	char *display = NULL;
	struct buffer user_data = {0};
	bool found = disk_extract(output, &display, &user_data);
	if (found)
		finish(output, display, &user_data);
	free(display);
	buffer_free(&user_data);
	return found;
}

static bool from_file(const char *path, int output)
{
	struct buffer user_data = {0};
	bool found = read_file(path, USER_DATA_LIMIT, &user_data);
	if (found)
		finish(output, path, &user_data);
	buffer_free(&user_data);
	return found;
}

static void add(struct probe *probe, const struct provider *provider, bool named, int output)
{
	probe->provider = provider;
	probe->source.server =
		(struct http_server){.address = provider->address, .host = provider->host, .port = 80};
	probe->source.deadline = http_now() + 20000;
	probe->source.named = named;
	probe->source.output = output;
}

static const struct provider *find(const char *name)
{
	for (size_t i = 0; i < provider_count; i++)
		if (strcmp(providers[i].name, name) == 0)
			return &providers[i];
	return NULL;
}

int metadata_main(int count, char **arguments)
{
	struct probe *probes = allocate(sizeof *probes * ((size_t)count + provider_count));
	struct strings files = {0};
	size_t chosen = 0;
	bool named = false, disk = false;
	int output = output_open(PLACE);
	if (output < 0)
		return 1;
	for (int i = 1; i < count; i++) {
		const struct provider *provider = find(arguments[i]);
		if (strcmp(arguments[i], "-v") == 0)
			continue;
		named = true;
		if (provider != NULL)
			add(&probes[chosen++], provider, true, output);
		else if (starts_with(arguments[i], "file="))
			strings_add(&files, arguments[i] + 5);
		else if (strcmp(arguments[i], "cdrom") == 0)
			disk = true;
		else if (strcmp(arguments[i], "vmware") == 0 || strcmp(arguments[i], "equinixmetal") == 0)
			say("the provider %s is not supported", arguments[i]);
		else
			fatal("unknown provider %s", arguments[i]);
	}
	for (size_t i = 0; !named && i < provider_count; i++)
		add(&probes[chosen++], &providers[i], false, output);
	bool found = from_network(probes, chosen, output) || ((disk || !named) && from_disk(output));
	for (size_t i = 0; i < files.count && !found; i++)
		found = from_file(files.items[i], output);
	if (!found)
		puts("No metadata/userdata found. Bye");
	fflush(stdout);
	_exit(0); // threads may still wait for an answer
}
