#include "policy.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define READY_SECONDS 30
#define STOP_SECONDS 10
#define SECONDS_MAX 86400

static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", SIGHUP},       {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ILL", SIGILL},   {"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},     {"BUS", SIGBUS},   {"FPE", SIGFPE},   {"KILL", SIGKILL}, {"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},     {"USR2", SIGUSR2}, {"PIPE", SIGPIPE}, {"ALRM", SIGALRM}, {"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT}, {"CHLD", SIGCHLD}, {"CONT", SIGCONT}, {"STOP", SIGSTOP}, {"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},     {"TTOU", SIGTTOU}, {"URG", SIGURG},   {"XCPU", SIGXCPU}, {"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM}, {"PROF", SIGPROF}, {"WINCH", SIGWINCH}, {"IO", SIGIO},   {"PWR", SIGPWR},
	{"SYS", SIGSYS},
};

// Containers' programs may be linked with any C library, so that these are the kernel's numbers, as the
// shim counts them: SIGRTMIN is 34 for all common libraries.
#define FIRST_REAL_TIME 34
#define LAST_REAL_TIME 64

static int offset(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);
	return end == text || *end != '\0' || value < 0 || value > LAST_REAL_TIME ? -1 : (int)value;
}

int signal_number(const char *name)
{
	int number = offset(name);
	if (number > 0)
		return number;
	if (starts_with(name, "SIG"))
		name += 3;
	for (size_t i = 0; i < COUNT(signals); i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	const bool up = starts_with(name, "RTMIN"), down = starts_with(name, "RTMAX");
	if (!up && !down)
		return 0;
	name += 5;
	int distance = *name == '\0' ? 0 : *name == (up ? '+' : '-') ? offset(name + 1) : -1;
	if (distance < 0 || distance > LAST_REAL_TIME - FIRST_REAL_TIME)
		return 0;
	return up ? FIRST_REAL_TIME + distance : LAST_REAL_TIME - distance;
}

const char *signal_name(int number)
{
	for (size_t i = 0; i < COUNT(signals); i++)
		if (signals[i].number == number)
			return signals[i].name;
	return NULL;
}

// Returns the whole number of a member from `from` to `to`, or `otherwise`.
static int whole_number(const struct json *object, const char *key, int from, int to, int otherwise, const char *name)
{
	const struct json *member = json_member(object, key);
	if (member == NULL)
		return otherwise;
	if (member->kind == JSON_NUMBER && member->number >= from && member->number <= to)
		return (int)member->number;
	say("%s: %s in runtime.json is not a number from %d to %d", name, key, from, to);
	return otherwise;
}

static void add_texts(struct strings *list, const struct json *object, const char *key)
{
	const struct json *array = json_member(object, key);
	for (const struct json *item = array != NULL ? array->children : NULL; item != NULL; item = item->next)
		if (item->string != NULL)
			strings_add(list, item->string);
}

static char *absolute_path(const struct json *object, const char *key, const char *name)
{
	const char *path = json_string(object, key);
	if (path == NULL)
		return NULL;
	if (*path == '/')
		return copy_text(path);
	say("%s: %s in runtime.json is not an absolute path", name, key);
	return NULL;
}

static void read_restart(struct policy *policy, const struct json *runtime, const char *name)
{
	static const char *const words[] = {[RESTART_NO] = "no", [RESTART_ON_FAILURE] = "on-failure",
					    [RESTART_ALWAYS] = "always"};
	const char *wanted = json_string(runtime, "restart");
	if (wanted == NULL)
		return;
	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i], wanted) == 0) {
			policy->restart = (enum restart)i;
			return;
		}
	say("%s: restart in runtime.json is not no, on-failure or always", name);
}

void policy_read(struct policy *policy, const struct json *runtime, const char *name)
{
	*policy = (struct policy){.restart = RESTART_NO, .stop_signal = SIGTERM};
	read_restart(policy, runtime, name);
	add_texts(&policy->after, runtime, "after");
	const struct json *ready = json_member(runtime, "ready");
	policy->ready.port = (unsigned)whole_number(ready, "port", 1, 65535, 0, name);
	policy->ready.socket = absolute_path(ready, "socket", name);
	policy->ready.file = absolute_path(ready, "file", name);
	add_texts(&policy->ready.command, ready, "command");
	policy->ready.timeout = whole_number(ready, "timeout", 1, SECONDS_MAX, READY_SECONDS, name);
	policy->stop_timeout = whole_number(runtime, "stopTimeout", 0, SECONDS_MAX, STOP_SECONDS, name);
	const char *signal = json_string(runtime, "stopSignal");
	if (signal == NULL)
		return;
	if (signal_number(signal) != 0)
		policy->stop_signal = signal_number(signal);
	else
		say("%s: stopSignal in runtime.json is not a signal: %s", name, signal);
}

bool policy_has_condition(const struct policy *policy)
{
	const struct readiness *ready = &policy->ready;
	return ready->port != 0 || ready->socket != NULL || ready->file != NULL || ready->command.count > 0;
}

void policy_free(struct policy *policy)
{
	strings_free(&policy->after);
	strings_free(&policy->ready.command);
	free(policy->ready.socket);
	free(policy->ready.file);
}
