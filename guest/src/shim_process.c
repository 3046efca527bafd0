// The processes of a shim's container, and their ends.
#include "shim.h"
#include "memory.h"
#include "shim_runtime.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct shim_process *shim_process_new(const char *id, const struct buffer *request, unsigned field)
{
	struct shim_process *process = allocate(sizeof *process);
	*process = (struct shim_process){.id = copy_text(id), .status = SHIM_CREATED};
	const char *const nothing[3] = {"", "", ""};
	for (unsigned i = 0; i < COUNT(process->paths); i++)
		process->paths[i] = protobuf_find_text(request, field + i);
	(void)shim_streams_open(&process->streams, nothing, false);
	return process;
}

void shim_process_free(struct shim_process *process)
{
	shim_streams_close(&process->streams);
	for (size_t i = 0; i < COUNT(process->paths); i++)
		free(process->paths[i]);
	while (process->waits != NULL) {
		struct shim_wait *wait = process->waits;
		process->waits = wait->next;
		free(wait);
	}
	buffer_free(&process->specification);
	free(process->id);
	free(process);
}

struct shim_process *shim_find(const struct shim *shim, const char *id)
{
	for (struct shim_process *process = shim->processes; process != NULL; process = process->next)
		if (strcmp(process->id, id) == 0)
			return process;
	return NULL;
}

char *shim_group_file(const struct shim *shim, const char *name)
{
	return shim->group != NULL ? text("/sys/fs/cgroup%s/%s", shim->group, name) : NULL;
}

void shim_answer(int fd, uint32_t stream, enum ttrpc_status status, const char *reason, const struct buffer *payload)
{
	struct buffer frame = {0};
	ttrpc_response_write(&frame, stream, status, reason, payload);
	for (size_t done = 0; done < frame.size;) {
		ssize_t sent = send(fd, frame.data + done, frame.size - done, MSG_NOSIGNAL);
		if (sent <= 0)
			break; // containerd is gone, or does not read for as long as the socket waits
		done += (size_t)sent;
	}
	buffer_free(&frame);
}

static void answer_waits(struct shim_process *process)
{
	struct buffer payload = {0};
	protobuf_number(&payload, 1, (uint64_t)process->exit_status);
	protobuf_time(&payload, 2, &process->exited);
	while (process->waits != NULL) {
		struct shim_wait *wait = process->waits;
		process->waits = wait->next;
		shim_answer(wait->fd, wait->stream, TTRPC_OK, NULL, &payload);
		free(wait);
	}
	buffer_free(&payload);
}

// Kills what is left of the container: without a process namespace of its own, the kernel does not do
// that when the first process ends.
static void kill_rest(const struct shim *shim)
{
	char *file = shim_group_file(shim, "cgroup.kill");
	if (file == NULL || !write_file(file, "1"))
		free(shim_runtime_run(shim, (char *[]){"kill", "--all", (char *)shim->id, "KILL", NULL}));
	free(file);
}

static void publish_exit(struct shim *shim, const struct shim_process *process)
{
	struct buffer message = {0};
	protobuf_text(&message, 1, shim->id);
	protobuf_text(&message, 2, *process->id != '\0' ? process->id : shim->id);
	protobuf_number(&message, 3, (uint64_t)process->pid);
	protobuf_number(&message, 4, (uint64_t)process->exit_status);
	protobuf_time(&message, 5, &process->exited);
	shim_publish(&shim->events, "/tasks/exit", "containerd.events.TaskExit", &message);
}

void shim_memory_event(struct shim *shim)
{
	const unsigned long kills = memory_kills(shim->memory);
	struct buffer message = {0};
	if (kills > shim->memory_kills) {
		protobuf_text(&message, 1, shim->id);
		shim_publish(&shim->events, "/tasks/oom", "containerd.events.TaskOOM", &message);
	}
	shim->memory_kills = kills;
}

void shim_memory_close(struct shim *shim)
{
	if (shim->memory < 0)
		return;
	shim_memory_event(shim);
	close(shim->memory);
	shim->memory = -1;
}

void shim_child_ended(struct shim *shim, pid_t pid, int status)
{
	struct shim_process *process = shim->processes;
	while (process != NULL && (process->pid != pid || process->status == SHIM_STOPPED))
		process = process->next;
	if (process == NULL)
		return;
	if (process == shim->processes && shim->shares_processes)
		kill_rest(shim);
	if (process == shim->processes)
		shim_memory_close(shim);
	process->status = SHIM_STOPPED;
	process->exit_status = exit_status(status);
	clock_gettime(CLOCK_REALTIME, &process->exited);
	shim_streams_close(&process->streams);
	publish_exit(shim, process);
	answer_waits(process);
}

void shim_forget(struct shim *shim, int fd)
{
	for (struct shim_process *process = shim->processes; process != NULL; process = process->next)
		for (struct shim_wait **link = &process->waits; *link != NULL;) {
			struct shim_wait *wait = *link;
			if (wait->fd == fd) {
				*link = wait->next;
				free(wait);
			} else {
				link = &wait->next;
			}
		}
}
