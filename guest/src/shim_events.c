#include "shim_events.h"
#include "supervised.h"
#include "ttrpc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MILLISECONDS 500
#define SLOWEST_MILLISECONDS 30000
#define LIMIT 256 // events; those of a container while containerd is away or hangs are few

struct shim_event {
	struct buffer request; // the message of containerd's event service
	struct shim_event *next;
};

static void drop(struct shim_events *events, struct shim_event **link)
{
	struct shim_event *event = *link;
	*link = event->next;
	events->count--;
	buffer_free(&event->request);
	free(event);
}

static void drop_first(struct shim_events *events)
{
	drop(events, &events->queue);
}

static void disconnect(struct shim_events *events)
{
	if (events->fd >= 0)
		close(events->fd);
	events->fd = -1;
	buffer_free(&events->input);
}

static void try_later(struct shim_events *events)
{
	disconnect(events);
	events->wait = events->wait == 0 ? FIRST_MILLISECONDS : events->wait * 2;
	if (events->wait > SLOWEST_MILLISECONDS)
		events->wait = SLOWEST_MILLISECONDS;
	events->due = now_milliseconds() + events->wait;
}

static void send_first(struct shim_events *events)
{
	struct buffer frame = {0};
	ttrpc_request_write(&frame, 1, "containerd.services.events.ttrpc.v1.Events", "Forward", &events->queue->request);
	const bool sent = send(events->fd, frame.data, frame.size, MSG_NOSIGNAL) == (ssize_t)frame.size;
	buffer_free(&frame);
	if (!sent)
		try_later(events);
}

static bool connect_to(struct shim_events *events)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(events->address) >= sizeof address.sun_path)
		return false;
	snprintf(address.sun_path, sizeof address.sun_path, "%s", events->address);
	events->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return events->fd >= 0 && connect(events->fd, (struct sockaddr *)&address, sizeof address) == 0;
}

void shim_events_tick(struct shim_events *events)
{
	if (events->queue == NULL || events->fd >= 0 || now_milliseconds() < events->due)
		return;
	if (connect_to(events))
		send_first(events);
	else
		try_later(events);
}

// Reads what there is of the answer, whatever it says: an event that containerd does not take is lost.
void shim_events_read(struct shim_events *events)
{
	char block[512];
	struct ttrpc_frame frame;
	ssize_t got = recv(events->fd, block, sizeof block, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		buffer_append(&events->input, block, (size_t)got);
	const ssize_t used = got > 0 ? ttrpc_read(events->input.data, events->input.size, &frame) : -1;
	if (used < 0) {
		try_later(events);
	} else if (used > 0) {
		drop_first(events);
		disconnect(events);
		events->wait = 0;
		shim_events_tick(events);
	}
}

int shim_events_timeout(const struct shim_events *events)
{
	if (events->queue == NULL || events->fd >= 0)
		return -1;
	const int64_t left = events->due - now_milliseconds();
	return left > 0 ? (int)left : 0;
}

void shim_publish(struct shim_events *events, const char *topic, const char *kind, struct buffer *message)
{
	struct buffer any = {0}, envelope = {0};
	struct timespec now;
	struct shim_event *event = allocate(sizeof *event), **last = &events->queue;
	protobuf_text(&any, 1, kind);
	if (message->size > 0)
		protobuf_bytes(&any, 2, message->data, message->size);
	clock_gettime(CLOCK_REALTIME, &now);
	protobuf_time(&envelope, 1, &now);
	protobuf_text(&envelope, 2, events->namespace);
	protobuf_text(&envelope, 3, topic);
	protobuf_bytes(&envelope, 4, any.data, any.size);
	protobuf_bytes(&event->request, 1, envelope.data, envelope.size);
	buffer_free(&any);
	buffer_free(&envelope);
	buffer_free(message);
	if (events->count >= LIMIT) // the oldest, but not the one whose answer is awaited
		drop(events, events->fd < 0 ? &events->queue : &events->queue->next);
	for (last = &events->queue; *last != NULL; last = &(*last)->next)
		;
	*last = event;
	events->count++;
	shim_events_tick(events);
}

void shim_events_free(struct shim_events *events)
{
	disconnect(events);
	while (events->queue != NULL)
		drop_first(events);
}
