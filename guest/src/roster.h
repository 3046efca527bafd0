// The services that the system has.
#pragma once

#include "supervised.h"

// Reads the policies of all services in the options' folder.
void roster_read(struct supervisor *supervisor);
// Makes services that wait for each other in a circle, or for such ones, wait for none.
void roster_break_circles(struct supervisor *supervisor);
