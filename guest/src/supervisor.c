#include "supervisor.h"
#include "control.h"
#include "daemon.h"
#include "lifecycle.h"
#include "logger.h"
#include "logs.h"
#include "report.h"
#include "roster.h"

#include <errno.h>
#include <fcntl.h>
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

struct watch {
	struct supervisor supervisor;
	struct control control;
	struct strings streams; // of the logger
	pid_t logger;
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

// A console that is held must not hold the supervisor: what cannot be printed at once is only logged.
static void open_console(void)
{
	int console = isatty(STDERR_FILENO) ? open("/dev/console", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
	if (console < 0)
		return;
	dup2(console, STDOUT_FILENO);
	dup2(console, STDERR_FILENO);
	close(console);
}

static void prepare(struct watch *watch)
{
	struct logs logs;
	program_name = "service";
	(void)prctl(PR_SET_NAME, "supervisor");
	setsid(); // not a part of the boot any more, which may be ended as a whole
	signal(SIGPIPE, SIG_IGN);
	if (!write_file("/proc/self/oom_score_adj", "-999"))
		say_errno("oom_score_adj");
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	watch->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	open_console();
	logs_open(&logs, LOG_FOLDER);
	watch->supervisor.external = logs.external;
	if (!logs.external) {
		strings_add(&watch->streams, "containerd");
		strings_add(&watch->streams, REPORT_STREAM);
		logger_prepare(&watch->streams);
	}
	report_open(logs.external);
	char *path = control_path(watch->supervisor.options->socket);
	char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);
	if (!make_directories(folder, 0711) || !control_open(&watch->control, path))
		say_errno("%s", path);
	free(folder);
	free(path);
	watch->polled = allocate((2 + CLIENTS) * sizeof *watch->polled);
}

// Makes the services known when the boot has come to them. The logger starts only now, as a disk may be
// mounted on its folder before; until then, what is written waits in its FIFOs.
static void begin_services(struct watch *watch)
{
	struct supervisor *supervisor = &watch->supervisor;
	if (!supervisor->external) {
		name_streams(watch);
		logger_prepare(&watch->streams);
		start_logger(watch, true);
	}
	roster_read(supervisor);
	free(watch->polled);
	watch->polled = allocate((2 + CLIENTS + 2 * supervisor->count) * sizeof *watch->polled);
	daemon_call(supervisor);
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
		if (info.ssi_signo == SIGTERM)
			end(watch); // as the system does
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
	const bool hopeless = daemon_back_off(supervisor->daemon.failures) > 10000;
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
	control_tick(supervisor, &watch->control);
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
	return due <= now ? 0 : due - now > 60000 ? 60000 : (int)(due - now);
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
	const size_t count = control_descriptors(&watch->control, clients, CLIENTS), first = 2 + count;
	add(&polled[0], watch->signals, POLLIN);
	add(&polled[1], watch->control.socket, POLLIN);
	for (size_t i = 0; i < count; i++)
		add(&polled[2 + i], clients[i], POLLIN);
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
	if (polled[0].revents != 0)
		take_signals(watch);
	for (size_t i = 0; i < count; i++)
		if (polled[2 + i].revents != 0)
			control_read(supervisor, &watch->control, clients[i]);
	if (polled[1].revents != 0)
		control_accept(&watch->control);
}

static unsigned at_once(void)
{
	const int wanted = command_line_number("linuxkit.services_at_once", AT_ONCE);
	return wanted > 0 ? (unsigned)wanted : AT_ONCE;
}

_Noreturn void supervise(const struct service_options *options, int ready)
{
	struct watch watch = {.supervisor = {.options = options, .at_once = at_once()}};
	struct supervisor *supervisor = &watch.supervisor;
	prepare(&watch);
	close(ready);
	for (bool begun = false;;) {
		if (supervisor->called && !begun) {
			begin_services(&watch);
			begun = true;
		}
		daemon_tick(supervisor);
		for (size_t i = 0; i < supervisor->count; i++)
			lifecycle_tick(supervisor, &supervisor->services[i]);
		if (supervisor->shutting)
			shut_down(&watch);
		if (begun && !supervisor->booted)
			look_at_boot(supervisor);
		control_tick(supervisor, &watch.control);
		wait_for_events(&watch);
	}
}
