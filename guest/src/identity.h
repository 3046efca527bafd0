// The host name and /etc/machine-id.
#pragma once

#include <stdbool.h>

#define MACHINE_ID_SIZE 33

// Sets the host name from /etc/hostname, else from the hardware address of the first network device.
void set_host_name(void);
// Writes /run/machine-id unless /etc/machine-id has one, and makes that file show it if it is empty.
void set_machine_id(void);
// Makes a machine ID from the firmware's UUID of the machine. Returns false if that is not a unique one.
bool machine_id_of(const char *uuid, char id[MACHINE_ID_SIZE]);
// Returns the name of the network device that the host name is made from, to be freed by the caller: eth0, else
// the one that the kernel found first; NULL if there is none. `folder` is /sys/class/net.
char *first_network_device(const char *folder);
