// Metadata of the machine's provider, once at boot: what it gives goes to /run/config.
#include "metadata.h"
#include "tools.h"
#include "vmware.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PLACE "/run/config"
#define NETWORK_SECONDS 18 // for all requests together
#define END_SECONDS 25     // whatever happens

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
	if (output_read(output, "hostname", 4096, &name)) {
		const char *host = trim(name.data);
		if (!host_name_valid(host))
			say("the host name of the metadata is not valid");
		else if (sethostname(host, strlen(host)) != 0)
			say_errno("cannot set the host name");
	}
	buffer_free(&name);
	say("metadata of %s", display);
}

// Returns whether a provider is there. One that takes too long is not.
static bool answered(const struct probe *probe)
{
	struct timespec end;
	clock_gettime(CLOCK_MONOTONIC, &end);
	long long left = probe->source.deadline - http_now();
	end.tv_sec += left > 0 ? left / 1000 + 1 : 1;
	return probe->started && pthread_clockjoin_np(probe->thread, NULL, CLOCK_MONOTONIC, &end) == 0 && probe->found;
}

// Asks all at once, and takes the first in the list that is there.
static bool from_network(struct probe *probes, size_t count, int output)
{
	bool done = false;
	for (size_t i = 0; i < count; i++)
		probes[i].started = pthread_create(&probes[i].thread, NULL, run_probe, &probes[i]) == 0;
	for (size_t i = 0; i < count && !done; i++) {
		if (!answered(&probes[i]))
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

static bool from_vmware(int output)
{
	struct buffer user_data = {0};
	bool found = vmware_present() && guestinfo_extract(vmware_port, output, &user_data);
	if (found)
		finish(output, "VMWARE", &user_data);
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
	probe->source.deadline = http_now() + NETWORK_SECONDS * 1000;
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

// What the command line asks for.
struct choice {
	struct probe *probes;
	size_t probe_count;
	bool named, disk, vmware;
	struct strings files;
};

static void choose(struct choice *choice, const char *name, int output)
{
	const struct provider *provider = find(name);
	choice->named = true;
	if (provider != NULL)
		add(&choice->probes[choice->probe_count++], provider, true, output);
	else if (starts_with(name, "file="))
		strings_add(&choice->files, name + 5);
	else if (strcmp(name, "cdrom") == 0)
		choice->disk = true;
	else if (strcmp(name, "vmware") == 0)
		choice->vmware = true;
	else if (strcmp(name, "equinixmetal") == 0)
		say("the provider %s is not supported: its service needs TLS", name);
	else
		fatal("unknown provider %s", name);
}

static void give_up(int number)
{
	static const char message[] = "metadata: took too long, so this is all of it\n";
	(void)number;
	(void)!write(STDERR_FILENO, message, sizeof message - 1);
	_exit(0);
}

int metadata_main(int count, char **arguments)
{
	struct choice choice = {.probes = allocate(sizeof(struct probe) * ((size_t)count + provider_count))};
	int output = output_open(PLACE);
	if (output < 0)
		return 1;
	signal(SIGALRM, give_up);
	alarm(END_SECONDS);
	for (int i = 1; i < count; i++)
		if (strcmp(arguments[i], "-v") != 0)
			choose(&choice, arguments[i], output);
	for (size_t i = 0; !choice.named && i < provider_count; i++)
		add(&choice.probes[choice.probe_count++], &providers[i], false, output);
	bool any = !choice.named, found = from_network(choice.probes, choice.probe_count, output) ||
					  ((choice.vmware || any) && from_vmware(output)) ||
					  ((choice.disk || any) && from_disk(output));
	for (size_t i = 0; i < choice.files.count && !found; i++)
		found = from_file(choice.files.items[i], output);
	if (!found)
		puts("No metadata/userdata found. Bye");
	fflush(stdout);
	_exit(0); // threads may still wait for an answer
}
