#include "kept.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Followed by the services of both states, and the workers' outcomes, whose alignment is smaller. The states
// take turns.
struct kept_memory {
	atomic_uint beats;
	bool filled;
	unsigned current;
	struct kept_state states[2];
};

static void map(struct kept *kept, size_t count)
{
	if (kept->memory != NULL)
		(void)munmap(kept->memory, kept->size);
	kept->count = count;
	kept->size = sizeof *kept->memory + count * (sizeof(struct outcome) + 2 * sizeof(struct supervised));
	void *memory = ftruncate(kept->fd, (off_t)kept->size) == 0
			       ? mmap(NULL, kept->size, PROT_READ | PROT_WRITE, MAP_SHARED, kept->fd, 0)
			       : MAP_FAILED;
	if (memory == MAP_FAILED)
		fatal("out of memory");
	kept->memory = memory;
}

void kept_open(struct kept *kept)
{
	*kept = (struct kept){.fd = memfd_create("supervisor", MFD_CLOEXEC)};
	if (kept->fd < 0)
		fatal("out of memory");
	map(kept, 0);
}

void kept_beat(const struct kept *kept)
{
	atomic_fetch_add(&kept->memory->beats, 1);
}

unsigned kept_beats(const struct kept *kept)
{
	return atomic_load(&kept->memory->beats);
}

void kept_make_room(struct kept *kept, size_t count)
{
	map(kept, count);
}

static struct supervised *services(const struct kept *kept, unsigned which)
{
	return (struct supervised *)(kept->memory + 1) + which * kept->count;
}

struct outcome *kept_outcomes(const struct kept *kept)
{
	return (struct outcome *)services(kept, 2); // after those of both states
}

void kept_save(const struct kept *kept, const struct kept_state *state)
{
	struct kept_memory *memory = kept->memory;
	const unsigned next = 1 - memory->current;
	memory->states[next] = *state;
	if (state->begun)
		memcpy(services(kept, next), state->supervisor.services, kept->count * sizeof(struct supervised));
	atomic_signal_fence(memory_order_seq_cst); // another process reads it only after the end of this one
	memory->current = next;
	memory->filled = true;
}

const struct kept_state *kept_load(struct kept *kept)
{
	const struct kept_state *state = &kept->memory->states[kept->memory->current];
	if (!kept->memory->filled)
		return NULL;
	if (state->begun) {
		map(kept, state->supervisor.count);
		state = &kept->memory->states[kept->memory->current];
	}
	return state;
}

const struct supervised *kept_services(const struct kept *kept)
{
	return services(kept, kept->memory->current);
}
