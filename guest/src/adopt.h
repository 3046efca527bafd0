// Takes over the services of a supervisor that ended.
#pragma once

#include "supervised.h"

// Goes on with a service whose state is the one that the former supervisor kept.
void adopt_service(const struct supervisor *supervisor, struct supervised *service);
