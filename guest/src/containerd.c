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
#define RUNTIME "io.containerd.runc.v2"
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
	if (!good)
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

bool containerd_create(const struct containerd *containerd, const char *id, const struct buffer *specification)
{
	struct buffer runtime = {0}, any = {0}, container = {0}, request = {0};
	protobuf_text(&runtime, 1, RUNTIME);
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

bool containerd_end_task(const struct containerd *containerd, const char *id)
{
	struct buffer kill = request_for(id), wait = request_for(id), delete = request_for(id);
	int status;
	protobuf_number(&kill, 3, SIGKILL);
	bool good = call(containerd, TASKS "Kill", &kill, NULL, NOT_FOUND, &status);
	// A task that has ended already is "not found", too, and need not be waited for.
	if (good && status == 0)
		good = call(containerd, TASKS "Wait", &wait, NULL, NOT_FOUND, NULL);
	buffer_free(&wait);
	return call(containerd, TASKS "Delete", &delete, NULL, NOT_FOUND, NULL) && good;
}
