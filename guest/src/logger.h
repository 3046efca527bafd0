// The process that writes services' output to files of limited size. It reads a FIFO per stream, so
// that a service never writes to a file itself.
#pragma once

#include "guest.h"

#define LOGGER_FIFOS "/run/log/services"

// Makes the FIFOs of the streams.
void logger_prepare(const struct strings *streams);
// Opens the FIFO of a stream for writing. Returns -1 on failure.
int logger_open(const char *stream, bool wait_for_room);
// Copies from the FIFOs to the files STREAM.log in a folder, for ever. `fresh` empties them first.
_Noreturn void logger_run(const struct strings *streams, const char *folder, bool fresh);
// Kills the logger of a supervisor that ended, as two would read the same FIFOs. 0: there is none.
void logger_kill(pid_t pid);
