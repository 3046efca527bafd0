// The calls of containerd that change nothing in a container, or only its streams.
#include "shim_call.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void task_state(struct shim_call *call)
{
	const struct shim_process *process = call->process;
	struct buffer *out = &call->payload;
	protobuf_text(out, 1, call->shim->id);
	protobuf_text(out, 2, call->shim->bundle);
	put_pid(call, 3, process);
	protobuf_number(out, 4, process->status);
	for (unsigned i = 0; i < COUNT(process->paths); i++)
		protobuf_text(out, 5 + i, process->paths[i]);
	protobuf_number(out, 8, process->terminal);
	protobuf_number(out, 9, (uint64_t)process->exit_status);
	protobuf_time(out, 10, &process->exited);
	protobuf_text(out, 11, process->id);
}

void task_wait(struct shim_call *call)
{
	struct shim_process *process = call->process;
	if (process->status == SHIM_STOPPED) {
		protobuf_number(&call->payload, 1, (uint64_t)process->exit_status);
		protobuf_time(&call->payload, 2, &process->exited);
		return;
	}
	struct shim_wait *wait = allocate(sizeof *wait);
	*wait = (struct shim_wait){.fd = call->fd, .stream = call->request->stream, .next = process->waits};
	process->waits = wait;
	call->later = true;
}

void task_connect(struct shim_call *call)
{
	protobuf_number(&call->payload, 1, (uint64_t)getpid());
	put_pid(call, 2, call->shim->processes);
}

void task_shutdown(struct shim_call *call)
{
	call->shim->ended = call->shim->processes == NULL;
}

void task_resize(struct shim_call *call)
{
	const struct winsize size = {.ws_col = (unsigned short)call_number(call, 3), .ws_row = (unsigned short)call_number(call, 4)};
	if (call->process->status == SHIM_STOPPED)
		return; // a window may change when its program has just ended
	if (call->process->streams.terminal < 0 || ioctl(call->process->streams.terminal, TIOCSWINSZ, &size) != 0)
		refuse(call, TTRPC_PRECONDITION, text("the process has no terminal"));
}

void task_close_input(struct shim_call *call)
{
	if (call_number(call, 3) != 0)
		shim_streams_end_input(&call->process->streams);
}

// The number of a file of the control group, 0 if there is none.
static uint64_t group_number(const struct shim *shim, const char *name)
{
	struct buffer content = {0};
	char *file = shim_group_file(shim, name);
	uint64_t value = 0;
	if (file != NULL && read_file(file, 4096, &content))
		value = strtoull(content.data + strcspn(content.data, "0123456789"), NULL, 10);
	buffer_free(&content);
	free(file);
	return value;
}

// Reports processes, memory and processor time, as io.containerd.cgroups.v2.Metrics has them.
void task_stats(struct shim_call *call)
{
	struct buffer metrics = {0}, processes = {0}, processor = {0}, memory = {0}, any = {0};
	protobuf_number(&processes, 1, group_number(call->shim, "pids.current"));
	protobuf_number(&processor, 1, group_number(call->shim, "cpu.stat")); // begins with usage_usec
	protobuf_number(&memory, 32, group_number(call->shim, "memory.current"));
	protobuf_bytes(&metrics, 1, processes.data, processes.size);
	protobuf_bytes(&metrics, 2, processor.data, processor.size);
	protobuf_bytes(&metrics, 4, memory.data, memory.size);
	protobuf_text(&any, 1, "io.containerd.cgroups.v2.Metrics");
	protobuf_bytes(&any, 2, metrics.data, metrics.size);
	protobuf_bytes(&call->payload, 1, any.data, any.size);
	buffer_free(&processes);
	buffer_free(&processor);
	buffer_free(&memory);
	buffer_free(&metrics);
	buffer_free(&any);
}

static void put_process(struct shim_call *call, uint64_t pid)
{
	struct buffer process = {0};
	protobuf_number(&process, 1, pid);
	protobuf_bytes(&call->payload, 1, process.data, process.size);
	buffer_free(&process);
}

// Lists the processes of the control group, or at least those that the shim knows: a container without any
// is taken for dead when containerd was restarted.
void task_pids(struct shim_call *call)
{
	struct buffer content = {0};
	char *file = shim_group_file(call->shim, "cgroup.procs");
	char *position = NULL;
	if (file != NULL && read_file(file, 1 << 20, &content))
		for (char *line = strtok_r(content.data, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position))
			put_process(call, strtoull(line, NULL, 10));
	const bool unknown = call->payload.size == 0;
	for (const struct shim_process *known = call->shim->processes; known != NULL && unknown; known = known->next)
		if (known->pid != 0 && known->status != SHIM_STOPPED)
			put_process(call, (uint64_t)known->pid);
	buffer_free(&content);
	free(file);
}
