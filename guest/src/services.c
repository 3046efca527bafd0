// Starts and stops single services in containerd.
#include "bundle.h"
#include "containerd.h"
#include "guest.h"
#include "logs.h"
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIMIT (16 << 20)

// Appends a path as a JSON string.
static void quote(struct buffer *out, const char *path)
{
	buffer_text(out, "\"");
	for (const char *c = path; *c != '\0'; c++) {
		char escaped[8];
		snprintf(escaped, sizeof escaped, (unsigned char)*c < 0x20 ? "\\u%04x" : *c == '"' || *c == '\\' ? "\\%c" : "%c",
			 *c);
		buffer_text(out, escaped);
	}
	buffer_text(out, "\"");
}

// Reads config.json and makes root.path absolute; every other byte is kept. Returns false after
// reporting why on failure.
static bool read_specification(const char *bundle, struct buffer *out)
{
	char *file = text("%s/config.json", bundle), *root = text("%s/rootfs", bundle);
	struct buffer content = {0};
	size_t where = 0;
	struct json *whole = NULL;
	const struct json *path = NULL;
	if (!read_file(file, LIMIT, &content)) {
		say_errno("%s", file);
	} else {
		whole = json_read(content.data, content.size, &where);
		path = json_member(json_member(whole, "root"), "path");
		if (whole == NULL)
			say("%s: not JSON (byte %zu)", file, where);
		else if (path == NULL)
			say("%s: root.path is missing", file);
	}
	if (path != NULL) {
		buffer_append(out, content.data, path->start);
		quote(out, root);
		buffer_append(out, content.data + path->end, content.size - path->end);
	}
	bool done = path != NULL;
	json_free(whole);
	buffer_free(&content);
	free(root);
	free(file);
	return done;
}

static bool dump(const char *path, const struct buffer *specification)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd >= 0 && write_all(fd, specification->data, specification->size);
	if (!done)
		say_errno("%s", path);
	if (fd >= 0)
		close(fd);
	return done;
}

static bool run_task(const struct containerd *containerd, const struct bundle *bundle, const char *name)
{
	struct logs logs;
	logs_open(&logs, "/var/log");
	char *stream = text("%s.out", name), *out = logs_path(&logs, stream), *err = logs_path(&logs, name);
	pid_t pid = 0;
	bool done = containerd_create_task(containerd, name, out, err, &pid) && bundle_after_create(bundle, pid) &&
		    containerd_start_task(containerd, name);
	free(stream);
	free(out);
	free(err);
	return done;
}

// Selects the namespace of the bundle, or else that of the options. Valid as long as both are.
static struct containerd namespace_of(struct http2 *connection, const struct service_options *options,
				       const struct bundle *bundle)
{
	const char *wanted = json_string(bundle->runtime, "namespace");
	bool own = wanted != NULL && *wanted != '\0';
	return (struct containerd){.connection = connection, .namespace = own ? wanted : options->namespace};
}

bool start_service(struct http2 *connection, const struct service_options *options, const char *name)
{
	char *path = text("%s/%s", options->root, name);
	struct bundle bundle;
	bundle_open(&bundle, path);
	struct buffer specification = {0};
	struct containerd containerd = namespace_of(connection, options, &bundle);
	// Create the container first: this fails if one of that name runs, whose files must not be mounted over.
	chart_begin("service", name);
	bool done = read_specification(path, &specification) &&
		    (options->dump == NULL || dump(options->dump, &specification)) &&
		    containerd_create(&containerd, name, &specification) && bundle_before_create(&bundle) &&
		    run_task(&containerd, &bundle, name);
	chart_end("service", name);
	if (!done)
		say("cannot start service %s", name);
	buffer_free(&specification);
	bundle_close(&bundle);
	free(path);
	return done;
}

bool stop_service(struct http2 *connection, const struct service_options *options, const char *name)
{
	char *path = text("%s/%s", options->root, name);
	struct bundle bundle;
	bundle_open(&bundle, path);
	struct containerd containerd = namespace_of(connection, options, &bundle);
	bool done = containerd_end_task(&containerd, name) && containerd_delete(&containerd, name);
	if (done)
		bundle_unmount(&bundle);
	bundle_close(&bundle);
	free(path);
	return done;
}
