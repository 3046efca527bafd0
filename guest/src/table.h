// What operators see of the services.
#pragma once

#include "supervised.h"

// Appends a table of all services.
void table_list(const struct supervisor *supervisor, struct buffer *out);
// Appends what is known about a service.
void table_status(const struct supervised *service, struct buffer *out);
