// service as 020-containerd: starts containerd, waits until it is ready, starts every service.
//
// rc.init starts containerd beside the onboot containers, as its own start takes a second or more. If one
// of them mounts a disk over containerd's folder, containerd is started again, with the files there.
#include "boot.h"
#include "containerd.h"
#include "guest.h"
#include "service.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SETTINGS "/etc/containerd/runtime-config.toml"
#define FOLDER "/var/lib/containerd"
#define EARLY "/run/containerd.early"
#define POLL_NANOSECONDS 20000000

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
	chart_begin("containerd", "containerd");
	struct settings settings;
	settings_read(&settings, SETTINGS);
	struct strings arguments = {0};
	strings_add(&arguments, program);
	char *position = NULL;
	for (char *word = settings.cliopts ? strtok_r(settings.cliopts, " \t\r\n", &position) : NULL; word != NULL;
	     word = strtok_r(NULL, " \t\r\n", &position))
		strings_add(&arguments, word);
	pid_t pid = start_program(program, arguments.items, -1, output(settings.out, STDOUT_FILENO),
				  output(settings.err, STDERR_FILENO));
	if (pid < 0)
		fatal("cannot start %s", program);
	strings_free(&arguments);
	settings_free(&settings);
	return pid;
}

static char *folder_identity(void)
{
	struct stat status;
	return stat(FOLDER, &status) == 0 ? text("%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino)
					  : copy_text("missing");
}

static void record_early(const char *program)
{
	char *folder = folder_identity();
	char *record = text("%d %s", start_containerd(program), folder);
	int fd = open(EARLY, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || !write_all(fd, record, strlen(record)))
		say_errno("%s", EARLY);
	if (fd >= 0)
		close(fd);
	free(record);
	free(folder);
}

void start_containerd_early(const char *program)
{
	if (!exists(program) || !make_directories(FOLDER, 0711))
		return;
	// In a process of its own, since errors in the settings must not end the boot.
	pid_t pid = fork();
	if (pid == 0) {
		record_early(program);
		exit(0);
	}
	if (pid > 0)
		(void)wait_for(pid);
}

// Returns the process of a containerd that was started early and whose folder is still the same. Ends
// one whose folder is not. Returns 0 if there is none.
static pid_t take_early(void)
{
	struct buffer record = {0};
	char *folder = folder_identity(), *was = NULL;
	pid_t pid = read_file(EARLY, 256, &record) ? (pid_t)strtol(record.data, &was, 10) : 0;
	(void)unlink(EARLY);
	if (pid > 0 && strcmp(was + 1, folder) != 0) {
		say("/var/lib/containerd is on another disk now: starting containerd again");
		(void)kill(pid, SIGKILL);
		(void)ends_within(pid, 10);
		pid = 0;
	}
	buffer_free(&record);
	free(folder);
	return pid > 0 && kill(pid, 0) == 0 ? pid : 0;
}

static void wait_until_serving(struct http2 *connection, const struct service_options *options, pid_t pid)
{
	while (!containerd_connect(connection, options->socket)) {
		// Started early, it is a child of process 1.
		if (waitpid(pid, NULL, WNOHANG) == pid || kill(pid, 0) != 0)
			fatal("%s exited before it was ready", options->containerd);
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
	pid_t pid = take_early();
	if (pid == 0) {
		if (unlink(options->socket) != 0 && errno != ENOENT)
			say_errno("%s", options->socket);
		pid = start_containerd(options->containerd);
	}
	struct http2 connection;
	wait_until_serving(&connection, options, pid);
	chart_end("containerd", "containerd");
	clean_up(&(struct containerd){.connection = &connection, .namespace = options->namespace});
	struct strings names = {0};
	(void)list_directory(options->root, &names);
	for (size_t i = 0; i < names.count; i++)
		(void)start_service(&connection, options, names.items[i]); // continue with the others
	strings_free(&names);
	containerd_disconnect(&connection);
	return 0;
}
