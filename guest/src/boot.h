// The steps of the boot that have files of their own.
#pragma once

// Mounts the file systems that every LinuxKit system has.
void mount_all(void);
// Loads the modules of the present devices, and starts a process that does so for later ones.
void start_hotplug(void);

// Limits the memory that the kernel keeps free, on a small machine.
void bound_reserve(void);
