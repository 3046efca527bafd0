#include "roster.h"
#include "bundle.h"
#include "report.h"
#include "transition.h"

#include <stdlib.h>
#include <sys/mman.h>

// Returns the zeroed memory that workers fill.
static struct outcome *share(size_t count)
{
	struct outcome *outcomes = mmap(NULL, (count + 1) * sizeof *outcomes, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (outcomes == MAP_FAILED)
		fatal("out of memory");
	return outcomes;
}

static void read_service(struct supervised *service, const char *root, const char *name, struct outcome *outcome)
{
	char *path = text("%s/%s", root, name);
	struct bundle bundle;
	*service = (struct supervised){.name = copy_text(name),
				       .wanted = true,
				       .process = -1,
				       .memory = -1,
				       .exit_status = -1,
				       .outcome = outcome};
	const bool good = bundle_read(&bundle, path);
	policy_read(&service->policy, bundle.runtime, name);
	enter(service, good ? WAITING : FAILED, 0);
	if (!good)
		report("%s is not started: its runtime.json cannot be used", name);
	bundle_close(&bundle);
	free(path);
}

// Returns whether everything that comes before a service is placed.
static bool can_be_placed(const struct supervisor *supervisor, const struct supervised *service, const bool *placed)
{
	for (size_t i = 0; i < service->policy.after.count; i++) {
		const struct supervised *other = find_service(supervisor, service->policy.after.items[i]);
		if (other != NULL && other != service && !placed[other - supervisor->services])
			return false;
	}
	return true;
}

void roster_break_circles(struct supervisor *supervisor)
{
	bool *placed = allocate(supervisor->count * sizeof *placed);
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < supervisor->count; i++)
			if (!placed[i] && can_be_placed(supervisor, &supervisor->services[i], placed))
				placed[i] = more = true;
	}
	for (size_t i = 0; i < supervisor->count; i++)
		if (!placed[i]) {
			report("%s waits for itself by way of others: its key after is ignored", supervisor->services[i].name);
			strings_free(&supervisor->services[i].policy.after);
		}
	free(placed);
}

void roster_read(struct supervisor *supervisor)
{
	struct strings names = {0};
	(void)list_directory(supervisor->options->root, &names);
	supervisor->count = names.count;
	supervisor->services = allocate(names.count * sizeof *supervisor->services);
	struct outcome *outcomes = share(names.count);
	for (size_t i = 0; i < names.count; i++)
		read_service(&supervisor->services[i], supervisor->options->root, names.items[i], &outcomes[i]);
	strings_free(&names);
	roster_break_circles(supervisor);
}
