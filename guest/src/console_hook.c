// deny-console, which the runtime calls when it has made the control group of a container: keeps the group from
// the machine's console. All programs of a group must agree, so that this only takes away from what crun permits.
#include "applets.h"
#include "console_device.h"
#include "json.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GROUPS "/sys/fs/cgroup"
#define STATE_LIMIT 65536

static struct bpf_insn load(unsigned char to, short offset)
{
	return (struct bpf_insn){.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = to, .src_reg = BPF_REG_1, .off = offset};
}

// Skips instructions if a register is not that value.
static struct bpf_insn unless(unsigned char which, int value, short skipped)
{
	return (struct bpf_insn){.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = which, .off = skipped, .imm = value};
}

static struct bpf_insn calculate(unsigned char operation, unsigned char which, int value)
{
	return (struct bpf_insn){.code = (unsigned char)(BPF_ALU64 | operation | BPF_K), .dst_reg = which, .imm = value};
}

// Loads the program that decides whether a group may use a device: any but the console, of which it may only
// make the node, as of all devices. Returns its descriptor, or -1 with errno.
static int load_program(void)
{
	const struct bpf_insn program[] = {
		load(BPF_REG_2, offsetof(struct bpf_cgroup_dev_ctx, access_type)),
		load(BPF_REG_3, offsetof(struct bpf_cgroup_dev_ctx, major)),
		load(BPF_REG_4, offsetof(struct bpf_cgroup_dev_ctx, minor)),
		calculate(BPF_MOV, BPF_REG_0, 1),
		unless(BPF_REG_3, CONSOLE_MAJOR, 6),
		unless(BPF_REG_4, CONSOLE_MINOR, 5),
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_5, .src_reg = BPF_REG_2},
		calculate(BPF_AND, BPF_REG_5, 0xffff),
		unless(BPF_REG_5, BPF_DEVCG_DEV_CHAR, 2),
		calculate(BPF_RSH, BPF_REG_2, 16),
		{.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = BPF_REG_2, .off = 1, .imm = BPF_DEVCG_ACC_MKNOD},
		{.code = BPF_JMP | BPF_EXIT},
		calculate(BPF_MOV, BPF_REG_0, 0),
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attributes = {
		.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
		.insn_cnt = COUNT(program),
		.insns = (uintptr_t)program,
		.license = (uintptr_t) "GPL",
	};
	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
}

// Has the group's devices decided by one more program.
static bool restrict_group(const char *path)
{
	int group = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), program = group >= 0 ? load_program() : -1;
	union bpf_attr attributes = {
		.target_fd = (unsigned)group,
		.attach_bpf_fd = (unsigned)program,
		.attach_type = BPF_CGROUP_DEVICE,
		.attach_flags = BPF_F_ALLOW_MULTI,
	};
	const bool done = program >= 0 && syscall(SYS_bpf, BPF_PROG_ATTACH, &attributes, sizeof attributes) == 0;
	const int reason = errno;
	if (program >= 0)
		close(program);
	if (group >= 0)
		close(group);
	errno = reason;
	return done;
}

// Returns the number of the process in the state that a hook gets as its input, or 0.
static pid_t read_state(void)
{
	struct buffer content = {0};
	size_t where;
	struct json *state = read_file("/dev/stdin", STATE_LIMIT, &content) ? json_read(content.data, content.size, &where) : NULL;
	const struct json *pid = json_member(state, "pid");
	const pid_t number = pid != NULL && pid->kind == JSON_NUMBER ? (pid_t)pid->number : 0;
	json_free(state);
	buffer_free(&content);
	return number;
}

// Does so with version 1 of control groups.
static bool restrict_legacy_group(pid_t pid)
{
	char *file = text("/proc/%d/cgroup", pid), *position = NULL;
	struct buffer content = {0};
	bool done = false;
	if (read_file(file, STATE_LIMIT, &content))
		for (char *line = strtok_r(content.data, "\n", &position); line != NULL; line = strtok_r(NULL, "\n", &position)) {
			const char *path = strstr(line, ":devices:");
			char *rules = path != NULL ? text(GROUPS "/devices%s/devices.deny", path + strlen(":devices:")) : NULL;
			done = done || (rules != NULL && write_file(rules, "c 5:1 rw"));
			free(rules);
		}
	buffer_free(&content);
	free(file);
	return done;
}

int deny_console_main(int count, char **arguments)
{
	(void)count;
	(void)arguments;
	const pid_t pid = read_state();
	char *group = memory_group(pid), *path = text(GROUPS "%s", group != NULL ? group : "");
	// The container is not started if this fails.
	const bool done = pid > 0 && (group != NULL ? restrict_group(path) : restrict_legacy_group(pid));
	if (!done)
		say_errno("cannot keep a container from the console");
	free(path);
	free(group);
	return done ? 0 : 1;
}
