// Runs containers once, one after the other: /containers/onboot at boot, /containers/onshutdown at
// shutdown.
#include "bundle.h"
#include "guest.h"
#include "logs.h"
#include "memory_shares.h"
#include "relay.h"
#include "restrict.h"
#include "service.h"
#include "supervised.h"

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

// Collects the arguments of a command of runc.
static void command_line(const struct run *run, char *const arguments[], char *all[16])
{
	size_t count = 0;
	all[count++] = RUNC;
	if (run->debug)
		all[count++] = "--debug";
	for (size_t i = 0; arguments[i] != NULL && count < 15; i++)
		all[count++] = arguments[i];
	all[count] = NULL;
}

static int runc(const struct run *run, char *const arguments[], const struct relay *relay)
{
	char *all[16];
	command_line(run, arguments, all);
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

// A container that runs.
struct container {
	const struct run *run;
	const struct bundle *bundle;
	const struct relay *relay;
	char *name, *pid_file;
	pid_t waited; // the container's process or, if that removes it as well, the runtime's
	bool removes; // whether the runtime removes it
};

static void clean_up(const struct container *container)
{
	if (!container->removes && runc(container->run, (char *[]){"delete", container->name, NULL}, container->relay) != 0)
		say("Error deleting %s %s", container->run->kind, container->name);
	bundle_unmount(container->bundle);
}

// Leaves a container to a process that cleans up after it.
static void leave(const struct container *container)
{
	pid_t minder = fork();
	if (minder < 0)
		say_errno("%s %s", container->run->kind, container->name);
	if (minder != 0)
		return;
	(void)setpgid(0, 0);
	while (!ends_within(container->waited, 3600))
		;
	say("%s %s has ended", container->run->kind, container->name);
	clean_up(container);
	_exit(0);
}

// Waits for a container to end, and cleans up. After the time limit it is killed or, if runtime.json
// wants that, goes on in the background. Returns whether it goes on.
static bool end(const struct container *container)
{
	int limit = bundle_number(container->bundle, "timeout", container->run->seconds);
	const char *then = json_string(container->bundle->runtime, "onTimeout");
	char *what = text("%s %s", container->run->kind, container->name);
	bool ended = ends_patiently(container->waited, what, limit);
	bool background = !ended && then != NULL && strcmp(then, "background") == 0;
	if (background) {
		say("%s: still running after %d seconds, and goes on in the background", what, limit);
		leave(container);
	} else {
		if (!ended) {
			pid_t pid = read_pid(container->pid_file);
			say("%s: still running after %d seconds, and killed", what, limit);
			(void)kill(pid > 0 ? pid : container->waited, SIGKILL);
		}
		const int status = wait_for(container->waited);
		const bool created = read_pid(container->pid_file) > 0; // else the runtime's own failure is reported
		if (created && ended && status != 0) {
			char *ending = ending_text(status);
			say("%s %s", what, ending);
			free(ending);
		}
		if (created)
			clean_up(container);
	}
	free(what);
	return background;
}

// Runs a container from its creation to its removal in one call of the runtime, which saves the time of
// starting it twice more. After a failure, everything is left in place for inspection.
static bool run_at_once(struct container *container, bool *background)
{
	char *all[16];
	command_line(container->run,
		     (char *[]){"run", "--bundle", container->bundle->path, "--pid-file", container->pid_file, container->name, NULL},
		     all);
	container->removes = true;
	container->waited = start_group(RUNC, all, -1, container->relay->out, container->relay->err);
	if (container->waited > 0)
		*background = end(container);
	bool ran = *background || read_pid(container->pid_file) > 0;
	if (!ran)
		say("Error creating %s %s", container->run->kind, container->name);
	return ran;
}

// Runs a container in three steps, so that what needs its process can be done before its program starts.
// After a failure, everything is left in place for inspection.
static bool run_in_steps(struct container *container, bool *background)
{
	const struct run *run = container->run;
	char *name = container->name;
	bool done = false;
	if (runc(run, (char *[]){"create", "--bundle", container->bundle->path, "--pid-file", container->pid_file, name, NULL},
		 container->relay) != 0) {
		say("Error creating %s %s", run->kind, name);
	} else {
		container->waited = read_pid(container->pid_file);
		if (container->waited <= 0 || !bundle_after_create(container->bundle, container->waited)) {
			say("Error preparing %s %s", run->kind, name);
		} else if (runc(run, (char *[]){"start", name, NULL}, container->relay) != 0) {
			say("Error starting %s %s", run->kind, name);
		} else {
			if (run->debug)
				say("%s %s: process %d runs", run->kind, name, container->waited);
			*background = end(container);
			done = true;
		}
	}
	return done;
}

static bool run_container(const struct run *run, const struct bundle *bundle, char *name, const struct relay *relay,
			  bool *background)
{
	struct container container = {.run = run, .bundle = bundle, .relay = relay, .name = name};
	container.pid_file = text("%s/%s", run->pid_folder, name);
	bool done = bundle_needs_process(bundle) ? run_in_steps(&container, background) : run_at_once(&container, background);
	(void)unlink(container.pid_file);
	free(container.pid_file);
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
	bool done = bundle_before_create(&bundle) && restrict_bundle(path), background = false;
	if (!done)
		say("Error preparing %s %s", run->kind, name);
	if (done && !run->console)
		done = relay_start(&relay, &run->logs, run->kind, name);
	chart_begin(run->kind, name);
	if (done)
		done = run_container(run, &bundle, name, &relay, &background);
	chart_end(run->kind, name);
	relay_finish(&relay, background);
	restrict_end(path);
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
