// Connections to Unix sockets.
#pragma once

// Connects to the socket at a path; `kind`: SOCK_STREAM or SOCK_DGRAM. Returns -1 with errno on failure.
int unix_connect(const char *path, int kind);
