#include "shim_call.h"

#include <stdlib.h>
#include <string.h>

void refuse(struct shim_call *call, enum ttrpc_status status, char *reason)
{
	call->status = status;
	free(call->reason);
	call->reason = reason;
}

uint64_t call_number(const struct shim_call *call, unsigned field)
{
	return protobuf_find_number(&call->request->payload, field);
}

char *call_text(const struct shim_call *call, unsigned field)
{
	return protobuf_find_text(&call->request->payload, field);
}

void put_pid(struct shim_call *call, unsigned field, const struct shim_process *process)
{
	if (process != NULL)
		protobuf_number(&call->payload, field, (uint64_t)process->pid);
}
