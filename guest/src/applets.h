// The programs of the guest, each called with the arguments of main.
#pragma once

#include <stdbool.h>

int leave_initramfs_main(int count, char **arguments); // /init
int first_stage_main(void);                            // /init without /sbin/init
// Mounts an EROFS image that is a file; ends the program if that is impossible.
void image_root_mount(const char *image, const char *target);
int init_main(int count, char **arguments);            // /sbin/init
int boot_main(int count, char **arguments);            // /bin/rc.init
int shutdown_main(int count, char **arguments);        // /bin/rc.shutdown
int power_main(int count, char **arguments);           // poweroff, reboot, halt
int random_seed_main(int count, char **arguments);     // 015-random-seed
int modprobe_main(int count, char **arguments);
int usermode_helper_main(int count, char **arguments);
int deny_console_main(int count, char **arguments); // a hook of containers
int issue_main(int count, char **arguments);    // /etc/init.d/000-issue
int rungetty_main(int count, char **arguments); // getty's command
int autologin_main(int count, char **arguments); // started by getty if no password is needed
int sysctl_main(int count, char **arguments);
int shim_main(int count, char **arguments); // containerd-shim-linuxkit-v1
int service_main(int count, char **arguments); // /usr/bin/service under its names

// Returns whether /sbin/usermode-helper was executed, whatever argv[0] contains.
bool is_usermode_helper(void);
