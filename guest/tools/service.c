// Requests to a metadata service, and what is done with the answers.
#include "provider.h"

#include "yaml.h"

#include <stdlib.h>
#include <string.h>

enum http_result service_get(const struct source *source, const char *path, struct buffer *body)
{
	struct http_request request = {
		.path = path, .header = source->header[0] != '\0' ? source->header : NULL, .limit = USER_DATA_LIMIT};
	return http_send(&source->server, &request, source->deadline, body);
}

bool service_answers(const struct source *source, const char *path)
{
	struct buffer body = {0};
	bool ok = service_get(source, path, &body) == HTTP_OK;
	buffer_free(&body);
	return ok;
}

void service_items(const struct source *source, const char *base, const struct item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buffer body = {0};
		char *path = text("%s%s", base, items[i].path);
		if (service_get(source, path, &body) == HTTP_OK)
			output_write(source->output, NULL, items[i].file, 0644, body.data, body.size);
		buffer_free(&body);
		free(path);
	}
}

void service_keys(const struct source *source, const char *path)
{
	struct buffer body = {0};
	if (service_get(source, path, &body) == HTTP_OK)
		output_keys(source->output, &body);
	buffer_free(&body);
}

void service_user_data(struct source *source, const char *path)
{
	service_get(source, path, &source->user_data);
}

void service_network(const struct source *source, const char *path, network_reader reader)
{
	struct buffer body = {0};
	if (service_get(source, path, &body) == HTTP_OK)
		network_text_take(reader, body.data, body.size);
	buffer_free(&body);
}

struct json *service_json(const struct source *source, const char *path)
{
	struct buffer body = {0};
	struct json *value = NULL;
	if (service_get(source, path, &body) == HTTP_OK)
		value = yaml_read(body.data, body.size);
	buffer_free(&body);
	return value;
}
