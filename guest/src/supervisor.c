#include "supervisor.h"
#include "adopt.h"
#include "daemon.h"
#include "lifecycle.h"
#include "logger.h"
#include "logs.h"
#include "report.h"
#include "roster.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 8  // services that are started side by side
#define CLIENTS 64 // polled at a time; further ones wait
#define LOG_FOLDER "/var/log"
#define LAST_MILLISECONDS 1000 // for killed services to end
#define CHECK_SECONDS 30 // between two checks of containerd, unless the kernel command line says otherwise
#define FIXED 3 // polled besides clients and services

struct watch {
	struct supervisor supervisor;
	struct control *control;
	struct kept *kept;
	struct strings streams; // of the logger
	pid_t logger;
	bool begun; // the services are known
	int signals;
	struct pollfd *polled;
};

// Names the streams of all services.
static void name_streams(struct watch *watch)
{
	struct strings names = {0};
	(void)list_directory(watch->supervisor.options->root, &names);
	for (size_t i = 0; i < names.count && !watch->supervisor.external; i++) {
		char *out = text("%s.out", names.items[i]);
		strings_add(&watch->streams, out);
		strings_add(&watch->streams, names.items[i]);
		free(out);
	}
	strings_free(&names);
}

static void start_logger(struct watch *watch, bool fresh)
{
	watch->logger = fork();
	if (watch->logger == 0) {
		sigset_t none;
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		logger_run(&watch->streams, LOG_FOLDER, fresh);
	}
}

static void prepare(struct watch *watch)
{
	struct logs logs;
	(void)prctl(PR_SET_NAME, "supervisor");
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	watch->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	logs_open(&logs, LOG_FOLDER);
	watch->supervisor.external = logs.external;
	watch->supervisor.check_seconds = command_line_number("linuxkit.containerd_check", CHECK_SECONDS);
	if (!logs.external) {
		strings_add(&watch->streams, "containerd");
		strings_add(&watch->streams, REPORT_STREAM);
		logger_prepare(&watch->streams);
	}
	report_open(logs.external);
	watch->polled = allocate((FIXED + CLIENTS) * sizeof *watch->polled);
}

// Begins to watch the services. The logger starts only now, as a disk may be mounted on its folder before;
// until then, what is written waits in its FIFOs.
static void watch_services(struct watch *watch, bool fresh)
{
	struct supervisor *supervisor = &watch->supervisor;
	if (!supervisor->external) {
		name_streams(watch);
		logger_prepare(&watch->streams);
		start_logger(watch, fresh);
	}
	free(watch->polled);
	watch->polled = allocate((FIXED + CLIENTS + 2 * supervisor->count) * sizeof *watch->polled);
	watch->begun = true;
}

// Makes the services known when the boot has come to them.
static void begin_services(struct watch *watch)
{
	roster_read(&watch->supervisor, watch->kept);
	watch_services(watch, true);
	daemon_call(&watch->supervisor);
}

static void keep(const struct watch *watch)
{
	const struct kept_state state = {.supervisor = watch->supervisor, .logger = watch->logger, .begun = watch->begun};
	kept_save(watch->kept, &state);
}

static unsigned running(const struct supervisor *supervisor)
{
	unsigned count = 0;
	for (size_t i = 0; i < supervisor->count; i++)
		count += supervisor->services[i].state == RUNNING;
	return count;
}

// Goes on where a supervisor ended that was killed.
static void resume(struct watch *watch, const struct kept_state *state)
{
	struct supervisor *supervisor = &watch->supervisor;
	const struct supervisor now = *supervisor;
	*supervisor = state->supervisor;
	supervisor->options = now.options;
	supervisor->external = now.external;
	supervisor->check_seconds = now.check_seconds;
	logger_kill(state->logger);
	daemon_adopt(supervisor);
	if (state->begun) {
		const bool same = roster_resume(supervisor, watch->kept);
		watch_services(watch, false);
		for (size_t i = 0; same && i < supervisor->count; i++)
			adopt_service(supervisor, &supervisor->services[i]);
	}
	report("the supervisor is started again, and watches %u running services", running(supervisor));
}

static void reap(struct watch *watch)
{
	struct supervisor *supervisor = &watch->supervisor;
	int status;
	for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
		if (pid == watch->logger) {
			report("the logger ended, and is started again");
			start_logger(watch, false);
			continue;
		}
		if (daemon_ended(supervisor, pid, status))
			continue;
		const bool success = WIFEXITED(status) && WEXITSTATUS(status) == 0;
		for (size_t i = 0; i < supervisor->count; i++)
			if (lifecycle_worker_ended(supervisor, &supervisor->services[i], pid, success))
				break;
	}
}

// Ends with the system.
static _Noreturn void end(const struct watch *watch)
{
	if (watch->logger > 0)
		(void)kill(watch->logger, SIGTERM);
	_exit(0);
}

static void take_signals(struct watch *watch)
{
	struct signalfd_siginfo info;
	while (read(watch->signals, &info, sizeof info) == sizeof info)
		if (info.ssi_signo == SIGTERM && stopping())
			end(watch);
		else if (info.ssi_signo == SIGTERM)
			_exit(1);
	reap(watch);
}

static bool is_settled(const struct supervised *service)
{
	switch (service->state) {
	case WAITING:
	case STARTING:
	case COLLECTING: return service->late;
	case RUNNING: return service->ready || service->late;
	default: return true;
	}
}

// Lets the boot go on when all services are settled, or containerd cannot be started.
static void look_at_boot(struct supervisor *supervisor)
{
	const bool hopeless = daemon_back_off(supervisor->daemon.failures) > 10000 || supervisor->daemon.overdue;
	for (size_t i = 0; i < supervisor->count && !hopeless; i++)
		if (!is_settled(&supervisor->services[i]))
			return;
	supervisor->booted = supervisor->daemon.serves || hopeless;
}

// Returns whether a service that is not yet stopped comes after this one.
static bool is_needed(const struct supervisor *supervisor, const struct supervised *service)
{
	for (size_t i = 0; i < supervisor->count; i++) {
		const struct supervised *other = &supervisor->services[i];
		for (size_t j = 0; other->state != STOPPED && other != service && j < other->policy.after.count; j++)
			if (strcmp(other->policy.after.items[j], service->name) == 0)
				return true;
	}
	return false;
}

static void shut_down(struct watch *watch)
{
	struct supervisor *supervisor = &watch->supervisor;
	const int64_t now = now_milliseconds();
	const bool over = now >= supervisor->shut_by;
	bool ended = true;
	for (size_t i = 0; i < supervisor->count; i++) {
		struct supervised *service = &supervisor->services[i];
		if (service->state == STOPPED)
			continue;
		if (over || (service->state != STOPPING && (service->state != RUNNING || !is_needed(supervisor, service))))
			lifecycle_shut(service, over);
		ended = ended && service->state == STOPPED;
	}
	control_tick(supervisor, watch->control);
	if (!ended && now < supervisor->shut_by + LAST_MILLISECONDS)
		return;
	if (supervisor->daemon.pid > 0)
		(void)kill(supervisor->daemon.pid, SIGTERM);
	end(watch);
}

static int timeout(const struct watch *watch)
{
	const struct supervisor *supervisor = &watch->supervisor;
	const int64_t now = now_milliseconds();
	int64_t due = daemon_due(supervisor);
	for (size_t i = 0; i < supervisor->count; i++) {
		const int64_t next = lifecycle_due(supervisor, &supervisor->services[i]);
		due = next < due ? next : due;
	}
	if (supervisor->shutting)
		due = due < now + 100 ? due : now + 100;
	const int longest = watch->kept->pace;
	return due <= now ? 0 : due - now > longest ? longest : (int)(due - now);
}

static void add(struct pollfd *polled, int fd, short events)
{
	*polled = (struct pollfd){.fd = fd, .events = events};
}

// Waits for something to happen, and takes notice of it.
static void wait_for_events(struct watch *watch)
{
	struct supervisor *supervisor = &watch->supervisor;
	struct pollfd *polled = watch->polled;
	int clients[CLIENTS];
	const size_t count = control_descriptors(watch->control, clients, CLIENTS), first = FIXED + count;
	add(&polled[0], watch->signals, POLLIN);
	add(&polled[1], watch->control->socket, POLLIN);
	add(&polled[2], supervisor->daemon.process, POLLIN);
	for (size_t i = 0; i < count; i++)
		add(&polled[FIXED + i], clients[i], POLLIN);
	for (size_t i = 0; i < supervisor->count; i++) {
		add(&polled[first + 2 * i], supervisor->services[i].process, POLLIN);
		add(&polled[first + 2 * i + 1], supervisor->services[i].memory, POLLPRI);
	}
	if (poll(polled, first + 2 * supervisor->count, timeout(watch)) <= 0)
		return;
	for (size_t i = 0; i < supervisor->count; i++) {
		if (polled[first + 2 * i + 1].revents != 0)
			lifecycle_memory_event(&supervisor->services[i]);
		if (polled[first + 2 * i].revents != 0)
			lifecycle_process_ended(&supervisor->services[i]);
	}
	if (polled[2].revents != 0)
		daemon_adopted_ended(supervisor);
	if (polled[0].revents != 0)
		take_signals(watch);
	for (size_t i = 0; i < count; i++)
		if (polled[FIXED + i].revents != 0)
			control_read(supervisor, watch->control, clients[i]);
	if (polled[1].revents != 0)
		control_accept(watch->control);
}

static unsigned at_once(void)
{
	const int wanted = command_line_number("linuxkit.services_at_once", AT_ONCE);
	return wanted > 0 ? (unsigned)wanted : AT_ONCE;
}

_Noreturn void supervise(const struct service_options *options, struct control *control, struct kept *kept)
{
	struct watch watch = {
		.supervisor = {.options = options, .daemon.process = -1, .at_once = at_once()}, .control = control, .kept = kept};
	struct supervisor *supervisor = &watch.supervisor;
	prepare(&watch);
	const struct kept_state *state = kept_load(kept);
	if (state != NULL)
		resume(&watch, state);
	for (;;) {
		kept_beat(kept);
		if (supervisor->called && !watch.begun)
			begin_services(&watch);
		daemon_tick(supervisor);
		for (size_t i = 0; i < supervisor->count; i++)
			lifecycle_tick(supervisor, &supervisor->services[i]);
		if (supervisor->shutting)
			shut_down(&watch);
		if (watch.begun && !supervisor->booted)
			look_at_boot(supervisor);
		control_tick(supervisor, control);
		keep(&watch);
		wait_for_events(&watch);
	}
}
