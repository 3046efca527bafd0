// Loads the modules of the devices that are present.
#pragma once

#include "modules.h"

struct coldplug {
	struct modules modules;
	struct strings seen; // aliases handled so far
};

void coldplug_open(struct coldplug *devices);
void coldplug_close(struct coldplug *devices);
// Loads the modules that match a device's alias, once for each alias. Returns whether it loaded any.
bool coldplug_serve(struct coldplug *devices, const char *alias);
// Does so for every device. Returns whether it loaded any module, which may reveal more devices.
bool coldplug_serve_present(struct coldplug *devices);
