// Where the output of containers goes: files, or a logger that listens on a socket.
#pragma once

#include <stdbool.h>

struct logs {
	bool external; // the logger was there when the program began
	const char *folder;
};

// Chooses the sink; files go to a folder, which must stay valid.
void logs_open(struct logs *logs, const char *folder);

// An open descriptor that takes the output called `stream`; -1 after saying why.
int logs_stream(const struct logs *logs, const char *stream);
// A path that containerd opens for the output called `stream`; owned by the caller. Never NULL: /dev/null at worst.
char *logs_path(const struct logs *logs, const char *stream);
// Prints what a stream got on our standard output.
void logs_print(const struct logs *logs, const char *stream);
