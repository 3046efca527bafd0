// The devices that are there, and the modules that they want.
#pragma once

#include "modules.h"

struct coldplug {
	struct modules modules;
	struct strings seen; // aliases already served
};

void coldplug_open(struct coldplug *devices);
void coldplug_close(struct coldplug *devices);
// Loads the modules that an alias stands for; whether that loaded any. Each alias is served once.
bool coldplug_serve(struct coldplug *devices, const char *alias);
// Serves every device there is; whether that loaded anything, which may bring new devices.
bool coldplug_serve_present(struct coldplug *devices);
