// The supervisor's view of the services.
#pragma once

#include "policy.h"
#include "service.h"

enum state {
	WAITING,     // for containerd, for other services, or for its turn
	STARTING,    // a worker starts it
	RUNNING,
	STOPPING,    // asked to end, and killed when `due`
	COLLECTING,  // ended; a worker fetches its exit status
	BACKING_OFF, // started again when `due`
	EXITED,      // ended, and not started again
	FAILED,      // could not be started
	STOPPED      // by an operator; has no container
};

// What a worker process found out, in memory shared with it.
struct outcome {
	struct process process;
	int exit_status;
	bool gone, broken;
};

struct supervised {
	char *name;
	struct policy policy;
	enum state state;
	bool wanted;        // else it ends as soon as it can
	bool again;         // started again once it is stopped
	bool has_container; // with its files, in which it starts again
	bool dirty;         // a start broke off
	bool ready, late;   // late: those that wait for it go on
	bool killed;        // its stopTimeout is over
	bool collected_once; // it has ended at least once
	pid_t pid;          // of the container's first process, while RUNNING or STOPPING
	int process;        // its pidfd, or -1
	int memory;         // the events of its control group, or -1
	unsigned long memory_kills;
	bool memory_ended;  // the run ended by such an event
	bool removes;       // the worker that collects it also removes its container
	int64_t memory_due; // when such an event is reported; 0: there is none
	pid_t worker, prober; // 0: none
	struct outcome *outcome;
	unsigned restarts;
	int back_off;       // milliseconds
	int64_t since, due; // of the state; milliseconds of the monotonic clock
	int64_t tried;      // when it first ran or failed to; 0: not yet
	int exit_status;    // of the last run; -1: unknown
};

struct daemon {
	pid_t pid, prober;    // containerd, and the worker that waits until it serves
	bool serves, cleaned; // cleaned: containers of an earlier boot are removed
	unsigned failures;
	int64_t since, due, noted;
	dev_t device; // of its folder when it was started, and the folder's number there
	ino_t inode;
	bool moved; // another folder is there since; it is being ended
	int process;     // its pidfd if an earlier supervisor started it, else -1
	pid_t checker;   // the worker that checks whether it still answers
	unsigned misses; // calls in a row that it did not answer in time
	int64_t checked; // when the last of them was made
	bool overdue;    // the boot no longer waits for it
};

struct supervisor {
	const struct service_options *options;
	struct supervised *services;
	size_t count;
	unsigned at_once;      // services that are started at a time
	struct daemon daemon;
	bool called;           // the boot has come to the services; until then only containerd is started
	bool booted;           // the boot need not wait any longer
	bool held;             // the boot was ended: nothing more is started
	bool shutting;         // everything is being stopped
	int64_t shut_by;       // when what is left is killed
	bool external;         // output goes to an external logger
	int check_seconds;     // between two checks of containerd; 0: there are none
};

int64_t now_milliseconds(void); // of the monotonic clock
struct supervised *find_service(const struct supervisor *supervisor, const char *name); // or NULL
const char *state_name(const struct supervised *service);
// Returns whether a service has a process, or is about to have one.
bool is_active(const struct supervised *service);
// Returns a length of time such as 1.5 s, 42 s, 3 min or 2 h, to be freed by the caller.
char *duration_text(int64_t milliseconds);
// Returns how a process ended: "exited with status 1", "was killed by SIGSEGV"; to be freed by the caller.
char *ending_text(int exit_status);
