// The supervisor's socket, and requests over it.
//
// A request is words, each followed by a zero byte, and an empty word. The reply is the exit status as
// a digit, 1 or 2 for the stream, and the text for it.
#pragma once

#include "supervised.h"

#define REQUEST_LIMIT 65536
// The request by which the boot has the services started. The reply comes when they are ready or have
// failed; if the client ends before that, no more are started.
#define CONTROL_BOOT "boot"

// Returns the path of the supervisor's socket beside containerd's, to be freed by the caller.
char *control_path(const char *containerd_socket);

// Reads the words of a request. Returns 1 if it is complete, 0 if bytes are missing, -1 if it is invalid.
int control_words(const char *data, size_t size, struct strings *words);

// --- the server's side ---

struct client;
struct control {
	int socket;
	struct client *clients;
};

bool control_open(struct control *control, const char *path);
// Takes a waiting connection.
void control_accept(struct control *control);
// Returns the descriptors to be polled for input: as many as there are clients, up to a limit.
size_t control_descriptors(const struct control *control, int *descriptors, size_t limit);
// Reads what the client with a descriptor sent.
void control_read(struct supervisor *supervisor, struct control *control, int fd);
// Replies to requests that are fulfilled.
void control_tick(struct supervisor *supervisor, struct control *control);

// --- the client's side ---

// Sends a request and prints the reply. Returns its exit status, or -1 if there is no supervisor.
int control_request(const char *path, const char *const *words, size_t count);
