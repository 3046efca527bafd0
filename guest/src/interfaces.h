// Network interfaces for containers (`interfaces` in runtime.json).
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct interface {
	const char *name;
	const char *kind; // of the link to create; NULL or "" to move an existing one
	const char *peer; // the end of a veth pair that stays outside, or NULL or ""
	bool create_in_root;
};

// Creates or moves an interface into the network namespace of a process. Returns
// false after reporting why on failure.
bool interface_provide(const struct interface *wanted, pid_t pid);
