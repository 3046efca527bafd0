#include "check.h"

#include "disk_names.h"
#include "disk_text.h"
#include "partition.h"

#include <unistd.h>

static void expect_text(char *is, const char *should)
{
	CHECK_TEXT(is, should);
	free(is);
}

static void test_names(void)
{
	expect_text(encoded_label("data-1_a.b:c=d@e+f#g"), "data-1_a.b:c=d@e+f#g");
	expect_text(encoded_label("a b/c\\\n"), "a\\x20b\\x2fc\\x5c\\x0a");
	expect_text(encoded_label("h\xc3\xa9 \xe2\x82\xac"), "h\xc3\xa9\\x20\xe2\x82\xac");
	expect_text(encoded_label("\xc3"), "\\xc3");                                           // cut short
	expect_text(encoded_label("\xc0\xaf\xe0\x80\xaf"), "\\xc0\\xaf\\xe0\\x80\\xaf"); // a slash in too many bytes
	expect_text(encoded_label("\xed\xa0\x80"), "\\xed\\xa0\\x80");                       // half of a pair
	expect_text(plain_name("  QEMU  HARD/DISK \n"), "QEMU_HARD_DISK");
	expect_text(plain_name("\xc3\xa9"), "__");
	char out[64];
	utf16_text((const unsigned char *)"E\0\xac\x20\x3d\xd8\0\xde\0\xd8x\0\0\0y\0", 8, out);
	CHECK_TEXT(out, "E\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdx");
	utf16_text((const unsigned char *)"a\0\x3d\xd8", 2, out);
	CHECK_TEXT(out, "a\xef\xbf\xbd");
}

static void test_gpt(const char *folder)
{
	char *disk = text("%s/disk", folder);
	char *script = text("truncate -s 4M %s && sgdisk -o -n 1:2048:+1M -c 1:'EFI \xc3\xa9' "
			    "-u 1:01234567-89AB-CDEF-0123-456789ABCDEF -n 3:0:0 %s >/dev/null",
			    disk, disk);
	struct partition partition;
	CHECK(run_program("/bin/sh", (char *[]){"sh", "-ec", script, NULL}) == 0);
	CHECK(partition_read(disk, 1, &partition));
	CHECK_TEXT(partition.uuid, "01234567-89ab-cdef-0123-456789abcdef");
	CHECK_TEXT(partition.label, "EFI \xc3\xa9");
	CHECK(partition_read(disk, 3, &partition) && strlen(partition.uuid) == 36);
	CHECK(!partition_read(disk, 0, &partition) && !partition_read(disk, 2, &partition));
	CHECK(!partition_read(disk, 128, &partition) && !partition_read(disk, 129, &partition));
	FILE *file = fopen(disk, "r+");
	CHECK(file != NULL && fseek(file, 512 + 72, SEEK_SET) == 0 && fputc(3, file) == 3 && fclose(file) == 0);
	CHECK(!partition_read(disk, 1, &partition)); // the checksum is wrong
	free(script);
	free(disk);
}

static void test_mbr(const char *folder)
{
	char *disk = text("%s/mbr", folder);
	unsigned char sector[512] = {0};
	memcpy(sector + 440, "\x78\x56\x34\x12", 4);
	sector[510] = 0x55;
	sector[511] = 0xaa;
	FILE *file = fopen(disk, "w");
	CHECK(file != NULL && fwrite(sector, 1, sizeof sector, file) == sizeof sector && fclose(file) == 0);
	struct partition partition;
	CHECK(partition_read(disk, 11, &partition));
	CHECK_TEXT(partition.uuid, "12345678-0b");
	CHECK_TEXT(partition.label, "");
	free(disk);
}

static void put(const char *folder, const char *name, const char *content)
{
	char *path = text("%s/%s", folder, name), *slash = strrchr(path, '/');
	*slash = '\0';
	CHECK(make_directories(path, 0755));
	*slash = '/';
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
	free(path);
}

static void expect_names(const char *root, const char *device, const char *should)
{
	struct strings names = {0};
	struct buffer all = {0};
	disk_names(root, device, &names);
	buffer_text(&all, "");
	for (size_t i = 0; i < names.count; i++) {
		buffer_text(&all, i > 0 ? " " : "");
		buffer_text(&all, names.items[i]);
	}
	CHECK_TEXT(all.data, should);
	buffer_free(&all);
	strings_free(&names);
}

static void test_devices(const char *root)
{
	static const struct {
		const char *device, *folder;
	} devices[] = {
		{"vda", "pci0000:00/0000:00:04.0/virtio1/block/vda"},
		{"vda2", "pci0000:00/0000:00:04.0/virtio1/block/vda/vda2"},
		{"sda", "pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda"},
		{"sdb", "pci0000:00/0000:00:05.0/virtio2/host7/target7:0:3/7:0:3:1/block/sdb"},
		{"nvme0n1", "pci0000:00/0000:00:02.1/0000:01:00.0/nvme/nvme0/nvme0n1"},
		{"vdb", "platform/a003e00.virtio_mmio/virtio0/block/vdb"},
		{"loop0", "virtual/block/loop0"},
	};
	for (size_t i = 0; i < COUNT(devices); i++) {
		char *size = text("sys/devices/%s/size", devices[i].folder), *link = text("%s/sys/class/block", root);
		char *path = text("%s/%s", link, devices[i].device);
		char *target = text("../../devices/%s", devices[i].folder);
		put(root, size, strcmp(devices[i].device, "loop0") == 0 ? "0\n" : "8192\n");
		CHECK(make_directories(link, 0755) && symlink(target, path) == 0);
		free(size);
		free(link);
		free(path);
		free(target);
	}
#define PCI "sys/devices/pci0000:00/"
	put(root, PCI "0000:00:04.0/virtio1/block/vda/serial", "../disk one\n");
	put(root, PCI "0000:00:04.0/virtio1/block/vda/vda2/partition", "2\n");
	expect_names(root, "vda", "by-id/virtio-.._disk_one by-path/pci-0000:00:04.0");
	expect_names(root, "vda2", "by-id/virtio-.._disk_one-part2 by-path/pci-0000:00:04.0-part2");
	put(root, PCI "0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/device/vendor", "ATA     \n");
	put(root, PCI "0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/device/model", "QEMU HARDDISK   \n");
	put(root, PCI "0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/device/wwid", "naa.5000c500a0b1c2d3\n");
	expect_names(root, "sda", "by-id/wwn-0x5000c500a0b1c2d3 by-path/pci-0000:00:1f.2-ata-1");
	put(root, PCI "0000:00:05.0/virtio2/host7/target7:0:3/7:0:3:1/block/sdb/device/vendor", "Google\n");
	put(root, PCI "0000:00:05.0/virtio2/host7/target7:0:3/7:0:3:1/block/sdb/device/model", "PersistentDisk\n");
	expect_names(root, "sdb", "by-path/pci-0000:00:05.0-scsi-0:0:3:1");
	put(root, PCI "0000:00:02.1/0000:01:00.0/nvme/nvme0/nvme0n1/wwid", "eui.0123\n");
	put(root, PCI "0000:00:02.1/0000:01:00.0/nvme/nvme0/nvme0n1/nsid", "1\n");
	put(root, PCI "0000:00:02.1/0000:01:00.0/nvme/nvme0/nvme0n1/device/model", "Fast Disk\n");
	put(root, PCI "0000:00:02.1/0000:01:00.0/nvme/nvme0/nvme0n1/device/serial", "S1\n");
	expect_names(root, "nvme0n1",
		     "by-id/nvme-eui.0123 by-id/nvme-Fast_Disk_S1_1 by-id/nvme-Fast_Disk_S1 by-path/pci-0000:01:00.0-nvme-1");
	expect_names(root, "vdb", "by-path/platform-a003e00.virtio_mmio");
	expect_names(root, "loop0", "");
	expect_names(root, "missing", "");
}

// A disk in the place of /dev/vda, with a file system in its second partition.
static void test_contents(const char *root)
{
	char *script = text("mkdir -p %s/dev && cd %s/dev && truncate -s 4M vda vda2 && mkfs.ext4 -q -L 'my/data' "
			    "-U 01234567-89ab-cdef-0123-456789abcdef vda2 && sgdisk -o -n 2:0:0 -c 2:.. vda >/dev/null && "
			    "sgdisk -u 2:11111111-2222-3333-4444-555555555555 vda >/dev/null",
			    root, root);
	CHECK(run_program("/bin/sh", (char *[]){"sh", "-ec", script, NULL}) == 0);
	expect_names(root, "vda2",
		     "by-uuid/01234567-89ab-cdef-0123-456789abcdef by-label/my\\x2fdata "
		     "by-partuuid/11111111-2222-3333-4444-555555555555 by-id/virtio-.._disk_one-part2 "
		     "by-path/pci-0000:00:04.0-part2");
	free(script);
}

void test_disk(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	test_names();
	test_gpt(folder);
	test_mbr(folder);
	test_devices(folder);
	test_contents(folder);
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0);
}
