// What a service's runtime.json says about its supervision.
#pragma once

#include "guest.h"
#include "json.h"

enum restart { RESTART_NO, RESTART_ON_FAILURE, RESTART_ALWAYS };

// When a service counts as ready; without any condition, as soon as it runs.
struct readiness {
	unsigned port;          // something listens on this TCP port; 0: no condition
	char *socket, *file;    // absolute paths in the container; NULL: no condition
	struct strings command; // succeeds in the container; empty: no condition
	int timeout;            // seconds until those that wait for it go on without it
};

struct policy {
	enum restart restart;
	struct strings after; // services that must be ready first
	struct readiness ready;
	int stop_signal, stop_timeout; // seconds
};

// Reads the keys of runtime.json, which may be NULL. A value that is not understood is reported with
// the service's name and has no effect.
void policy_read(struct policy *policy, const struct json *runtime, const char *name);
void policy_free(struct policy *policy);
bool policy_has_condition(const struct policy *policy);

// Returns the number of a signal given as SIGTERM, TERM, 15 or SIGRTMIN+3; 0 if there is none.
int signal_number(const char *name);
// Returns the name of a signal without SIG, or NULL.
const char *signal_name(int number);
