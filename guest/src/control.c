#include "control.h"
#include "lifecycle.h"
#include "report.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NOT_RUNNING 3 // exit status of `status`, as service managers have it

struct client {
	int fd;
	struct buffer input;
	struct strings words; // of a request that is not yet fulfilled
	struct client *next;
};

bool control_open(struct control *control, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	*control = (struct control){.socket = -1};
	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	(void)unlink(path);
	control->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t mask = umask(0177);
	bool bound = control->socket >= 0 && bind(control->socket, (struct sockaddr *)&address, sizeof address) == 0 &&
		     listen(control->socket, 16) == 0;
	umask(mask);
	return bound;
}

void control_accept(struct control *control)
{
	int fd = accept4(control->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	struct client *client = allocate(sizeof *client);
	*client = (struct client){.fd = fd, .next = control->clients};
	control->clients = client;
}

size_t control_descriptors(const struct control *control, int *descriptors, size_t limit)
{
	size_t count = 0;
	for (const struct client *client = control->clients; client != NULL && count < limit; client = client->next)
		descriptors[count++] = client->fd;
	return count;
}

static void drop(struct control *control, struct client *client)
{
	struct client **link = &control->clients;
	while (*link != client)
		link = &(*link)->next;
	*link = client->next;
	(void)shutdown(client->fd, SHUT_RDWR); // a worker may have a copy of the descriptor
	close(client->fd);
	buffer_free(&client->input);
	strings_free(&client->words);
	free(client);
}

// Replies and forgets the client.
static void reply(struct control *control, struct client *client, int status, const char *content)
{
	char *whole = text("%d%d%s", status, status == 1 ? 2 : 1, content);
	(void)send(client->fd, whole, strlen(whole), MSG_NOSIGNAL);
	free(whole);
	drop(control, client);
}

static void show(const struct supervisor *supervisor, struct control *control, struct client *client)
{
	struct buffer out = {0};
	buffer_append(&out, "", 0);
	int status = 0;
	if (client->words.count == 1)
		table_list(supervisor, &out);
	for (size_t i = 1; i < client->words.count; i++) {
		const struct supervised *service = find_service(supervisor, client->words.items[i]);
		if (service->state != RUNNING)
			status = NOT_RUNNING;
		table_status(service, &out);
	}
	reply(control, client, status, out.data);
	buffer_free(&out);
}

// Begins to shut down: "shutdown" and the seconds that it may take, the last one of them for what is
// killed.
static void begin_shutdown(struct supervisor *supervisor, const struct strings *words)
{
	const long seconds = words->count > 1 ? strtol(words->items[1], NULL, 10) : 0;
	const int64_t by = now_milliseconds() + (seconds > 0 && seconds < 86400 ? seconds - 1 : 29) * 1000;
	supervisor->shut_by = supervisor->shutting && supervisor->shut_by < by ? supervisor->shut_by : by;
	supervisor->shutting = true;
}

// Carries out a request for services by name. Returns why it cannot, or NULL; to be freed by the caller.
static char *order(struct supervisor *supervisor, const struct strings *words)
{
	const char *command = words->items[0];
	const bool start = strcmp(command, "start") == 0, again = strcmp(command, "restart") == 0;
	for (size_t i = 1; i < words->count; i++) {
		struct supervised *service = find_service(supervisor, words->items[i]);
		const bool stopped = service->state == FAILED || service->state == STOPPED;
		if (start || (again && stopped)) {
			if (!lifecycle_start(service))
				return text("%s already runs\n", service->name);
		} else if (!lifecycle_stop(service, again)) {
			return text("%s does not run\n", service->name);
		}
	}
	return NULL;
}

static void begin(struct supervisor *supervisor, struct control *control, struct client *client)
{
	static const char *const commands[] = {"start", "stop", "restart"};
	const struct strings *words = &client->words;
	const char *command = words->count > 0 ? words->items[0] : "";
	if (strcmp(command, "shutdown") == 0) {
		begin_shutdown(supervisor, words);
		return; // control_tick replies
	}
	if (strcmp(command, CONTROL_BOOT) == 0) {
		supervisor->called = true;
		return; // control_tick replies
	}
	for (size_t i = 1; i < words->count; i++)
		if (find_service(supervisor, words->items[i]) == NULL) {
			char *reason = text("there is no service %s\n", words->items[i]);
			reply(control, client, 1, reason);
			free(reason);
			return;
		}
	if (strcmp(command, "ls") == 0 || strcmp(command, "status") == 0) {
		show(supervisor, control, client);
		return;
	}
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(command, commands[i]) == 0) {
			char *reason = order(supervisor, words);
			if (reason != NULL)
				reply(control, client, 1, reason);
			free(reason);
			return; // control_tick replies to the others
		}
	reply(control, client, 1, "unknown command\n");
}

// Forgets a client that is gone. If it was the boot, it was ended, since a shutdown has begun.
static void lose(struct supervisor *supervisor, struct control *control, struct client *client)
{
	const bool boot = client->words.count > 0 && strcmp(client->words.items[0], CONTROL_BOOT) == 0;
	drop(control, client);
	if (!boot || supervisor->booted)
		return;
	supervisor->held = supervisor->booted = true;
	report("the boot was ended: no more services are started");
}

void control_read(struct supervisor *supervisor, struct control *control, int fd)
{
	struct client *client = control->clients;
	while (client != NULL && client->fd != fd)
		client = client->next;
	if (client == NULL)
		return;
	char block[4096];
	ssize_t got = recv(fd, block, sizeof block, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 || client->words.count > 0) { // the client is gone, or sends more than a request
		lose(supervisor, control, client);
		return;
	}
	buffer_append(&client->input, block, (size_t)got);
	int complete = control_words(client->input.data, client->input.size, &client->words);
	if (complete < 0)
		reply(control, client, 1, "invalid request\n");
	else if (complete > 0)
		begin(supervisor, control, client);
}

static bool is_settled(const struct supervised *service, const char *command)
{
	if (strcmp(command, "stop") == 0)
		return service->state == STOPPED || service->state == FAILED;
	return !service->again && service->state != WAITING && service->state != STARTING && service->state != STOPPING;
}

static bool is_fulfilled(const struct supervised *service, const char *command)
{
	return strcmp(command, "stop") == 0 ? service->state == STOPPED : service->state == RUNNING;
}

static bool has_ended(const struct supervisor *supervisor)
{
	for (size_t i = 0; i < supervisor->count; i++)
		if (supervisor->services[i].state != STOPPED)
			return false;
	return true;
}

// Replies if the client's request is fulfilled or has failed.
static void look(struct supervisor *supervisor, struct control *control, struct client *client)
{
	const char *command = client->words.items[0];
	if (strcmp(command, "shutdown") == 0) {
		if (has_ended(supervisor))
			reply(control, client, 0, "");
		return;
	}
	if (strcmp(command, CONTROL_BOOT) == 0) {
		if (supervisor->booted || supervisor->shutting)
			reply(control, client, 0, "");
		return;
	}
	struct buffer problems = {0};
	buffer_append(&problems, "", 0);
	for (size_t i = 1; i < client->words.count; i++) {
		const struct supervised *service = find_service(supervisor, client->words.items[i]);
		if (!is_settled(service, command) && !supervisor->shutting) {
			buffer_free(&problems);
			return;
		}
		if (!is_fulfilled(service, command)) {
			char *line = text("%s: %s; see the console and its logs\n", service->name, state_name(service));
			buffer_text(&problems, line);
			free(line);
		}
	}
	reply(control, client, problems.size > 0 ? 1 : 0, problems.data);
	buffer_free(&problems);
}

void control_tick(struct supervisor *supervisor, struct control *control)
{
	for (struct client *client = control->clients, *next; client != NULL; client = next) {
		next = client->next;
		if (client->words.count > 0)
			look(supervisor, control, client);
	}
}
