// Shows and runs pods on a node of Kubernetes, by the interface that kubelet uses.
#include "cri.h"
#include "tools.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_LIMIT (64 << 20)
#define EXEC_SECONDS 60

static void print(const struct buffer *message, const unsigned *path, const char *after)
{
	char *value = cri_text(message, path);
	make_printable(value, strlen(value));
	printf("%s%s", value, after);
	free(value);
}

static int version(char **arguments)
{
	struct buffer request = {0}, message = cri_call("Version", &request);
	(void)arguments;
	print(&message, (const unsigned[]){2, 0}, " ");
	print(&message, (const unsigned[]){3, 0}, "\n");
	buffer_free(&message);
	return 0;
}

static void print_condition(const struct buffer *condition)
{
	print(condition, (const unsigned[]){1, 0}, protobuf_find_number(condition, 2) != 0 ? ": yes\n" : ": no\n");
	struct buffer message = cri_field(condition, (const unsigned[]){4, 0});
	if (message.size > 0)
		print(condition, (const unsigned[]){4, 0}, "\n");
}

static int status(char **arguments)
{
	struct buffer request = {0}, message = cri_call("Status", &request);
	struct buffer conditions = cri_field(&message, (const unsigned[]){1, 0});
	(void)arguments;
	cri_each(&conditions, print_condition);
	buffer_free(&message);
	return 0;
}

static void print_image(const struct buffer *image)
{
	struct protobuf_reader reader = {.data = image->data, .size = image->size};
	struct protobuf_field field;
	while (protobuf_next(&reader, &field))
		if (field.number == 2 && field.data != NULL) {
			struct buffer tag = {.data = (char *)field.data, .size = field.size};
			print(&tag, (const unsigned[]){0}, "\n");
		}
}

static int images(char **arguments)
{
	struct buffer request = {0}, message = cri_call("ListImages", &request);
	(void)arguments;
	cri_each(&message, print_image);
	buffer_free(&message);
	return 0;
}

static void print_pod(const struct buffer *pod)
{
	print(pod, (const unsigned[]){1, 0}, protobuf_find_number(pod, 3) == 0 ? " ready " : " down  ");
	print(pod, (const unsigned[]){2, 3, 0}, "/");
	print(pod, (const unsigned[]){2, 1, 0}, "\n");
}

static int pods(char **arguments)
{
	struct buffer request = {0}, message = cri_call("ListPodSandbox", &request);
	(void)arguments;
	cri_each(&message, print_pod);
	buffer_free(&message);
	return 0;
}

static void print_container(const struct buffer *container)
{
	static const char *const states[] = {" created ", " running ", " exited  "};
	const uint64_t state = protobuf_find_number(container, 6);
	print(container, (const unsigned[]){1, 0}, state < COUNT(states) ? states[state] : " unknown ");
	print(container, (const unsigned[]){3, 1, 0}, "\n");
}

static int containers(char **arguments)
{
	struct buffer request = {0}, message = cri_call("ListContainers", &request);
	(void)arguments;
	cri_each(&message, print_container);
	buffer_free(&message);
	return 0;
}

static int pod(char **arguments)
{
	struct buffer request = {0};
	cri_add_pod(&request, 1, arguments[0]);
	struct buffer message = cri_call("RunPodSandbox", &request);
	print(&message, (const unsigned[]){1, 0}, "\n");
	buffer_free(&message);
	return 0;
}

// Makes a call whose request is the id of a pod or a container, which is freed.
static struct buffer call_by_id(const char *method, char *id)
{
	struct buffer request = {0};
	protobuf_text(&request, 1, id);
	free(id);
	return cri_call(method, &request);
}

static int address(char **arguments)
{
	struct buffer message = call_by_id("PodSandboxStatus", cri_pod(arguments[0]));
	print(&message, (const unsigned[]){1, 5, 1, 0}, "\n");
	buffer_free(&message);
	return 0;
}

static int run(char **arguments)
{
	struct buffer request = {0}, config = {0}, metadata = {0}, image = {0}, linux = {0};
	char *id = cri_pod(arguments[0]), *log = text("%s.log", arguments[1]);
	protobuf_text(&request, 1, id);
	protobuf_text(&metadata, 1, arguments[1]);
	cri_add_message(&config, 1, &metadata);
	protobuf_text(&image, 1, arguments[2]);
	cri_add_message(&config, 2, &image);
	for (char **word = arguments + 3; *word != NULL; word++)
		protobuf_bytes(&config, 3, *word, strlen(*word));
	protobuf_text(&config, 11, log);
	cri_add_message(&config, 15, &linux);
	cri_add_message(&request, 2, &config);
	cri_add_pod(&request, 3, arguments[0]);
	free(id);
	free(log);
	struct buffer created = cri_call("CreateContainer", &request);
	print(&created, (const unsigned[]){1, 0}, "\n");
	struct buffer started = call_by_id("StartContainer", cri_text(&created, (const unsigned[]){1, 0}));
	buffer_free(&created);
	buffer_free(&started);
	return 0;
}

static int execute(char **arguments)
{
	struct buffer request = {0};
	char *id = cri_container(arguments[0], arguments[1]);
	protobuf_text(&request, 1, id);
	for (char **word = arguments + 2; *word != NULL; word++)
		protobuf_bytes(&request, 2, *word, strlen(*word));
	protobuf_number(&request, 3, EXEC_SECONDS);
	free(id);
	struct buffer message = cri_call("ExecSync", &request);
	struct buffer out = cri_field(&message, (const unsigned[]){1, 0});
	struct buffer err = cri_field(&message, (const unsigned[]){2, 0});
	bool shown = write_all(STDOUT_FILENO, out.data, out.size) && write_all(STDERR_FILENO, err.data, err.size);
	int result = (int)protobuf_find_number(&message, 3);
	buffer_free(&message);
	return shown ? result : 1;
}

// Prints the lines of a log without the time, the stream and the mark of parts in front of them.
static void print_log(char *log)
{
	for (char *line = log; *line != '\0';) {
		char *end = strchrnul(line, '\n');
		char *next = *end != '\0' ? end + 1 : end, *words = line;
		bool part = false;
		*end = '\0';
		for (int i = 0; i < 3 && strchr(words, ' ') != NULL; i++) {
			part = starts_with(words, "P ");
			words = strchr(words, ' ') + 1;
		}
		printf("%s%s", words, part ? "" : "\n");
		line = next;
	}
}

static int logs(char **arguments)
{
	struct buffer message = call_by_id("ContainerStatus", cri_container(arguments[0], arguments[1])), log = {0};
	char *path = cri_text(&message, (const unsigned[]){1, 15, 0});
	if (!read_file(path, LOG_LIMIT, &log))
		fatal("%s: %s", path, strerror(errno));
	print_log(log.size > 0 ? log.data : "");
	buffer_free(&message);
	buffer_free(&log);
	free(path);
	return 0;
}

static int stop(char **arguments)
{
	char *id = cri_pod(arguments[0]);
	struct buffer stopped = call_by_id("StopPodSandbox", copy_text(id));
	struct buffer removed = call_by_id("RemovePodSandbox", id);
	buffer_free(&stopped);
	buffer_free(&removed);
	return 0;
}

static const struct {
	const char *name, *usage;
	int least, most; // arguments
	int (*run)(char **arguments);
} commands[] = {
	{"version", "", 0, 0, version},
	{"status", "", 0, 0, status},
	{"images", "", 0, 0, images},
	{"pods", "", 0, 0, pods},
	{"containers", "", 0, 0, containers},
	{"pod", " POD", 1, 1, pod},
	{"address", " POD", 1, 1, address},
	{"run", " POD CONTAINER IMAGE [COMMAND…]", 3, 1000, run},
	{"exec", " POD CONTAINER COMMAND…", 3, 1000, execute},
	{"logs", " POD CONTAINER", 2, 2, logs},
	{"stop", " POD", 1, 1, stop},
};

int cri_main(int count, char **arguments)
{
	for (size_t i = 0; count >= 2 && i < COUNT(commands); i++)
		if (strcmp(arguments[1], commands[i].name) == 0 && count - 2 >= commands[i].least &&
		    count - 2 <= commands[i].most) {
			cri_connect();
			return commands[i].run(arguments + 2);
		}
	for (size_t i = 0; i < COUNT(commands); i++)
		say("usage: %s %s%s", program_name, commands[i].name, commands[i].usage);
	return 1;
}
