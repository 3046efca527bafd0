#include "roster.h"
#include "bundle.h"
#include "report.h"
#include "transition.h"

#include <stdlib.h>
#include <string.h>

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

void roster_read(struct supervisor *supervisor, struct kept *kept)
{
	struct strings names = {0};
	(void)list_directory(supervisor->options->root, &names);
	supervisor->count = names.count;
	supervisor->services = allocate(names.count * sizeof *supervisor->services);
	kept_make_room(kept, names.count);
	struct outcome *outcomes = kept_outcomes(kept);
	for (size_t i = 0; i < names.count; i++)
		read_service(&supervisor->services[i], supervisor->options->root, names.items[i], &outcomes[i]);
	strings_free(&names);
	roster_break_circles(supervisor);
}

// Takes the kept state, but what is the former supervisor's own memory from the one just read.
static void resume_service(struct supervised *service, const struct supervised *kept)
{
	const struct supervised read = *service;
	*service = *kept;
	service->name = read.name;
	service->policy = read.policy;
	service->outcome = read.outcome;
}

bool roster_resume(struct supervisor *supervisor, struct kept *kept)
{
	const size_t count = supervisor->count;
	struct supervised *before = allocate(count * sizeof *before);
	memcpy(before, kept_services(kept), count * sizeof *before);
	roster_read(supervisor, kept);
	const bool same = supervisor->count == count;
	for (size_t i = 0; same && i < count; i++)
		resume_service(&supervisor->services[i], &before[i]);
	free(before);
	return same;
}
