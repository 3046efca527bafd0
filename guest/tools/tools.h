// The small programs of components, each called with the arguments of main.
#pragma once

int binfmt_main(int count, char **arguments);
int cri_main(int count, char **arguments);
int crypto_main(int count, char **arguments);
int extend_main(int count, char **arguments);
int format_main(int count, char **arguments);
int kmsg_main(int count, char **arguments);
int loopy_main(int count, char **arguments);
int mountie_main(int count, char **arguments);
int pause_main(int count, char **arguments);
int preload_main(int count, char **arguments);
int rngd_main(int count, char **arguments);
int swap_main(int count, char **arguments);
int sysfs_main(int count, char **arguments);
int metadata_main(int count, char **arguments);
int sshd_start_main(int count, char **arguments);
