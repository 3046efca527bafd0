// What a WireGuard interface is set up with.
#pragma once

#include "guest.h"

struct wireguard {
	struct buffer wg;           // what `wg setconf` reads
	struct strings addresses, servers, allowed;
	char mtu[16];               // empty: the kernel's
	bool no_routes;
};

// Reads a file as wg-quick has it, which is changed. The result is freed by wireguard_free.
void wireguard_read(char *content, struct wireguard *into);
void wireguard_free(struct wireguard *read);
