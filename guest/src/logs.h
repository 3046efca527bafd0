// The destination of containers' output: files, or a logger that listens on a socket.
#pragma once

#include <stdbool.h>

struct logs {
	bool external; // the logger existed when the program started
	const char *folder;
};

// Chooses the destination. `folder` is for files and must stay valid.
void logs_open(struct logs *logs, const char *folder);

// Opens a descriptor for the output called `stream`. Returns -1 after reporting why on failure.
int logs_stream(const struct logs *logs, const char *stream);
// Gives the external logger at a socket a stream to read, and returns our end of it. Returns -1 after reporting why on
// failure.
int logs_pass_stream(const char *logger, const char *stream);
// Returns the path that containerd opens for the output called `stream`, to be freed by the caller;
// /dev/null on failure.
char *logs_path(const struct logs *logs, const char *stream);
// Prints the output of a stream so far on our standard output.
void logs_print(const struct logs *logs, const char *stream);
// Prints the output of two streams of the external logger so far and from now on, until it ends.
void logs_follow(const char *first, const char *second);
