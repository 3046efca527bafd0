#include "containerd.h"
#include "protobuf.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CONTAINERS "/containerd.services.containers.v1.Containers/"
#define TASKS "/containerd.services.tasks.v1.Tasks/"
#define PROCESS_TYPE "types.containerd.io/opencontainers/runtime-spec/1/Process"
#define SPECIFICATION_TYPE "types.containerd.io/opencontainers/runtime-spec/1/Spec"

#define NOT_FOUND 5  // gRPC status
#define TIMEOUT_SECONDS 120 // of waiting for data from containerd

bool containerd_connect(struct http2 *connection, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
	    http2_open(connection, fd))
		return true;
	int reason = errno;
	if (fd >= 0)
		close(fd);
	errno = reason;
	return false;
}

void containerd_disconnect(struct http2 *connection)
{
	close(connection->fd);
}

// Makes a call and frees the request. Returns false after reporting why, unless the status is 0 or
// the accepted one.
static bool call(const struct containerd *containerd, const char *method, struct buffer *request, struct buffer *message,
		 int accepted, int *status)
{
	struct grpc_response response;
	http2_call(containerd->connection, method, containerd->namespace, request, &response);
	bool good = response.status == 0 || response.status == accepted;
	if (status != NULL)
		*status = response.status;
	if (!good && !(containerd->connection->broken && containerd->connection->watched))
		say("containerd: %s: %s (status %d)", strrchr(method, '/') + 1,
		    response.reason != NULL ? response.reason : "no reason given", response.status);
	if (good && message != NULL)
		buffer_append(message, response.message.data, response.message.size);
	grpc_response_free(&response);
	buffer_free(request);
	return good;
}

bool containerd_list(const struct containerd *containerd, struct strings *names)
{
	struct buffer request = {0}, response = {0};
	if (!call(containerd, CONTAINERS "List", &request, &response, 0, NULL))
		return false;
	struct protobuf_reader list = {.data = response.data, .size = response.size};
	struct protobuf_field container, field;
	while (protobuf_next(&list, &container)) {
		struct protobuf_reader reader = {.data = container.data, .size = container.size};
		while (container.number == 1 && protobuf_next(&reader, &field))
			if (field.number == 1 && field.data != NULL) {
				char *id = strndup(field.data, field.size);
				if (id != NULL)
					strings_add(names, id);
				free(id);
			}
	}
	buffer_free(&response);
	return true;
}

bool containerd_create(const struct containerd *containerd, const char *id, const char *name,
		       const struct buffer *specification)
{
	struct buffer runtime = {0}, any = {0}, container = {0}, request = {0};
	protobuf_text(&runtime, 1, name);
	protobuf_text(&any, 1, SPECIFICATION_TYPE);
	protobuf_bytes(&any, 2, specification->data, specification->size);
	protobuf_text(&container, 1, id);
	protobuf_bytes(&container, 4, runtime.data, runtime.size);
	protobuf_bytes(&container, 5, any.data, any.size);
	protobuf_bytes(&request, 1, container.data, container.size);
	buffer_free(&runtime);
	buffer_free(&any);
	buffer_free(&container);
	return call(containerd, CONTAINERS "Create", &request, NULL, 0, NULL);
}

// Returns a request whose first field is the container's id, as in all requests below.
static struct buffer request_for(const char *id)
{
	struct buffer request = {0};
	protobuf_text(&request, 1, id);
	return request;
}

bool containerd_delete(const struct containerd *containerd, const char *id)
{
	struct buffer request = request_for(id);
	return call(containerd, CONTAINERS "Delete", &request, NULL, 0, NULL);
}

bool containerd_create_task(const struct containerd *containerd, const char *id, const char *out, const char *err,
			    pid_t *pid)
{
	struct buffer request = request_for(id), response = {0};
	protobuf_text(&request, 4, "/dev/null");
	protobuf_text(&request, 5, out);
	protobuf_text(&request, 6, err);
	if (!call(containerd, TASKS "Create", &request, &response, 0, NULL))
		return false;
	*pid = (pid_t)protobuf_find_number(&response, 2);
	buffer_free(&response);
	return true;
}

bool containerd_start_task(const struct containerd *containerd, const char *id)
{
	struct buffer request = request_for(id);
	return call(containerd, TASKS "Start", &request, NULL, 0, NULL);
}

// Makes a call and reads an exit status from its response; the status stays as it is if there is no
// such task.
static bool call_for_status(const struct containerd *containerd, const char *method, struct buffer *request,
			    unsigned number, int *exit_status)
{
	struct buffer response = {0};
	int status;
	bool good = call(containerd, method, request, &response, NOT_FOUND, &status);
	if (good && status == 0)
		*exit_status = (int)(uint32_t)protobuf_find_number(&response, number);
	buffer_free(&response);
	return good;
}

bool containerd_collect_task(const struct containerd *containerd, const char *id, int *exit_status)
{
	struct buffer wait = request_for(id), delete = request_for(id);
	*exit_status = -1;
	// The process has ended, but the shim may not have noticed yet: only then can the task be deleted.
	bool good = call_for_status(containerd, TASKS "Wait", &wait, 1, exit_status);
	if (!good) {
		buffer_free(&delete);
		return false;
	}
	return call(containerd, TASKS "Delete", &delete, NULL, NOT_FOUND, NULL);
}

bool containerd_end_task(const struct containerd *containerd, const char *id)
{
	struct buffer kill = request_for(id);
	int status, exit_status;
	protobuf_number(&kill, 3, SIGKILL);
	// A task that has ended already is "not found", too.
	return call(containerd, TASKS "Kill", &kill, NULL, NOT_FOUND, &status) &&
	       containerd_collect_task(containerd, id, &exit_status);
}

bool containerd_task_pid(const struct containerd *containerd, const char *id, pid_t *pid)
{
	struct buffer request = request_for(id), response = {0};
	int status;
	*pid = 0;
	if (!call(containerd, TASKS "Get", &request, &response, NOT_FOUND, &status))
		return false;
	struct protobuf_reader reader = {.data = response.data, .size = response.size};
	struct protobuf_field field;
	while (status == 0 && protobuf_next(&reader, &field))
		if (field.number == 1 && field.data != NULL) {
			struct buffer process = {.data = (char *)field.data, .size = field.size};
			*pid = (pid_t)protobuf_find_number(&process, 3);
		}
	buffer_free(&response);
	return true;
}

bool containerd_has(const struct containerd *containerd, const char *id, bool *has)
{
	struct buffer request = request_for(id);
	int status;
	bool good = call(containerd, CONTAINERS "Get", &request, NULL, NOT_FOUND, &status);
	*has = good && status == 0;
	return good;
}

// Returns a request for a further process of a container's task.
static struct buffer request_for_process(const char *id, unsigned field, const char *process)
{
	struct buffer request = request_for(id);
	protobuf_text(&request, field, process);
	return request;
}

bool containerd_run(const struct containerd *containerd, const char *id, const char *process,
		    const struct buffer *specification, int *exit_status)
{
	struct buffer any = {0}, exec = request_for(id), start = request_for_process(id, 2, process);
	struct buffer wait = request_for_process(id, 2, process), delete = request_for_process(id, 2, process);
	*exit_status = -1;
	protobuf_text(&any, 1, PROCESS_TYPE);
	protobuf_bytes(&any, 2, specification->data, specification->size);
	protobuf_text(&exec, 2, "/dev/null");
	protobuf_text(&exec, 3, "/dev/null");
	protobuf_text(&exec, 4, "/dev/null");
	protobuf_bytes(&exec, 6, any.data, any.size);
	protobuf_text(&exec, 7, process);
	buffer_free(&any);
	bool made = call(containerd, TASKS "Exec", &exec, NULL, 0, NULL);
	bool done = made && call(containerd, TASKS "Start", &start, NULL, 0, NULL) &&
		    call_for_status(containerd, TASKS "Wait", &wait, 1, exit_status);
	if (made)
		(void)call(containerd, TASKS "DeleteProcess", &delete, NULL, NOT_FOUND, NULL);
	else
		buffer_free(&delete);
	buffer_free(&start);
	buffer_free(&wait);
	return done;
}
