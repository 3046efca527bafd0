// Runs containers once, one after the other: /containers/onboot at boot, /containers/onshutdown at
// shutdown.
#include "bundle.h"
#include "guest.h"
#include "logs.h"
#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define RUNC "/usr/bin/runc"

struct run {
	const char *kind, *root;
	struct logs logs;
	bool console, debug;
	int seconds; // that a container may run; 0: no limit
	char pid_folder[32];
};

static pid_t start_runc(const struct run *run, char *const arguments[], int out, int err)
{
	char *all[16] = {RUNC};
	size_t count = 1;
	if (run->debug)
		all[count++] = "--debug";
	for (size_t i = 0; arguments[i] != NULL && count < COUNT(all) - 1; i++)
		all[count++] = arguments[i];
	return start_program(RUNC, all, -1, out, err);
}

static int runc(const struct run *run, char *const arguments[], int out, int err)
{
	pid_t pid = start_runc(run, arguments, out, err);
	return pid < 0 ? 127 : wait_for(pid);
}

static pid_t read_pid(const char *path)
{
	struct buffer content = {0};
	pid_t pid = read_file(path, 64, &content) ? (pid_t)strtol(content.data, NULL, 10) : 0;
	buffer_free(&content);
	return pid;
}

// Waits for a container to end, and kills it after the time limit.
static void end(const struct run *run, const char *name, pid_t pid)
{
	if (run->seconds > 0 && !ends_within(pid, run->seconds)) {
		say("%s %s: still running after %d seconds, and killed", run->kind, name, run->seconds);
		(void)kill(pid, SIGKILL);
	}
	(void)wait_for(pid); // its status is of no interest here
}

// Runs a container from its creation to its removal in one call of the runtime, which saves the time of
// starting it twice more.
static bool run_at_once(const struct run *run, char *name, const char *bundle, char *pid_file, int out, int err)
{
	char *path = copy_text(bundle);
	pid_t runtime = start_runc(run, (char *[]){"run", "--bundle", path, "--pid-file", pid_file, name, NULL}, out, err);
	if (runtime > 0 && run->seconds > 0 && !ends_within(runtime, run->seconds)) {
		pid_t pid = read_pid(pid_file);
		say("%s %s: still running after %d seconds, and killed", run->kind, name, run->seconds);
		(void)kill(pid > 0 ? pid : runtime, SIGKILL);
	}
	if (runtime > 0)
		(void)wait_for(runtime); // the container's status is of no interest here
	bool ran = read_pid(pid_file) > 0;
	if (!ran)
		say("Error creating %s %s", run->kind, name);
	free(path);
	return ran;
}

// Runs a container in three steps, so that what needs its process can be done before its program starts.
// After a failure, everything is left in place for inspection.
static bool run_in_steps(const struct run *run, const struct bundle *bundle, char *name, char *pid_file, int out,
			 int err)
{
	bool done = false;
	if (runc(run, (char *[]){"create", "--bundle", bundle->path, "--pid-file", pid_file, name, NULL}, out, err) != 0) {
		say("Error creating %s %s", run->kind, name);
	} else {
		pid_t pid = read_pid(pid_file);
		if (pid <= 0 || !bundle_after_create(bundle, pid)) {
			say("Error preparing %s %s", run->kind, name);
		} else if (runc(run, (char *[]){"start", name, NULL}, out, err) != 0) {
			say("Error starting %s %s", run->kind, name);
		} else {
			if (run->debug)
				say("%s %s: process %d runs", run->kind, name, pid);
			end(run, name, pid);
			if (runc(run, (char *[]){"delete", name, NULL}, out, err) != 0)
				say("Error deleting %s %s", run->kind, name);
			done = true;
		}
	}
	return done;
}

static bool run_container(const struct run *run, const struct bundle *bundle, char *name, int out, int err)
{
	char *pid_file = text("%s/%s", run->pid_folder, name);
	bool done = bundle_needs_process(bundle) ? run_in_steps(run, bundle, name, pid_file, out, err)
						 : run_at_once(run, name, bundle->path, pid_file, out, err);
	if (done)
		bundle_unmount(bundle);
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
	char *out_stream = text("%s.%s.out", run->kind, name), *err_stream = text("%s.%s", run->kind, name);
	int out = STDOUT_FILENO, err = STDERR_FILENO;
	bool done = bundle_before_create(&bundle);
	if (!done)
		say("Error preparing %s %s", run->kind, name);
	if (done && !run->console) {
		out = logs_stream(&run->logs, out_stream);
		err = logs_stream(&run->logs, err_stream);
	}
	chart_begin(run->kind, name);
	if (done)
		done = run_container(run, &bundle, name, out, err);
	chart_end(run->kind, name);
	if (out > STDERR_FILENO) {
		close(out);
		logs_print(&run->logs, out_stream);
	}
	if (err > STDERR_FILENO) {
		close(err);
		logs_print(&run->logs, err_stream);
	}
	free(out_stream);
	free(err_stream);
	bundle_close(&bundle);
	free(path);
	return done;
}

int run_once(const char *kind, const char *root, int seconds)
{
	struct run run = {.kind = kind, .root = root, .seconds = seconds, .pid_folder = "/tmp/containers-XXXXXX"};
	struct strings names = {0};
	if (!list_directory(root, &names))
		return errno == ENOENT ? 0 : 1;
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
	for (size_t i = 0; i < names.count; i++)
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
