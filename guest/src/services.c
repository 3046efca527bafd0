// Starts and stops single services in containerd.
#include "bundle.h"
#include "containerd.h"
#include "guest.h"
#include "logs.h"
#include "memory.h"
#include "policy.h"
#include "service.h"
#include "specification.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OWN_SHIM "/usr/bin/containerd-shim-linuxkit-v1"

static bool dump(const char *path, const struct buffer *specification)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd >= 0 && write_all(fd, specification->data, specification->size);
	if (!done)
		say_errno("%s", path);
	if (fd >= 0)
		close(fd);
	return done;
}

// Chooses the shim: our own, unless runc's is asked for or this system has only that.
static const char *shim_name(const struct bundle *bundle)
{
	const char *wanted = json_string(bundle->runtime, "shim");
	const bool runc = (wanted != NULL && strcmp(wanted, "runc") == 0) || command_line_has("linuxkit.shim=runc");
	return runc || !exists(OWN_SHIM) ? "io.containerd.runc.v2" : "io.containerd.linuxkit.v1";
}

// A service with its connection.
struct target {
	struct containerd containerd;
	struct bundle bundle;
	const char *name;
};

// Returns false after reporting why if the bundle cannot be used. The target must be closed in any case.
static bool open_target(struct target *target, struct http2 *connection, const struct service_options *options,
			const char *name)
{
	char *path = text("%s/%s", options->root, name);
	*target = (struct target){.name = name, .containerd = {.connection = connection}};
	bool good = bundle_read(&target->bundle, path);
	const char *wanted = json_string(target->bundle.runtime, "namespace");
	target->containerd.namespace = wanted != NULL && *wanted != '\0' ? wanted : options->namespace;
	free(path);
	return good;
}

static void close_target(struct target *target)
{
	bundle_close(&target->bundle);
}

// Notes the group before the process runs, as it may end at once.
static void note_group(struct process *process)
{
	char *group = memory_group(process->pid);
	snprintf(process->group, sizeof process->group, "%s", group != NULL ? group : "");
	free(group);
}

static bool run_task(const struct target *target, struct process *process)
{
	struct logs logs;
	logs_open(&logs, "/var/log");
	char *stream = text("%s.out", target->name), *out = logs_path(&logs, stream);
	char *err = logs_path(&logs, target->name);
	bool created = containerd_create_task(&target->containerd, target->name, out, err, &process->pid);
	if (created)
		note_group(process);
	bool done = created && bundle_after_create(&target->bundle, process->pid) &&
		    containerd_start_task(&target->containerd, target->name);
	if (created && !done && !target->containerd.connection->broken)
		(void)containerd_end_task(&target->containerd, target->name);
	free(stream);
	free(out);
	free(err);
	return done;
}

// Removes what is left of a service without a task.
static bool remove_container(const struct target *target)
{
	bool done = containerd_delete(&target->containerd, target->name);
	if (done) {
		bundle_release_namespaces(&target->bundle);
		bundle_unmount(&target->bundle);
	}
	return done;
}

bool start_service(struct http2 *connection, const struct service_options *options, const char *name,
		   struct process *process)
{
	struct target target;
	struct buffer specification = {0};
	// Create the container first: this fails if one of that name runs, whose files must not be mounted over.
	chart_begin("service", name);
	bool created = open_target(&target, connection, options, name) &&
		       specification_read(target.bundle.path, &specification) &&
		       (options->dump == NULL || dump(options->dump, &specification)) &&
		       containerd_create(&target.containerd, name, shim_name(&target.bundle), &specification);
	bool done = created && bundle_before_create(&target.bundle) && run_task(&target, process);
	chart_end("service", name);
	if (!done && !connection->broken)
		say("cannot start service %s", name);
	if (created && !done && !connection->broken)
		(void)remove_container(&target);
	buffer_free(&specification);
	close_target(&target);
	return done;
}

bool restart_service(struct http2 *connection, const struct service_options *options, const char *name,
		     struct process *process, bool *gone)
{
	struct target target;
	bool has = false;
	bool done = open_target(&target, connection, options, name) && containerd_has(&target.containerd, name, &has);
	*gone = done && !has;
	if (done && has) {
		bundle_release_namespaces(&target.bundle);
		done = run_task(&target, process);
	}
	close_target(&target);
	return done && has;
}

bool collect_service(struct http2 *connection, const struct service_options *options, const char *name, bool remove,
		     int *exit_status)
{
	struct target target;
	bool done = open_target(&target, connection, options, name) &&
		    containerd_collect_task(&target.containerd, name, exit_status);
	if (done && remove)
		done = remove_container(&target);
	close_target(&target);
	return done;
}

void clear_service(struct http2 *connection, const struct service_options *options, const char *name)
{
	struct target target;
	bool has = false;
	if (open_target(&target, connection, options, name) && containerd_has(&target.containerd, name, &has) && has)
		(void)(containerd_end_task(&target.containerd, name) && remove_container(&target));
	close_target(&target);
}

// Signals a process and waits for its end.
static void ask_to_end(pid_t pid, const struct policy *policy)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);
	if (process < 0)
		return;
	struct pollfd end = {.fd = process, .events = POLLIN};
	if (syscall(SYS_pidfd_send_signal, process, policy->stop_signal, NULL, 0) == 0)
		(void)poll(&end, 1, policy->stop_timeout * 1000);
	close(process);
}

bool stop_service(struct http2 *connection, const struct service_options *options, const char *name)
{
	struct target target;
	pid_t pid = 0;
	bool done = open_target(&target, connection, options, name) &&
		    containerd_task_pid(&target.containerd, name, &pid);
	if (done && pid > 0) {
		struct policy policy;
		policy_read(&policy, target.bundle.runtime, name);
		ask_to_end(pid, &policy);
		policy_free(&policy);
	}
	done = done && containerd_end_task(&target.containerd, name) && remove_container(&target);
	close_target(&target);
	return done;
}

bool run_in_service(struct http2 *connection, const struct service_options *options, const char *name,
		    const struct strings *command, int *exit_status)
{
	struct target target;
	struct buffer process = {0};
	bool done = open_target(&target, connection, options, name) &&
		    specification_process(target.bundle.path, command, &process) &&
		    containerd_run(&target.containerd, name, "ready", &process, exit_status);
	buffer_free(&process);
	close_target(&target);
	return done;
}
