// The sizes of the file systems in memory. Together they are below what the root leaves of the memory, so
// that filling all of them cannot bring the machine down.
//
// LinuxKit gives half of the memory to /var, to /dev/shm and to each writable container and volume.
#pragma once

enum memory_share {
	SHARE_RUN = 10,
	SHARE_TMP = 10,
	SHARE_VAR = 35,
	SHARE_SHM = 10,
	SHARE_CONTAINERD = 10,      // /var/lib/containerd: its records, and images if someone pulls any
	SHARE_CONTAINERD_STATE = 5, // /run/containerd: a few files for each running container
	SHARE_RUNC = 1,             // /run/runc: its notes on containers that run once
	SHARE_LAYERS = 15,          // divided among the volumes and services that may be written to, and
				    // two containers that run once
};

// Returns the option that gives a tmpfs its share, and then the other options; to be freed by the caller.
char *memory_share(enum memory_share percent, const char *options);
// Returns the option for the layer of one container or volume; to be freed by the caller.
char *layer_share(void);
// Mount file systems for containerd and for runc alone, so that they can start containers when /var and
// /run are full. A directory that is on a disk is left alone.
void mount_containerd_memory(void);
void mount_runc_memory(void);
