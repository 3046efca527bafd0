#include "hardening.h"
#include "guest.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define WORD "linuxkit.hardening="
#define UNSIGNED_MODULE (1UL << 13) // a bit of kernel.tainted

// The package sysctl and containers that may do so can set others afterwards. A star stands for the
// network devices that are there, and for `all` and `default`.
static const char *const parameters[][2] = {
	{"kernel/sysrq", "0"},
	{"kernel/core_pattern", "core"}, // a file, not a program
	{"fs/suid_dumpable", "0"},
	{"kernel/kptr_restrict", "2"},
	{"kernel/dmesg_restrict", "1"},
	{"kernel/yama/ptrace_scope", "1"},
	{"kernel/kexec_load_disabled", "1"},
	{"kernel/unprivileged_bpf_disabled", "2"},
	{"net/core/bpf_jit_harden", "2"},
	{"vm/unprivileged_userfaultfd", "0"},
	{"dev/tty/ldisc_autoload", "0"},
	// What outlives its processes is limited, as nothing else limits it: memory goes with the last process
	// that has it, queues are 16 MiB in all, semaphores a quarter of a million.
	{"kernel/shm_rmid_forced", "1"},
	{"kernel/msgmni", "1024"},
	{"kernel/sem", "250 256000 100 1024"},
	{"fs/protected_symlinks", "1"},
	{"fs/protected_hardlinks", "1"},
	{"fs/protected_fifos", "2"},
	{"fs/protected_regular", "2"},
	{"net/ipv4/tcp_syncookies", "1"},
	{"net/ipv4/icmp_echo_ignore_broadcasts", "1"},
	{"net/ipv4/conf/*/rp_filter", "2"}, // loose: machines in several networks may answer by another one
	{"net/ipv4/conf/*/accept_redirects", "0"},
	{"net/ipv4/conf/*/send_redirects", "0"},
	{"net/ipv4/conf/*/accept_source_route", "0"},
	{"net/ipv6/conf/*/accept_redirects", "0"},
	{"net/ipv6/conf/*/accept_source_route", "0"},
};

// Returns whether a word of the kernel command line begins with this.
static bool given(const struct strings *words, const char *start)
{
	for (size_t i = 0; i < words->count; i++)
		if (starts_with(words->items[i], start))
			return true;
	return false;
}

bool hardening_wanted(void)
{
	struct strings words = {0};
	command_line_words(&words);
	bool wanted = false;
	for (size_t i = 0; i < words.count; i++)
		if (starts_with(words.items[i], WORD))
			wanted = strcmp(words.items[i] + strlen(WORD), "on") == 0;
	strings_free(&words);
	return wanted;
}

// Returns whether the kernel command line has sysctl.NAME=, with dots or slashes in the name.
static bool is_set_by_user(const struct strings *words, const char *path)
{
	char *slashes = text("sysctl.%s=", path), *dots = copy_text(slashes);
	for (char *c = dots; *c != '\0'; c++)
		if (*c == '/')
			*c = '.';
	bool found = given(words, slashes) || given(words, dots);
	free(slashes);
	free(dots);
	return found;
}

static void set_parameter(const struct strings *words, const char *pattern, const char *value)
{
	glob_t found;
	char *whole = text("/proc/sys/%s", pattern);
	// A kernel may lack any of them.
	if (glob(whole, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *path = found.gl_pathv[i];
			if (!is_set_by_user(words, path + strlen("/proc/sys/")) && !write_file(path, value) &&
			    errno != EPERM) // the kernel is stricter already
				say_errno("%s", path);
		}
		globfree(&found);
	}
	free(whole);
}

void hardening_set_floor(void)
{
	struct strings words = {0};
	command_line_words(&words);
	for (size_t i = 0; i < COUNT(parameters); i++)
		set_parameter(&words, parameters[i][0], parameters[i][1]);
	strings_free(&words);
	// No core dumps, unless a container asks for its own limit.
	if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) != 0)
		say_errno("cannot turn off core dumps");
}

static bool runs_unsigned_modules(void)
{
	struct buffer content = {0};
	bool tainted = !read_file("/proc/sys/kernel/tainted", 64, &content) ||
		       (strtoul(content.data, NULL, 10) & UNSIGNED_MODULE) != 0;
	buffer_free(&content);
	return tainted;
}

void hardening_close_kernel(void)
{
	static const char *const steps[][3] = {
		{"module.sig_enforce", "/sys/module/module/parameters/sig_enforce", "1"},
		{"lockdown=", "/sys/kernel/security/lockdown", "integrity"},
	};
	struct strings words = {0};
	command_line_words(&words);
	// Without its modules, such a kernel would lose the devices that are found later.
	bool possible = !runs_unsigned_modules();
	for (size_t i = 0; possible && i < COUNT(steps); i++)
		if (!given(&words, steps[i][0]) && exists(steps[i][1]) && !write_file(steps[i][1], steps[i][2]) &&
		    errno != EPERM && errno != EINVAL) // it is stricter already
			say_errno("%s", steps[i][1]);
	strings_free(&words);
}
