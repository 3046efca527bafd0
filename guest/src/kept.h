// What the supervisor knows, in memory that outlives it: the next one goes on from there.
#pragma once

#include "supervised.h"

struct kept_memory;
struct kept {
	int fd;
	struct kept_memory *memory;
	size_t size, count; // mapped bytes; services for which there is room
	int pace; // milliseconds within which the supervisor's loop comes round
};

// What one supervisor leaves to the next, except the services.
struct kept_state {
	struct supervisor supervisor;
	pid_t logger;
	bool begun; // the services are known
};

// Makes the memory, without room for services.
void kept_open(struct kept *kept);
void kept_make_room(struct kept *kept, size_t count);
// Counts one more pass of the supervisor's loop.
void kept_beat(const struct kept *kept);
unsigned kept_beats(const struct kept *kept);
// Returns the memory that workers fill, zeroed at first.
struct outcome *kept_outcomes(const struct kept *kept);
// Keeps the state and the services of its supervisor, for which there must be room if they are known. If this
// process is killed meanwhile, what was kept before stays.
void kept_save(const struct kept *kept, const struct kept_state *state);
// Returns what was kept last, or NULL. Its services are those that kept_services returns.
const struct kept_state *kept_load(struct kept *kept);
const struct supervised *kept_services(const struct kept *kept);
