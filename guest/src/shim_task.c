// The calls of containerd that change a container or its processes.
#include "json.h"
#include "memory.h"
#include "shim_call.h"
#include "shim_root.h"
#include "shim_runtime.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_LIMIT (16 << 20)

// Publishes an event that consists of the container's id, another id and a process number.
static void publish(struct shim *shim, const char *topic, const char *kind, const char *id, pid_t pid)
{
	struct buffer message = {0};
	protobuf_text(&message, 1, shim->id);
	protobuf_text(&message, 2, id);
	if (pid != 0)
		protobuf_number(&message, *id == '\0' ? 2 : 3, (uint64_t)pid);
	shim_publish(&shim->events, topic, kind, &message);
}

static void publish_create(struct shim *shim, const struct shim_process *process)
{
	struct buffer message = {0}, streams = {0};
	for (unsigned i = 0; i < COUNT(process->paths); i++)
		protobuf_text(&streams, i + 1, process->paths[i]);
	protobuf_text(&message, 1, shim->id);
	protobuf_text(&message, 2, shim->bundle);
	protobuf_bytes(&message, 4, streams.data != NULL ? streams.data : "", streams.size);
	protobuf_number(&message, 6, (uint64_t)process->pid);
	buffer_free(&streams);
	shim_publish(&shim->events, "/tasks/create", "containerd.events.TaskCreate", &message);
}

static void read_configuration(struct shim *shim)
{
	struct buffer content = {0};
	size_t where;
	struct json *whole = read_file("config.json", CONFIG_LIMIT, &content) ? json_read(content.data, content.size, &where) : NULL;
	const struct json *list = json_member(json_member(whole, "linux"), "namespaces");
	shim->has_hooks = json_member(whole, "hooks") != NULL;
	shim->shares_processes = true;
	for (const struct json *entry = list != NULL ? list->children : NULL; entry != NULL; entry = entry->next) {
		const char *type = json_string(entry, "type"), *path = json_string(entry, "path");
		if (type != NULL && strcmp(type, "pid") == 0 && (path == NULL || *path == '\0'))
			shim->shares_processes = false;
	}
	json_free(whole);
	buffer_free(&content);
}

void task_create(struct shim_call *call)
{
	struct shim *shim = call->shim;
	if (shim->processes != NULL) {
		refuse(call, TTRPC_EXISTS, text("container %s exists", shim->id));
		return;
	}
	struct shim_process *process = shim_process_new("", &call->request->payload, 5);
	char *checkpoint = call_text(call, 8), *root = text("%s/rootfs", shim->bundle), *reason = NULL;
	process->terminal = call_number(call, 4) != 0;
	if (*checkpoint != '\0')
		reason = text("this shim has no checkpoints");
	else if (!shim_root_mount(&call->request->payload, 3, root))
		reason = text("%s: %s", root, strerror(errno));
	else
		reason = shim_runtime_create(shim, process);
	if (reason == NULL) {
		shim->processes = process;
		read_configuration(shim);
		shim->group = memory_group(process->pid);
		shim->memory = shim->group != NULL ? memory_events_open(shim->group) : -1;
		put_pid(call, 1, process);
		publish_create(shim, process);
	} else {
		if (shim_runtime_has(shim))
			free(shim_runtime_run(shim, (char *[]){"delete", "--force", (char *)shim->id, NULL}));
		shim_root_unmount(root);
		shim_process_free(process);
		refuse(call, TTRPC_UNKNOWN, reason);
	}
	free(checkpoint);
	free(root);
}

void task_start(struct shim_call *call)
{
	struct shim *shim = call->shim;
	struct shim_process *process = call->process;
	const bool first = process == shim->processes;
	char *reason = NULL;
	if (process->status != SHIM_CREATED || (!first && process->pid != 0)) {
		refuse(call, TTRPC_PRECONDITION, text("the process was started before"));
		return;
	}
	reason = first ? shim_runtime_start(shim) : shim_runtime_exec(shim, process);
	if (reason != NULL) {
		refuse(call, TTRPC_UNKNOWN, reason);
		return;
	}
	process->status = SHIM_RUNNING;
	put_pid(call, 1, process);
	if (first)
		publish(shim, "/tasks/start", "containerd.events.TaskStart", "", process->pid);
	else
		publish(shim, "/tasks/exec-started", "containerd.events.TaskExecStarted", process->id, process->pid);
}

static void publish_delete(struct shim *shim, const struct shim_process *process)
{
	struct buffer message = {0};
	protobuf_text(&message, 1, shim->id);
	protobuf_number(&message, 2, (uint64_t)process->pid);
	protobuf_number(&message, 3, (uint64_t)process->exit_status);
	protobuf_time(&message, 4, &process->exited);
	shim_publish(&shim->events, "/tasks/delete", "containerd.events.TaskDelete", &message);
}

static void forget_container(struct shim *shim)
{
	char *root = text("%s/rootfs", shim->bundle);
	shim_root_unmount(root);
	free(root);
	while (shim->processes != NULL) {
		struct shim_process *process = shim->processes;
		shim->processes = process->next;
		shim_process_free(process);
	}
	shim_memory_close(shim);
	free(shim->group);
	shim->group = NULL;
}

void task_delete(struct shim_call *call)
{
	struct shim *shim = call->shim;
	struct shim_process *process = call->process;
	const bool first = process == shim->processes;
	// Its program has not run if it is only created.
	if (process->status != SHIM_STOPPED && process->pid != 0) {
		refuse(call, TTRPC_PRECONDITION, text("the process runs"));
		return;
	}
	char *reason = first ? shim_runtime_run(shim, (char *[]){"delete", (char *)shim->id, NULL}) : NULL;
	if (reason != NULL && shim_runtime_has(shim)) {
		refuse(call, TTRPC_UNKNOWN, reason);
		return;
	}
	free(reason);
	put_pid(call, 1, process);
	protobuf_number(&call->payload, 2, (uint64_t)process->exit_status);
	protobuf_time(&call->payload, 3, &process->exited);
	if (first) {
		publish_delete(shim, process);
		forget_container(shim);
		return;
	}
	struct shim_process **link = &shim->processes;
	while (*link != process)
		link = &(*link)->next;
	*link = process->next;
	shim_process_free(process);
}

void task_kill(struct shim_call *call)
{
	const struct shim_process *process = call->process;
	const int which = (int)call_number(call, 3);
	if (call_number(call, 4) != 0) { // all of the container's processes
		char *name = text("%d", which);
		char *reason = shim_runtime_run(call->shim, (char *[]){"kill", "--all", (char *)call->shim->id, name, NULL});
		free(name);
		if (reason != NULL)
			refuse(call, TTRPC_UNKNOWN, reason);
		return;
	}
	const bool runs = process->status != SHIM_STOPPED && process->pid != 0;
	const int reason = runs && kill(process->pid, which) == 0 ? 0 : runs ? errno : ESRCH;
	if (reason == ESRCH)
		refuse(call, TTRPC_NOT_FOUND, text("process already finished: not found"));
	else if (reason != 0)
		refuse(call, TTRPC_INVALID, text("signal %d: %s", which, strerror(reason)));
}

void task_exec(struct shim_call *call)
{
	struct shim *shim = call->shim;
	char *id = call_text(call, 2);
	if (shim->processes == NULL || shim->processes->status == SHIM_STOPPED)
		refuse(call, TTRPC_PRECONDITION, text("container %s does not run", shim->id));
	else if (*id == '\0')
		refuse(call, TTRPC_INVALID, text("the id of the process is missing"));
	else if (shim_find(shim, id) != NULL)
		refuse(call, TTRPC_EXISTS, text("process %s exists", id));
	if (call->status != TTRPC_OK) {
		free(id);
		return;
	}
	struct shim_process *process = shim_process_new(id, &call->request->payload, 4);
	process->terminal = call_number(call, 3) != 0;
	struct protobuf_reader reader = {.data = call->request->payload.data, .size = call->request->payload.size};
	struct protobuf_field field, part;
	while (protobuf_next(&reader, &field)) {
		struct protobuf_reader any = {.data = field.data, .size = field.size};
		while (field.number == 7 && protobuf_next(&any, &part))
			if (part.number == 2 && part.data != NULL && process->specification.size == 0)
				buffer_append(&process->specification, part.data, part.size);
	}
	process->next = shim->processes->next;
	shim->processes->next = process;
	publish(shim, "/tasks/exec-added", "containerd.events.TaskExecAdded", id, 0);
	free(id);
}

static void freeze(struct shim_call *call, char *command, enum shim_status status)
{
	char *reason = shim_runtime_run(call->shim, (char *[]){command, (char *)call->shim->id, NULL});
	if (reason != NULL)
		refuse(call, TTRPC_UNKNOWN, reason);
	else
		call->process->status = status;
}

void task_pause(struct shim_call *call)
{
	freeze(call, "pause", SHIM_PAUSED);
}

void task_resume(struct shim_call *call)
{
	freeze(call, "resume", SHIM_RUNNING);
}
