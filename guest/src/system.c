// service as 020-containerd: starts containerd, waits until it is ready, starts every service.
#include "containerd.h"
#include "guest.h"
#include "memory_shares.h"
#include "service.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SETTINGS "/etc/containerd/runtime-config.toml"
#define POLL_NANOSECONDS 20000000
#define READY_SECONDS 180 // ten times what containerd takes under emulation

// Opens the destination that a setting names for containerd's output: our own output, or a file.
static int output(const char *wanted, int usual)
{
	if (wanted == NULL)
		return usual;
	if (strcmp(wanted, "stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(wanted, "stderr") == 0)
		return STDERR_FILENO;
	int fd = *wanted == '/' ? open(wanted, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
	if (fd < 0)
		fatal(SETTINGS ": output must be stdout, stderr or a writable file: %s", wanted);
	return fd;
}

static pid_t start_containerd(const char *program)
{
	struct settings settings;
	settings_read(&settings, SETTINGS);
	struct strings arguments = {0};
	strings_add(&arguments, program);
	char *position = NULL;
	for (char *word = settings.cliopts ? strtok_r(settings.cliopts, " \t\r\n", &position) : NULL; word != NULL;
	     word = strtok_r(NULL, " \t\r\n", &position))
		strings_add(&arguments, word);
	pid_t pid = start_group(program, arguments.items, -1, output(settings.out, STDOUT_FILENO),
				  output(settings.err, STDERR_FILENO));
	if (pid < 0)
		fatal("cannot start %s", program);
	strings_free(&arguments);
	settings_free(&settings);
	return pid;
}

static void wait_until_serving(struct http2 *connection, const struct service_options *options, pid_t pid)
{
	struct patience patience = patience_begin(options->containerd, READY_SECONDS);
	while (!containerd_connect(connection, options->socket)) {
		int status;
		if (waitpid(pid, &status, WNOHANG) == pid)
			fatal("%s exited before it was ready", options->containerd);
		if (!patience_left(&patience))
			fatal("%s was not ready after %d seconds: no service is started", options->containerd, READY_SECONDS);
		nanosleep(&(struct timespec){.tv_nsec = POLL_NANOSECONDS}, NULL);
	}
}

// Removes containers left over from the last run if /var is on a disk.
static void clean_up(const struct containerd *containerd)
{
	struct strings left = {0};
	if (!containerd_list(containerd, &left))
		fatal("containerd does not respond");
	for (size_t i = 0; i < left.count; i++) {
		say("Cleaning up stale service %s", left.items[i]);
		(void)(containerd_end_task(containerd, left.items[i]) && containerd_delete(containerd, left.items[i]));
	}
	strings_free(&left);
}

int start_system(const struct service_options *options)
{
	if (unlink(options->socket) != 0 && errno != ENOENT)
		say_errno("%s", options->socket);
	mount_containerd_memory();
	pid_t pid = start_containerd(options->containerd);
	struct http2 connection;
	wait_until_serving(&connection, options, pid);
	clean_up(&(struct containerd){.connection = &connection, .namespace = options->namespace});
	struct strings names = {0};
	(void)list_directory(options->root, &names);
	for (size_t i = 0; i < names.count && !stopping(); i++)
		(void)start_service(&connection, options, names.items[i]); // continue with the others
	strings_free(&names);
	containerd_disconnect(&connection);
	return 0;
}
