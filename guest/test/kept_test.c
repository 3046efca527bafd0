#include "check.h"

#include "guest.h"
#include "keeper.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

// What a process keeps, the next one loads, without the pointers of the former.
static void test_kept(void)
{
	struct kept kept;
	kept_open(&kept);
	CHECK(kept_load(&kept) == NULL);
	pid_t pid = fork();
	if (pid == 0) {
		struct supervised services[3] = {{.state = RUNNING, .pid = 7}, {.state = EXITED, .exit_status = 3},
						{.state = STOPPING, .pid = 11}};
		struct kept_state state = {.supervisor = {.called = true, .daemon = {.pid = 5}}};
		kept_save(&kept, &state);
		kept_make_room(&kept, 3);
		kept_outcomes(&kept)[0].exit_status = 4;
		kept_outcomes(&kept)[2].exit_status = 9;
		state = (struct kept_state){.supervisor = {.services = services, .count = 3}, .logger = 6, .begun = true};
		kept_save(&kept, &state);
		services[0].pid = 8;
		kept_save(&kept, &state);
		_exit(0);
	}
	CHECK(wait_for(pid) == 0);
	const struct kept_state *state = kept_load(&kept);
	CHECK(state != NULL && state->begun && state->logger == 6 && state->supervisor.count == 3);
	CHECK(kept_services(&kept)[0].state == RUNNING && kept_services(&kept)[0].pid == 8);
	CHECK(kept_services(&kept)[1].state == EXITED && kept_services(&kept)[1].exit_status == 3);
	CHECK(kept_services(&kept)[2].state == STOPPING && kept_services(&kept)[2].pid == 11);
	CHECK(kept_outcomes(&kept)[0].exit_status == 4 && kept_outcomes(&kept)[2].exit_status == 9);
}

// A supervisor whose loop comes round is left alone, however long it runs; one that hangs is killed.
static void test_hanging(void)
{
	struct kept kept;
	kept_open(&kept);
	pid_t hanging = fork();
	if (hanging == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		kept_beat(&kept);
		(void)raise(SIGSTOP);
		_exit(0);
	}
	CHECK(keeper_wait(hanging, &kept, 1) == 128 + SIGKILL && kept_beats(&kept) == 1);
	pid_t busy = fork();
	if (busy == 0) {
		for (int i = 0; i < 9; i++) {
			kept_beat(&kept);
			usleep(500000);
		}
		_exit(7);
	}
	CHECK(keeper_wait(busy, &kept, 1) == 7 && kept_beats(&kept) == 10);
}

void test_keeping(void)
{
	test_hanging();
	test_kept();
}
