// containerd's task service, version 2.
#include "shim_call.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	void (*answer)(struct shim_call *call);
	int process; // the field that names a process of the container, which must exist; -1: the first one; 0: none
} methods[] = {
	{"CloseIO", task_close_input, 2}, {"Connect", task_connect, 0}, {"Create", task_create, 0},
	{"Delete", task_delete, 2},       {"Exec", task_exec, 0},       {"Kill", task_kill, 2},
	{"Pause", task_pause, -1},        {"Pids", task_pids, -1},      {"ResizePty", task_resize, 2},
	{"Resume", task_resume, -1},      {"Shutdown", task_shutdown, 0}, {"Start", task_start, 2},
	{"State", task_state, 2},         {"Stats", task_stats, -1},    {"Wait", task_wait, 2},
};

static void find_process(struct shim_call *call, int field)
{
	char *id = field > 0 ? call_text(call, (unsigned)field) : copy_text("");
	call->process = shim_find(call->shim, id);
	if (call->process == NULL)
		refuse(call, TTRPC_NOT_FOUND,
		       *id != '\0' ? text("process %s: not found", id) : text("container %s: not found", call->shim->id));
	free(id);
}

static void answer(struct shim_call *call)
{
	const struct ttrpc_request *request = call->request;
	for (size_t i = 0; i < COUNT(methods); i++)
		if (strcmp(request->service, "containerd.task.v2.Task") == 0 && strcmp(request->method, methods[i].name) == 0) {
			if (methods[i].process != 0)
				find_process(call, methods[i].process);
			if (call->status == TTRPC_OK)
				methods[i].answer(call);
			return;
		}
	refuse(call, TTRPC_UNIMPLEMENTED, text("this shim has no %s/%s", request->service, request->method));
}

void shim_call(struct shim *shim, int fd, const struct ttrpc_request *request)
{
	struct shim_call call = {.shim = shim, .request = request, .fd = fd};
	answer(&call);
	if (!call.later)
		shim_answer(fd, request->stream, call.status, call.reason, &call.payload);
	buffer_free(&call.payload);
	free(call.reason);
}
