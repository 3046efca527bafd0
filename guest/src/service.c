// /usr/bin/service: called by its names in /etc/init.d and /etc/shutdown.d, and as a command.
#include "service.h"
#include "applets.h"
#include "containerd.h"
#include "control.h"
#include "guest.h"
#include "service_logs.h"
#include "specification.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOT "/containers/services"
#define NAMESPACE "services.linuxkit"
#define SHUTDOWN_SECONDS "30"

static const char usage[] = "usage: service [-q | -v] [-containerd-namespace NAME] COMMAND\n"
			    "  start [--sock SOCKET] [--path DIR] [--dump-spec FILE] NAME...\n"
			    "  stop [--sock SOCKET] [--path DIR] NAME...\n"
			    "  restart [--sock SOCKET] [--path DIR] NAME...\n"
			    "  ls [--sock SOCKET]\n"
			    "  status [--sock SOCKET] NAME...\n"
			    "  logs [-f] NAME\n"
			    "  shutdown [--sock SOCKET] [--timeout SECONDS]\n"
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

// Stops, starts or restarts a service without the supervisor.
static bool run_directly(const struct service_options *options, const char *command, const char *name)
{
	bool stop = strcmp(command, "start") != 0, start = strcmp(command, "stop") != 0;
	struct http2 connection;
	if (!containerd_connect(&connection, options->socket)) {
		say_errno("cannot connect to containerd at %s", options->socket);
		return false;
	}
	struct process process;
	bool done = !stop || stop_service(&connection, options, name);
	done = done && (!start || start_service(&connection, options, name, &process));
	containerd_disconnect(&connection);
	return done;
}

static bool writes_specification(const struct service_options *options, const char *name)
{
	struct buffer specification = {0};
	char *path = text("%s/%s", options->root, name);
	int fd = -1;
	bool done = specification_read(path, &specification) &&
		    (fd = open(options->dump, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) >= 0 &&
		    write_all(fd, specification.data, specification.size);
	if (!done)
		say_errno("%s", options->dump);
	if (fd >= 0)
		close(fd);
	buffer_free(&specification);
	free(path);
	return done;
}

// Sends a request to the supervisor. Returns its exit status, or -1 if there is none for these options.
static int request(const struct service_options *options, const char *command, char **arguments)
{
	struct strings words = {0};
	strings_add(&words, command);
	for (; *arguments != NULL; arguments++)
		strings_add(&words, *arguments);
	char *path = control_path(options->socket);
	int status = control_request(path, (const char *const *)words.items, words.count);
	free(path);
	strings_free(&words);
	return status;
}

static int run_command(const struct service_options *options, const char *command, char **names)
{
	const bool usual = strcmp(options->root, ROOT) == 0 && strcmp(options->namespace, NAMESPACE) == 0;
	if (strcmp(command, "stop") != 0)
		for (char **name = names; *name != NULL; name++)
			printf("Starting service: \"%s\"\n", *name);
	fflush(stdout);
	if (options->dump != NULL && !writes_specification(options, *names))
		return 1;
	int status = usual ? request(options, command, names) : -1;
	if (status >= 0)
		return status;
	status = 0;
	for (char **name = names; *name != NULL; name++)
		if (!run_directly(options, command, *name))
			status = 1;
	return status;
}

// Commands that only the supervisor answers.
static int ask(const struct service_options *options, const char *command, char **arguments)
{
	int status = request(options, command, arguments);
	if (status >= 0)
		return status;
	if (strcmp(command, "shutdown") == 0)
		return 0; // there are no services
	say("there is no supervisor at %s", options->socket);
	return 1;
}

int service_main(int count, char **arguments)
{
	struct service_options options = {.socket = "/run/containerd/containerd.sock",
					  .root = ROOT,
					  .containerd = "/usr/bin/containerd",
					  .namespace = NAMESPACE};
	if (count == 1) {
		if (strstr(arguments[0], "volumes") != NULL)
			return mount_volumes();
		if (strstr(arguments[0], "onboot") != NULL) {
			start_system_early(&options);
			return run_once("onboot", "/containers/onboot", command_line_number("linuxkit.onboot_timeout", 0));
		}
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
	const char *timeout = SHUTDOWN_SECONDS;
	const struct option own[] = {{"sock", &options.socket},
				     {"path", &options.root},
				     {"dump-spec", &options.dump},
				     {"containerd", &options.containerd},
				     {"timeout", &timeout}};
	// `logs` has an option without a value.
	if (strcmp(command, "logs") != 0 && !take_options(&arguments, own, COUNT(own)))
		return fail_usage();
	if (strcmp(command, "system-init") == 0)
		return *arguments == NULL ? start_system(&options) : fail_usage();
	if (strcmp(command, "logs") == 0)
		return service_logs(arguments);
	const bool named = *arguments != NULL;
	static const char *const orders[] = {"start", "stop", "restart"};
	for (size_t i = 0; i < COUNT(orders); i++)
		if (strcmp(command, orders[i]) == 0)
			return named ? run_command(&options, orders[i], arguments) : fail_usage();
	if (strcmp(command, "ls") == 0 && !named)
		return ask(&options, command, arguments);
	if (strcmp(command, "status") == 0 && named)
		return ask(&options, command, arguments);
	if (strcmp(command, "shutdown") == 0 && !named)
		return ask(&options, command, (char *[]){(char *)timeout, NULL});
	return fail_usage();
}
