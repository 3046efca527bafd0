// The standard streams of a container's process: what it gets, and what the shim copies or keeps open.
#pragma once

#include "guest.h"

#include <poll.h>

#define SHIM_COPIES 2

// Bytes on their way from one descriptor to another.
struct shim_copy {
	int from, to; // from -1: no copy
	char *pending;
	size_t size;
};

struct shim_streams {
	int given[3]; // to the process; -1: /dev/null
	int kept[3];  // the other end of each FIFO, so that no side sees its end too early
	int terminal; // of the process, or -1
	struct shim_copy copies[SHIM_COPIES];
};

// Opens the streams at these paths ("": none) for a process that will have a terminal or not. Returns
// false with errno on failure. The streams must be closed in any case.
bool shim_streams_open(struct shim_streams *streams, const char *const paths[3], bool terminal);
// Closes the ends that the process has got.
void shim_streams_close_given(struct shim_streams *streams);
// Connects the terminal of the process with the streams.
void shim_streams_connect(struct shim_streams *streams, int terminal);
// Ends the input of the process.
void shim_streams_end_input(struct shim_streams *streams);
// Copies what is left, and closes everything.
void shim_streams_close(struct shim_streams *streams);

// Adds the descriptors to wait for. Returns their number, at most SHIM_COPIES.
size_t shim_streams_poll(const struct shim_streams *streams, struct pollfd *polled);
// Copies what can be copied without waiting.
void shim_streams_copy(struct shim_streams *streams);
