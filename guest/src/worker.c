#include "worker.h"
#include "containerd.h"
#include "ready.h"

#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define POLL_MILLISECONDS 20
#define RETRY_MILLISECONDS 3000
#define PROBE_MILLISECONDS 250

// Forks. Returns 0 in the worker.
static pid_t fork_worker(const char *title)
{
	const pid_t parent = getpid();
	pid_t pid = fork();
	if (pid < 0)
		say_errno("cannot start a worker");
	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_NAME, title);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1); // it was killed before this, and the next one starts the worker anew
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}

static void rest(int milliseconds)
{
	nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L}, NULL);
}

// Connects, or ends the worker: containerd is not there, which the supervisor notices by itself.
static void connect_or_end(struct http2 *connection, const struct supervisor *supervisor, struct supervised *service)
{
	if (containerd_connect(connection, supervisor->options->socket)) {
		connection->watched = true;
		return;
	}
	service->outcome->broken = true;
	_exit(1);
}

pid_t work_start(const struct supervisor *supervisor, struct supervised *service)
{
	*service->outcome = (struct outcome){.exit_status = -1};
	pid_t pid = fork_worker("service-start");
	if (pid != 0)
		return pid > 0 ? pid : 0;
	struct http2 connection;
	struct outcome *outcome = service->outcome;
	connect_or_end(&connection, supervisor, service);
	if (service->dirty)
		clear_service(&connection, supervisor->options, service->name);
	bool done = false;
	if (!connection.broken)
		done = service->has_container
			       ? restart_service(&connection, supervisor->options, service->name, &outcome->process,
						 &outcome->gone)
			       : start_service(&connection, supervisor->options, service->name, &outcome->process);
	outcome->broken = connection.broken;
	_exit(done ? 0 : 1);
}

pid_t work_collect(const struct supervisor *supervisor, struct supervised *service)
{
	*service->outcome = (struct outcome){.exit_status = -1};
	pid_t pid = fork_worker("service-collect");
	if (pid != 0)
		return pid > 0 ? pid : 0;
	struct http2 connection;
	connect_or_end(&connection, supervisor, service);
	bool done = collect_service(&connection, supervisor->options, service->name, service->removes,
				    &service->outcome->exit_status);
	service->outcome->broken = connection.broken;
	_exit(done ? 0 : 1);
}

// Runs the command in the container. A connection is made for each try, as containerd may be restarted.
static bool command_succeeds(const struct supervisor *supervisor, const struct supervised *service)
{
	struct http2 connection;
	int exit_status = -1;
	if (!containerd_connect(&connection, supervisor->options->socket))
		return false;
	connection.watched = true;
	bool done = run_in_service(&connection, supervisor->options, service->name, &service->policy.ready.command,
				   &exit_status);
	containerd_disconnect(&connection);
	return done && exit_status == 0;
}

pid_t work_probe(const struct supervisor *supervisor, struct supervised *service)
{
	pid_t pid = fork_worker("service-probe");
	if (pid != 0)
		return pid > 0 ? pid : 0;
	const struct readiness *ready = &service->policy.ready;
	const int64_t end = now_milliseconds() + (int64_t)ready->timeout * 1000;
	while (!ready_outside(ready, service->pid) ||
	       (ready->command.count > 0 && !command_succeeds(supervisor, service))) {
		if (now_milliseconds() > end)
			_exit(1);
		rest(ready->command.count > 0 ? 4 * PROBE_MILLISECONDS : PROBE_MILLISECONDS);
	}
	_exit(0);
}

static bool remove_old_containers(const struct containerd *containerd)
{
	struct strings left = {0};
	if (!containerd_list(containerd, &left))
		return false;
	for (size_t i = 0; i < left.count; i++) {
		say("Cleaning up stale service %s", left.items[i]);
		(void)(containerd_end_task(containerd, left.items[i]) && containerd_delete(containerd, left.items[i]));
	}
	strings_free(&left);
	return true;
}

static bool serves(const struct containerd *containerd)
{
	struct strings names = {0};
	bool does = containerd_list(containerd, &names);
	strings_free(&names);
	return does;
}

pid_t work_await_containerd(const struct supervisor *supervisor)
{
	pid_t pid = fork_worker("containerd-wait");
	if (pid != 0)
		return pid > 0 ? pid : 0;
	for (;;) {
		struct http2 connection;
		if (!containerd_connect(&connection, supervisor->options->socket)) {
			rest(POLL_MILLISECONDS);
			continue;
		}
		connection.watched = true;
		struct containerd containerd = {.connection = &connection, .namespace = supervisor->options->namespace};
		if (supervisor->daemon.cleaned ? serves(&containerd) : remove_old_containers(&containerd))
			_exit(0);
		containerd_disconnect(&connection);
		rest(RETRY_MILLISECONDS); // it answers, but cannot do its work, as with a full disk
	}
}

pid_t work_check_containerd(const struct supervisor *supervisor)
{
	pid_t pid = fork_worker("containerd-chk");
	if (pid != 0)
		return pid > 0 ? pid : 0;
	struct http2 connection;
	bool has;
	if (!containerd_connect(&connection, supervisor->options->socket))
		_exit(1);
	connection.watched = true;
	// The cheapest call that needs its database. Any answer will do.
	struct containerd containerd = {.connection = &connection, .namespace = supervisor->options->namespace};
	(void)containerd_has(&containerd, "none", &has);
	_exit(connection.broken ? 1 : 0);
}
