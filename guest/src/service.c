// /usr/bin/service: called by its names in /etc/init.d and /etc/shutdown.d, and as a command.
#include "service.h"
#include "applets.h"
#include "containerd.h"
#include "guest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] = "usage: service [-q | -v] [-containerd-namespace NAME] COMMAND\n"
			    "  start [--sock SOCKET] [--path DIR] [--dump-spec FILE] NAME\n"
			    "  stop [--sock SOCKET] [--path DIR] NAME\n"
			    "  restart [--sock SOCKET] [--path DIR] NAME\n"
			    "  system-init [--sock SOCKET] [--path DIR] [--containerd PROGRAM]\n";

static int fail_usage(void)
{
	fputs(usage, stderr);
	return 1;
}

struct option {
	const char *name, **value;
};

// Takes options off the front of the arguments: -NAME VALUE, --NAME VALUE, --NAME=VALUE. Returns false
// on an unknown option.
static bool take_options(char ***arguments, const struct option *options, size_t count)
{
	while (**arguments != NULL && ***arguments == '-') {
		const char *name = *(*arguments)++ + 1, *value = NULL;
		name += *name == '-';
		size_t length = strcspn(name, "=");
		if (name[length] == '=')
			value = name + length + 1;
		else if (**arguments != NULL)
			value = *(*arguments)++;
		const struct option *found = NULL;
		for (size_t i = 0; i < count; i++)
			if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0)
				found = &options[i];
		if (found == NULL || value == NULL)
			return false;
		*found->value = value;
	}
	return true;
}

static int run_command(const struct service_options *options, const char *command, const char *name)
{
	bool stop = strcmp(command, "start") != 0, start = strcmp(command, "stop") != 0;
	struct http2 connection;
	if (!containerd_connect(&connection, options->socket)) {
		say_errno("cannot connect to containerd at %s", options->socket);
		return 1;
	}
	bool done = true;
	if (stop)
		done = stop_service(&connection, options, name);
	if (done && start) {
		printf("Starting service: \"%s\"\n", name);
		fflush(stdout);
		done = start_service(&connection, options, name);
	}
	containerd_disconnect(&connection);
	return done ? 0 : 1;
}

int service_main(int count, char **arguments)
{
	struct service_options options = {.socket = "/run/containerd/containerd.sock",
					  .root = "/containers/services",
					  .containerd = "/usr/bin/containerd",
					  .namespace = "services.linuxkit"};
	if (count == 1) {
		if (strstr(arguments[0], "volumes") != NULL)
			return mount_volumes();
		if (strstr(arguments[0], "onboot") != NULL)
			return run_once("onboot", "/containers/onboot", command_line_number("linuxkit.onboot_timeout", 0));
		if (strstr(arguments[0], "onshutdown") != NULL)
			return run_once("shutdown", "/containers/onshutdown", command_line_number("linuxkit.shutdown_timeout", 60));
		if (strstr(arguments[0], "containerd") != NULL)
			return start_system(&options);
		return fail_usage();
	}
	bool quiet = false, verbose = false;
	for (arguments++; *arguments != NULL; arguments++) {
		if (strcmp(*arguments, "-q") == 0)
			quiet = true;
		else if (strcmp(*arguments, "-v") == 0)
			verbose = true;
		else
			break;
	}
	const struct option general[] = {{"containerd-namespace", &options.namespace}};
	if ((quiet && verbose) || !take_options(&arguments, general, COUNT(general)) || *arguments == NULL)
		return fail_usage();
	const char *command = *arguments++;
	const struct option own[] = {{"sock", &options.socket},
				     {"path", &options.root},
				     {"dump-spec", &options.dump},
				     {"containerd", &options.containerd}};
	if (!take_options(&arguments, own, COUNT(own)))
		return fail_usage();
	if (strcmp(command, "system-init") == 0)
		return *arguments == NULL ? start_system(&options) : fail_usage();
	if (strcmp(command, "start") != 0 && strcmp(command, "stop") != 0 && strcmp(command, "restart") != 0)
		return fail_usage();
	return *arguments != NULL && arguments[1] == NULL ? run_command(&options, command, *arguments) : fail_usage();
}
