// Network interfaces for containers (runtime.json's `interfaces`).
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct interface {
	const char *name;
	const char *kind; // of link to create; NULL or "" moves the existing one
	const char *peer; // the end of a veth pair that stays outside; NULL or ""
	bool create_in_root;
};

// Creates or moves an interface into the network namespace of a process; false after saying why.
bool interface_provide(const struct interface *wanted, pid_t pid);
