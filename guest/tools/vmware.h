// What a VMware hypervisor tells its guest: values with names, such as guestinfo.userdata.
#pragma once

#include "guest.h"

// Carries one request to the hypervisor and appends its reply. Returns false if there is none.
typedef bool (*vmware_transport)(const char *request, size_t limit, struct buffer *reply);

// The hypervisor's own port. Returns false anywhere but under VMware, without touching the port.
bool vmware_port(const char *request, size_t limit, struct buffer *reply);
// Returns whether this machine runs under VMware, as the processor says.
bool vmware_present(void);

// Appends a value of guestinfo, decoded as its `.encoding` says: base64, gzip+base64, or not at all. Returns
// false if it is missing, empty or malformed.
bool guestinfo_read(vmware_transport transport, const char *name, struct buffer *value);
// Writes what guestinfo has. Returns false if it has neither metadata nor user data.
bool guestinfo_extract(vmware_transport transport, int output, struct buffer *user_data);
