// The services that the system has.
#pragma once

#include "kept.h"

// Reads the policies of all services in the options' folder, and makes room to keep their states.
void roster_read(struct supervisor *supervisor, struct kept *kept);
// Like roster_read, with the states that were kept. Returns false if the services are others now.
bool roster_resume(struct supervisor *supervisor, struct kept *kept);
// Makes services that wait for each other in a circle, or for such ones, wait for none.
void roster_break_circles(struct supervisor *supervisor);
