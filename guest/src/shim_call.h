// One call of containerd's task service while it is being answered.
#pragma once

#include "shim.h"

struct shim_call {
	struct shim *shim;
	const struct ttrpc_request *request;
	int fd;
	struct shim_process *process; // that it names, or NULL
	struct buffer payload;        // of the answer
	enum ttrpc_status status;
	char *reason; // of another status than TTRPC_OK
	bool later;   // the answer comes when the process ends
};

// Makes the answer a refusal. Frees the reason with the call.
void refuse(struct shim_call *call, enum ttrpc_status status, char *reason);
// Return a field of the request.
uint64_t call_number(const struct shim_call *call, unsigned field);
char *call_text(const struct shim_call *call, unsigned field); // to be freed by the caller
// Adds the number of a process, if there is one, to the answer.
void put_pid(struct shim_call *call, unsigned field, const struct shim_process *process);

// The calls that change the container or its processes.
void task_create(struct shim_call *call);
void task_start(struct shim_call *call);
void task_delete(struct shim_call *call);
void task_exec(struct shim_call *call);
void task_kill(struct shim_call *call);
void task_pause(struct shim_call *call);
void task_resume(struct shim_call *call);

// The others.
void task_state(struct shim_call *call);
void task_pids(struct shim_call *call);
void task_stats(struct shim_call *call);
void task_wait(struct shim_call *call);
void task_connect(struct shim_call *call);
void task_resize(struct shim_call *call);
void task_close_input(struct shim_call *call);
void task_shutdown(struct shim_call *call);
