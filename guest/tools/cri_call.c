#include "cri.h"

#include "containerd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct http2 connection;

void cri_connect(void)
{
	if (!containerd_connect(&connection, CRI_SOCKET))
		fatal(CRI_SOCKET ": %s", strerror(errno));
}

struct buffer cri_call(const char *method, struct buffer *request)
{
	const char *service = strstr(method, "Image") != NULL ? "ImageService" : "RuntimeService";
	char *path = text("/runtime.v1.%s/%s", service, method);
	struct grpc_response response;
	struct buffer message = {0};
	http2_call(&connection, path, "k8s.io", request, &response);
	if (response.status != 0)
		fatal("%s: %s (status %d)", method, response.reason != NULL ? response.reason : "no reason given",
		      response.status);
	buffer_append(&message, response.message.data, response.message.size);
	grpc_response_free(&response);
	buffer_free(request);
	free(path);
	return message;
}

struct buffer cri_field(const struct buffer *message, const unsigned *path)
{
	struct buffer found = *message;
	for (; *path != 0; path++) {
		struct protobuf_reader reader = {.data = found.data, .size = found.size};
		struct protobuf_field field;
		found = (struct buffer){0};
		while (protobuf_next(&reader, &field))
			if (field.number == *path && field.data != NULL)
				found = (struct buffer){.data = (char *)field.data, .size = field.size};
	}
	return found;
}

char *cri_text(const struct buffer *message, const unsigned *path)
{
	struct buffer field = cri_field(message, path);
	return text("%.*s", (int)field.size, field.size > 0 ? field.data : "");
}

void cri_each(const struct buffer *message, void (*function)(const struct buffer *entry))
{
	struct protobuf_reader reader = {.data = message->data, .size = message->size};
	struct protobuf_field field;
	while (protobuf_next(&reader, &field))
		if (field.number == 1 && field.data != NULL)
			function(&(struct buffer){.data = (char *)field.data, .size = field.size});
}

// Returns the id of the first entry of a list, the newest one, with a name in the field `name` that belongs to
// `pod`, unless that is NULL, and is not down if its state, in the field `state`, has to be 0.
static char *find(const struct buffer *list, const char *name, unsigned number, const char *pod, unsigned state)
{
	struct protobuf_reader reader = {.data = list->data, .size = list->size};
	struct protobuf_field field;
	char *id = NULL;
	while (id == NULL && protobuf_next(&reader, &field)) {
		struct buffer entry = {.data = (char *)field.data, .size = field.size};
		char *has = cri_text(&entry, (const unsigned[]){number, 1, 0});
		char *of = cri_text(&entry, (const unsigned[]){2, 0});
		if (field.number == 1 && strcmp(has, name) == 0 && (pod == NULL || strcmp(of, pod) == 0) &&
		    (state == 0 || protobuf_find_number(&entry, state) == 0))
			id = cri_text(&entry, (const unsigned[]){1, 0});
		free(has);
		free(of);
	}
	return id;
}

char *cri_pod(const char *name)
{
	struct buffer request = {0}, list = cri_call("ListPodSandbox", &request);
	char *id = find(&list, name, 2, NULL, 3);
	buffer_free(&list);
	if (id == NULL)
		fatal("there is no pod %s", name);
	return id;
}

char *cri_container(const char *pod, const char *name)
{
	char *of = cri_pod(pod);
	struct buffer request = {0}, list = cri_call("ListContainers", &request);
	char *id = find(&list, name, 3, of, 0);
	buffer_free(&list);
	free(of);
	if (id == NULL)
		fatal("the pod %s has no container %s", pod, name);
	return id;
}

void cri_add_message(struct buffer *request, unsigned field, struct buffer *message)
{
	protobuf_bytes(request, field, message->data, message->size);
	buffer_free(message);
}

void cri_add_pod(struct buffer *request, unsigned field, const char *name)
{
	struct buffer pod = {0}, metadata = {0}, linux = {0};
	char *logs = text(CRI_LOGS "/%s", name);
	protobuf_text(&metadata, 1, name);
	protobuf_text(&metadata, 2, name);
	protobuf_text(&metadata, 3, "default");
	cri_add_message(&pod, 1, &metadata);
	protobuf_text(&pod, 2, name);
	protobuf_text(&pod, 3, logs);
	cri_add_message(&pod, 8, &linux);
	cri_add_message(request, field, &pod);
	free(logs);
}
