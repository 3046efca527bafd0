// The programs of components, which need not be in the guest's own program: argv[0] selects one.
#include "tools.h"

#include "guest.h"

#include <string.h>

static const struct {
	const char *name;
	int (*run)(int count, char **arguments);
} programs[] = {
	{"002-logging", memlogd_main},
	{"auditd-start", auditd_start_main},
	{"binfmt", binfmt_main},
	{"cri", cri_main},
	{"crypto", crypto_main},
	{"extend", extend_main},
	{"format", format_main},
	{"host-timesync-daemon", host_timesync_main},
	{"kmsg", kmsg_main},
	{"lk-wg-config", wireguard_main},
	{"logread", logread_main},
	{"logwrite", logwrite_main},
	{"loopy", loopy_main},
	{"memlogd", memlogd_main},
	{"metadata", metadata_main},
	{"mountie", mountie_main},
	{"pause", pause_main},
	{"preload", preload_main},
	{"rngd", rngd_main},
	{"sshd-start", sshd_start_main},
	{"swap.sh", swap_main},
	{"sysfs", sysfs_main},
	{"trim-after-delete", trim_main},
	{"vsudd", vsudd_main},
};

int main(int count, char **arguments)
{
	if (count < 1)
		return 1;
	standard_streams();
	const char *slash = strrchr(arguments[0], '/');
	program_name = slash != NULL ? slash + 1 : arguments[0];
	for (size_t i = 0; i < COUNT(programs); i++)
		if (strcmp(program_name, programs[i].name) == 0)
			return programs[i].run(count, arguments);
	fatal("no such program");
}
