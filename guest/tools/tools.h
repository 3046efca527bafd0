// The small programs of components, each called with the arguments of main.
#pragma once

int auditd_start_main(int count, char **arguments);
int binfmt_main(int count, char **arguments);
int cri_main(int count, char **arguments);
int crypto_main(int count, char **arguments);
int extend_main(int count, char **arguments);
int format_main(int count, char **arguments);
int host_timesync_main(int count, char **arguments);
int kmsg_main(int count, char **arguments);
int logread_main(int count, char **arguments);
int logwrite_main(int count, char **arguments);
int loopy_main(int count, char **arguments);
int memlogd_main(int count, char **arguments);
int metadata_main(int count, char **arguments);
int mountie_main(int count, char **arguments);
int pause_main(int count, char **arguments);
int preload_main(int count, char **arguments);
int rngd_main(int count, char **arguments);
int sshd_start_main(int count, char **arguments);
int swap_main(int count, char **arguments);
int sysfs_main(int count, char **arguments);
int trim_main(int count, char **arguments);
int vsudd_main(int count, char **arguments);
int wireguard_main(int count, char **arguments);
