#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add(struct buffer *out, char *line)
{
	buffer_text(out, line);
	free(line);
}

static bool has_process(const struct supervised *service)
{
	return service->state == RUNNING || service->state == STOPPING;
}

// Returns the process, to be freed by the caller.
static char *process_text(const struct supervised *service)
{
	return has_process(service) ? text("%d", service->pid) : copy_text("-");
}

void table_list(const struct supervisor *supervisor, struct buffer *out)
{
	int width = 4;
	for (size_t i = 0; i < supervisor->count; i++) {
		int length = (int)strlen(supervisor->services[i].name);
		width = length > width && length <= 40 ? length : width;
	}
	add(out, text("%-*s  %-13s  %7s  %8s  %8s  %s\n", width, "NAME", "STATE", "PID", "RESTARTS", "SINCE", "EXIT"));
	for (size_t i = 0; i < supervisor->count; i++) {
		const struct supervised *service = &supervisor->services[i];
		char *process = process_text(service), *since = duration_text(now_milliseconds() - service->since);
		char *exit = service->exit_status >= 0 ? text("%d", service->exit_status) : copy_text("-");
		add(out, text("%-*s  %-13s  %7s  %8u  %8s  %s\n", width, service->name, state_name(service), process,
			      service->restarts, since, exit));
		free(process);
		free(since);
		free(exit);
	}
}

static void add_conditions(const struct readiness *ready, struct buffer *out)
{
	if (ready->port != 0)
		add(out, text("ready when: port %u is open\n", ready->port));
	if (ready->socket != NULL)
		add(out, text("ready when: %s accepts connections\n", ready->socket));
	if (ready->file != NULL)
		add(out, text("ready when: %s exists\n", ready->file));
	if (ready->command.count > 0)
		add(out, text("ready when: %s succeeds\n", ready->command.items[0]));
}

void table_status(const struct supervised *service, struct buffer *out)
{
	static const char *const words[] = {[RESTART_NO] = "no", [RESTART_ON_FAILURE] = "on-failure",
					    [RESTART_ALWAYS] = "always"};
	const struct policy *policy = &service->policy;
	char *process = process_text(service), *since = duration_text(now_milliseconds() - service->since);
	add(out, text("%s is %s since %s\n", service->name, state_name(service), since));
	add(out, text("process: %s\nrestarts: %u\nrestart: %s\n", process, service->restarts, words[policy->restart]));
	if (service->exit_status >= 0) {
		char *ending = ending_text(service->exit_status);
		add(out, text("last run: %s\n", ending));
		free(ending);
	}
	for (size_t i = 0; i < policy->after.count; i++)
		add(out, text("after: %s\n", policy->after.items[i]));
	add_conditions(&policy->ready, out);
	const char *signal = signal_name(policy->stop_signal);
	add(out, text("stop: %s%s, killed after %d s\n", signal != NULL ? "SIG" : "signal", signal != NULL ? signal : "",
		      policy->stop_timeout));
	free(process);
	free(since);
}
