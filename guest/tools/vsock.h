// Sockets between a guest and its host.
#pragma once

#include <stdbool.h>

// Reads a port: a number, or the GUID of a Hyper-V service. Returns false if it is neither.
bool vsock_port(const char *port_text, unsigned *port);
// Returns a socket that listens on a port for the host and others; ends the program on failure.
int vsock_listen(unsigned port);
// Copies between two connections, each direction until its end.
void relay_connection(int one, int other);
