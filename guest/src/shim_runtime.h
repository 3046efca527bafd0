// Calls of the container runtime for a shim.
#pragma once

#include "shim.h"

// Each returns NULL, or why it failed, to be freed by the caller.

// Creates the container, and finds its process.
char *shim_runtime_create(const struct shim *shim, struct shim_process *process);
// Starts the program of the container.
char *shim_runtime_start(const struct shim *shim);
// Starts another process in the container.
char *shim_runtime_exec(const struct shim *shim, struct shim_process *process);
// Runs a command that has only words: start, pause, delete …
char *shim_runtime_run(const struct shim *shim, char *const words[]);
// Returns whether the runtime knows the container.
bool shim_runtime_has(const struct shim *shim);
