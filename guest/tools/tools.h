// The small programs of components, each called with the arguments of main.
#pragma once

int metadata_main(int count, char **arguments);
int sshd_start_main(int count, char **arguments);
