// `service logs`.
#pragma once

// Prints the output of a service, and with -f what follows. Returns the exit status.
int service_logs(char **arguments);
