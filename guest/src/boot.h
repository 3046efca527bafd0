// The steps of the boot that have files of their own.
#pragma once

// Mounts every file system of the specification's section 2.4.1.
void mount_all(void);
// Loads the modules of the present devices, and starts a process that does so for later ones.
void start_hotplug(void);
