// Steps from one state of a service to the next, and the rules for them.
#pragma once

#include "supervised.h"

// Returns the milliseconds until a restart after the last such time and how long the service was up.
int next_back_off(int last, int64_t up);
// Returns whether a service that was not stopped is started again after it ended.
bool restarts(enum restart restart, int exit_status);
// Returns whether nothing that comes before a service is still on its way.
bool may_start(const struct supervisor *supervisor, const struct supervised *service);

void enter(struct supervised *service, enum state state, int64_t due);
void become_ready(struct supervised *service);
void begin_stop(struct supervised *service);
void send_signal(const struct supervised *service, int number);
void close_watched(int *fd);
