#include "check.h"

#include "binfmt.h"
#include "block.h"
#include "filesystem.h"
#include "guest.h"
#include "kmsg.h"
#include "rngd.h"
#include "swap.h"
#include "tools.h"
#include "wireguard.h"

#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/guest-test-XXXXXX";

static void shell(const char *script)
{
	char *line = text("cd %s; %s", folder, script);
	CHECK(run_program("/bin/sh", (char *[]){"sh", "-ec", line, NULL}) == 0);
	free(line);
}

// Returns the status of a program that may end itself.
static int status_of(int (*program)(int, char **), int count, char **arguments)
{
	pid_t pid = fork();
	CHECK(pid >= 0);
	if (pid == 0)
		_exit(program(count, arguments));
	return wait_for(pid);
}

static void expect_list(const struct strings *list, const char *should)
{
	struct buffer all = {0};
	buffer_text(&all, "");
	for (size_t i = 0; i < list->count; i++) {
		buffer_text(&all, i > 0 ? " " : "");
		buffer_text(&all, list->items[i]);
	}
	CHECK_TEXT(all.data, should);
	buffer_free(&all);
}

static void finds_disks(void)
{
	shell("mkdir -p sys/class/block; cd sys/class/block; for d in sda sdb sr0 loop0 nbd0 ram0 zram0 dm-0 md0 fd0 mmcblk0 "
	      "mmcblk0boot0 nvme0n1 sdc sdd vda1; do mkdir $d; echo 100 > $d/size; echo 0 > $d/ro; done; "
	      "echo 0 > sdc/size; echo 1 > sdd/ro; echo 1 > vda1/partition; "
	      "for n in 1 2 10; do mkdir sda/sda$n; echo $n > sda/sda$n/partition; ln -s sda/sda$n sda$n; done");
	struct strings found = {0}, parts = {0};
	drives(folder, &found);
	expect_list(&found, "md0 mmcblk0 nvme0n1 sda sdb");
	partitions(folder, "sda", &parts);
	expect_list(&parts, "sda1 sda2 sda10");
	CHECK(block_number(folder, "sda", "size") == 100);
	CHECK(block_number(folder, "sda", "missing") == 0);
	strings_free(&found);
	strings_free(&parts);
	static const char *const nodes[][2] = {{"/dev/sda", "/dev/sda1"}, {"/dev/mmcblk0", "/dev/mmcblk0p1"},
					       {"/dev/nvme0n9", "/dev/nvme0n9p1"}};
	for (size_t i = 0; i < COUNT(nodes); i++) {
		char *node = partition_node(nodes[i][0], 1);
		CHECK_TEXT(node, nodes[i][1]);
		free(node);
	}
}

static void reads_sizes_and_conditions(void)
{
	uint64_t bytes;
	CHECK(swap_size("3G", &bytes) && bytes == 3ULL << 30);
	CHECK(swap_size("5M", &bytes) && bytes == 5 << 20);
	CHECK(swap_size("7K", &bytes) && bytes == 7 << 10);
	CHECK(swap_size("4096", &bytes) && bytes == 4096);
	static const char *const wrong[] = {"", "0", "M", "1T", "1MB", "-1M", " 1M", "99999999999999999999", "9999999999G"};
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(!swap_size(wrong[i], &bytes));
	shell("printf 'proc /proc proc rw 0 0\\n/dev/sda1 /var/lib ext4 rw 0 0\\n' > mounts");
	char *mounts = text("%s/mounts", folder);
	CHECK(swap_condition("part:/var/lib", mounts) == CONDITION_MET);
	CHECK(swap_condition("part:/var", mounts) == CONDITION_UNMET);
	CHECK(swap_condition("part:/var:true", mounts) == CONDITION_REQUIRED);
	CHECK(swap_condition("part:/var:false", mounts) == CONDITION_UNMET);
	CHECK(swap_condition("partsize:/:1M", mounts) == CONDITION_MET);
	CHECK(swap_condition("partsize:/:8000000G", mounts) == CONDITION_UNMET);
	CHECK(swap_condition("partsize:/:8000000G:true", mounts) == CONDITION_REQUIRED);
	CHECK(swap_condition("partsize:/", mounts) == CONDITION_WRONG);
	CHECK(swap_condition("other:/var", mounts) == CONDITION_WRONG);
	CHECK(swap_condition("", mounts) == CONDITION_WRONG);
	free(mounts);
}

static void expect_line(const char *record, long long started, const char *should)
{
	char *copy = copy_text(record), *line = kmsg_line(copy, started);
	CHECK_TEXT(line, should);
	free(line);
	free(copy);
}

static void prints_kernel_messages(void)
{
	expect_line("6,12,1500000,-;SCSI subsystem initialized\n SUBSYSTEM=scsi\n", 1000000000LL * 86400,
		    "(12) - 1970-01-02T00:00:01.5Z: SCSI subsystem initialized\n");
	expect_line("30,0,0,-,caller=T1;a;b", 0, "(0) - 1970-01-01T00:00:00Z: a;b\n");
	static const char *const wrong[] = {"", "6,1,2,-", "6;text", "a,b,c,-;text"};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		char *copy = copy_text(wrong[i]);
		CHECK(kmsg_line(copy, 0) == NULL);
		free(copy);
	}
}

static void names_interpreters(void)
{
	char *name = binfmt_name(":qemu-arm:M::\\x7f:\\xff:/usr/bin/qemu-arm:CF");
	CHECK_TEXT(name, "qemu-arm");
	free(name);
	static const char *const wrong[] = {"", ":", "::M:", ":../status:M:", ":..:M:", ":open"};
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(binfmt_name(wrong[i]) == NULL);
}

static void writes_to_sys(void)
{
	char *settings = text("%s/settings", folder), *root = text("%s/root", folder), *path = text("%s/a/b", root);
	char *arguments[] = {"sysfs", "-configDir", settings, "-sysfsDir", root, NULL};
	shell("mkdir -p settings root/a; touch root/a/b outside; printf '# a comment\\n\\n a/b = x y \\n' > settings/1");
	CHECK(status_of(sysfs_main, 5, arguments) == 0);
	struct buffer content = {0};
	CHECK(read_file(path, 100, &content));
	CHECK_TEXT(content.data, "x y");
	buffer_free(&content);
	static const char *const wrong[] = {"a/b", "a/b = c = d", "a/missing = 1", "../outside = 1", "a/../../outside = 1"};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		char *script = text("echo '%s' > settings/1", wrong[i]);
		shell(script);
		CHECK(status_of(sysfs_main, 5, arguments) == 1);
		free(script);
	}
	shell("test ! -s outside");
	free(path);
	free(root);
	free(settings);
}

// What mkfs writes is read back; skipped where it is not installed.
static void knows_the_size_of_file_systems(void)
{
	const struct filesystem *ext4 = filesystem_named("ext4");
	CHECK(ext4 != NULL && filesystem_named("btrfs") != NULL && filesystem_named("xfs") != NULL);
	CHECK(filesystem_named("vfat") == NULL);
	if (exists(ext4->maker)) {
		char *image = text("%s/ext4", folder);
		shell("truncate -s 64M ext4");
		CHECK(filesystem_make(ext4, image, "DATA"));
		CHECK(filesystem_size(ext4, image) == 64 << 20);
		shell("truncate -s 96M ext4");
		CHECK(filesystem_check(ext4, image) && ext4->grow(image));
		CHECK(filesystem_size(ext4, image) == 96 << 20);
		free(image);
	}
	// The fields of the other two, as their formats have them.
	shell("printf '\\130\\106\\123\\102\\0\\0\\020\\0\\0\\0\\0\\0\\0\\0\\100\\0' > xfs; truncate -s 4096 xfs; truncate -s 69632 btrfs; "
	      "printf '\\0\\0\\0\\10' | dd of=btrfs bs=1 seek=65745 conv=notrunc 2>/dev/null");
	char *xfs = text("%s/xfs", folder), *btrfs = text("%s/btrfs", folder);
	CHECK(filesystem_size(filesystem_named("xfs"), xfs) == 64 << 20);
	CHECK(filesystem_size(filesystem_named("btrfs"), btrfs) == 128 << 20);
	free(btrfs);
	free(xfs);
}

static void refuses_wrong_command_lines(void)
{
	CHECK(status_of(format_main, 3, (char *[]){"format", "-type", "vfat", NULL}) == 1);
	CHECK(status_of(format_main, 3, (char *[]){"format", "-partition", "mbr", NULL}) == 1);
	CHECK(status_of(format_main, 2, (char *[]){"format", "-force", NULL}) == 1);
	CHECK(status_of(format_main, 4, (char *[]){"format", "-label", "longer than sixteen", "/dev/missing", NULL}) == 1);
	CHECK(status_of(mountie_main, 1, (char *[]){"mountie", NULL}) == 1);
	CHECK(status_of(mountie_main, 6, (char *[]){"mountie", "-label", "a", "-uuid", "b", "/mnt", NULL}) == 1);
	CHECK(status_of(loopy_main, 4, (char *[]){"loopy", "-d", "/dev/missing", "/etc/passwd", NULL}) == 2);
	CHECK(status_of(crypto_main, 3, (char *[]){"crypto", "../name", "/dev/missing", NULL}) == 1);
	CHECK(status_of(swap_main, 5, (char *[]){"swap.sh", "--path", "/etc/x", "--size", "1M", NULL}) == 1);
	CHECK(status_of(swap_main, 5, (char *[]){"swap.sh", "--path", "/var/../etc/x", "--size", "1M", NULL}) == 1);
}

static void test_wireguard(void)
{
	char content[] = "[Interface] # ours\nPrivateKey = a2V5=\naddress = 10.0.0.1/24, fd00::1/64\nMTU=1280\n"
			 "DNS = 10.0.0.53\nPostUp = rm -rf /\nListenPort = 51820\n\n[Peer]\nPublicKey = cGVlcg==\n"
			 "AllowedIPs = 10.0.0.2/32,fd00::2/128\nEndpoint = 192.0.2.1:51820";
	struct wireguard read;
	wireguard_read(content, &read);
	CHECK_TEXT(read.wg.data, "[Interface]\nPrivateKey = a2V5=\nListenPort = 51820\n[Peer]\nPublicKey = cGVlcg==\n"
				 "AllowedIPs = 10.0.0.2/32,fd00::2/128\nEndpoint = 192.0.2.1:51820\n");
	expect_list(&read.addresses, "10.0.0.1/24 fd00::1/64");
	expect_list(&read.servers, "10.0.0.53");
	expect_list(&read.allowed, "10.0.0.2/32 fd00::2/128");
	CHECK_TEXT(read.mtu, "1280");
	CHECK(!read.no_routes);
	wireguard_free(&read);
}

void test_tools(void)
{
	test_wireguard();
	CHECK(mkdtemp(folder) != NULL);
	finds_disks();
	reads_sizes_and_conditions();
	prints_kernel_messages();
	names_interpreters();
	writes_to_sys();
	knows_the_size_of_file_systems();
	refuses_wrong_command_lines();
	uint64_t one = 0, other = 0;
	random_source *source = processor_source(true, true);
	CHECK(source == NULL || (source(&one) && source(&other) && one != other));
	CHECK(processor_source(false, false) == NULL);
	CHECK(run_program("/bin/rm", (char *[]){"rm", "-rf", folder, NULL}) == 0);
}
