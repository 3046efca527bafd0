// Runs containers once, one after the other: /containers/onboot at boot, /containers/onshutdown at
// shutdown.
#include "bundle.h"
#include "confine.h"
#include "guest.h"
#include "logs.h"
#include "memory_shares.h"
#include "relay.h"
#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define RUNC "/usr/bin/runc"
#define RUNC_SECONDS 120 // for one of its commands, which take less than ten under emulation

struct run {
	const char *kind, *root;
	struct logs logs;
	bool console, debug;
	int seconds; // that a container may run; 0: no limit
	char pid_folder[32];
};

static int runc(const struct run *run, char *const arguments[], const struct relay *relay)
{
	char *all[16] = {RUNC};
	size_t count = 1;
	if (run->debug)
		all[count++] = "--debug";
	for (size_t i = 0; arguments[i] != NULL && count < COUNT(all) - 1; i++)
		all[count++] = arguments[i];
	pid_t pid = start_program(RUNC, all, -1, relay->out, relay->err);
	if (pid < 0)
		return 127;
	char *what = text("runc %s", arguments[0]);
	if (!ends_patiently(pid, what, RUNC_SECONDS)) {
		say("%s: still running after %d seconds, and killed", what, RUNC_SECONDS);
		(void)kill(pid, SIGKILL);
	}
	free(what);
	return wait_for(pid);
}

static pid_t read_pid(const char *path)
{
	struct buffer content = {0};
	pid_t pid = read_file(path, 64, &content) ? (pid_t)strtol(content.data, NULL, 10) : 0;
	buffer_free(&content);
	return pid;
}

static void clean_up(const struct run *run, const struct bundle *bundle, char *name, const struct relay *relay)
{
	if (runc(run, (char *[]){"delete", name, NULL}, relay) != 0)
		say("Error deleting %s %s", run->kind, name);
	bundle_unmount(bundle);
}

// Leaves a container to a process that cleans up after it.
static void leave(const struct run *run, const struct bundle *bundle, char *name, pid_t pid, const struct relay *relay)
{
	pid_t minder = fork();
	if (minder < 0)
		say_errno("%s %s", run->kind, name);
	if (minder != 0)
		return;
	(void)setpgid(0, 0);
	while (!ends_within(pid, 3600))
		;
	say("%s %s has ended", run->kind, name);
	clean_up(run, bundle, name, relay);
	_exit(0);
}

// Waits for a container to end, and cleans up. After the time limit it is killed or, if runtime.json
// wants that, goes on in the background. Returns whether it goes on.
static bool end(const struct run *run, const struct bundle *bundle, char *name, pid_t pid, const struct relay *relay)
{
	int limit = bundle_number(bundle, "timeout", run->seconds);
	const char *then = json_string(bundle->runtime, "onTimeout");
	char *what = text("%s %s", run->kind, name);
	bool ended = ends_patiently(pid, what, limit);
	bool background = !ended && then != NULL && strcmp(then, "background") == 0;
	if (background) {
		say("%s: still running after %d seconds, and goes on in the background", what, limit);
		leave(run, bundle, name, pid, relay);
	} else {
		if (!ended) {
			say("%s: still running after %d seconds, and killed", what, limit);
			(void)kill(pid, SIGKILL);
		}
		(void)wait_for(pid); // its status is of no interest here
		clean_up(run, bundle, name, relay);
	}
	free(what);
	return background;
}

// Runs a container. After a failure, everything is left in place for inspection.
static bool run_container(const struct run *run, const struct bundle *bundle, char *name, const struct relay *relay,
			  bool *background)
{
	char *pid_file = text("%s/%s", run->pid_folder, name);
	bool done = false;
	if (runc(run, (char *[]){"create", "--bundle", bundle->path, "--pid-file", pid_file, name, NULL}, relay) != 0) {
		say("Error creating %s %s", run->kind, name);
	} else {
		pid_t pid = read_pid(pid_file);
		if (pid <= 0 || !bundle_after_create(bundle, pid)) {
			say("Error preparing %s %s", run->kind, name);
		} else if (runc(run, (char *[]){"start", name, NULL}, relay) != 0) {
			say("Error starting %s %s", run->kind, name);
		} else {
			if (run->debug)
				say("%s %s: process %d runs", run->kind, name, pid);
			*background = end(run, bundle, name, pid, relay);
			done = true;
		}
	}
	(void)unlink(pid_file);
	free(pid_file);
	return done;
}

static bool run_bundle(const struct run *run, char *name)
{
	char *path = text("%s/%s", run->root, name);
	printf("%s %s: from %s\n", run->kind, name, path);
	fflush(stdout);
	struct bundle bundle;
	bundle_open(&bundle, path);
	struct relay relay = {.out = STDOUT_FILENO, .err = STDERR_FILENO};
	bool done = bundle_before_create(&bundle) && confine_bundle(path), background = false;
	if (!done)
		say("Error preparing %s %s", run->kind, name);
	if (done && !run->console)
		done = relay_start(&relay, &run->logs, run->kind, name);
	if (done)
		done = run_container(run, &bundle, name, &relay, &background);
	relay_finish(&relay, background);
	confine_end(path);
	bundle_close(&bundle);
	free(path);
	return done;
}

int run_once(const char *kind, const char *root, int seconds)
{
	struct run run = {.kind = kind, .root = root, .seconds = seconds, .pid_folder = "/run/runc/pids-XXXXXX"};
	struct strings names = {0};
	if (!list_directory(root, &names))
		return errno == ENOENT ? 0 : 1;
	mount_runc_memory();
	if (mkdtemp(run.pid_folder) == NULL)
		fatal("no temporary directory");
	// A container's process is a grandchild. Without this, process 1 would reap it.
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		fatal("cannot become the parent of containers");
	char *log_folder = text("/run/log/%s", kind), *log_link = text("/var/log/%s", kind);
	if (!make_directories(log_folder, 0755))
		say_errno("%s", log_folder);
	logs_open(&run.logs, log_folder);
	printf("Using cgroup v%d\n", exists("/sys/fs/cgroup/cgroup.controllers") ? 2 : 1);
	run.debug = command_line_has("linuxkit.runc_debug=1");
	run.console = command_line_has("linuxkit.runc_console=1");
	int result = 0;
	bool boot = strcmp(kind, "onboot") == 0;
	for (size_t i = 0; i < names.count && !(boot && stopping()); i++)
		if (!run_bundle(&run, names.items[i]))
			result = 1;
	(void)rmdir(run.pid_folder);
	// At the end, since a container may have mounted a disk over /var.
	if (!run.logs.external)
		if (symlink(log_folder, log_link) != 0 && errno != EEXIST)
			say_errno("%s", log_link);
	free(log_folder);
	free(log_link);
	strings_free(&names);
	return result;
}
