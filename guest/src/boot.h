// The parts of the boot.
#pragma once

// Mounts everything of the specification's section 2.4.1.
void mount_all(void);
// Loads the modules of the devices that are there, and leaves a process behind that serves those to come.
void start_hotplug(void);
