#include "check.h"

#include "guest.h"
#include "modules.h"

static void write_text(const char *folder, const char *name, const char *content)
{
	char *path = text("%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
	free(path);
}

static void collect(struct module *module, void *context)
{
	strings_add(context, module->name);
}

static void expect(struct modules *modules, const char *name, const char *first, size_t count)
{
	struct strings found = {0};
	CHECK(modules_match(modules, name, collect, &found) == count && found.count == count);
	if (count > 0)
		CHECK_TEXT(found.items[0], first);
	strings_free(&found);
}

static void write_settings(const char *root)
{
	static const char *const folders[] = {"etc/modprobe.d", "lib/modprobe.d", "proc"};
	for (size_t i = 0; i < COUNT(folders); i++) {
		char *path = text("%s/%s", root, folders[i]);
		CHECK(make_directories(path, 0755));
		free(path);
	}
	write_text(root, "etc/modprobe.d/black.conf",
		   "# comment\nblacklist  xen-netfront\nblacklist missing\noptions overlay x=1 \\\n  y=2 \n"
		   "options\noptions overlay\nsoftdep failover pre: overlay\nblacklist\n");
	write_text(root, "etc/modprobe.d/other", "blacklist overlay\n");
	write_text(root, "lib/modprobe.d/black.conf", "blacklist overlay\n"); // hidden by the one in /etc
	write_text(root, "lib/modprobe.d/more.conf", "options virtio-net napi=0\n");
	write_text(root, "proc/cmdline",
		   "console=ttyS0 overlay.z=3 overlay. overlay.=4 root=a.b=c virtio_net.name=\"a b\" overlay.flag\n"
		   "modprobe_blacklist=missing,net-failover \tfailover.last=1 -- overlay.init=1\n");
}

static void test_settings_of(struct modules *modules)
{
	CHECK_TEXT(modules_find(modules, "overlay")->parameters, "x=1     y=2 z=3 flag");
	CHECK_TEXT(modules_find(modules, "virtio_net")->parameters, "napi=0 name=\"a b\"");
	CHECK_TEXT(modules_find(modules, "failover")->parameters, "last=1");
	CHECK(modules_find(modules, "xen_netfront")->parameters == NULL);
	CHECK_TEXT(modules_find(modules, "failover")->soft_dependencies, "pre: overlay");
}

// As many modules as a distribution's kernel has, some twice: the first one counts.
static void test_many(const char *folder)
{
	struct buffer list = {0};
	for (unsigned i = 0; i < 6000; i++) {
		char *line = text("kernel/%u/module-%u.ko:\n", i, i * 7919 % 4000);
		buffer_text(&list, line);
		free(line);
	}
	write_text(folder, "modules.dep", list.data);
	buffer_free(&list);
	struct modules modules;
	modules_open(&modules, folder);
	for (unsigned i = 0; i < 4000; i++) {
		char *name = text("module_%u", i * 7919 % 4000);
		CHECK(modules_find(&modules, name) == &modules.list[i]);
		free(name);
	}
	CHECK(modules_find(&modules, "module_") == NULL && modules_find(&modules, "n") == NULL);
	modules_close(&modules);
}

void test_modules(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	write_text(folder, "modules.dep",
		   "kernel/net/virtio_net.ko.xz: kernel/net/net_failover.ko.xz kernel/net/failover.ko.xz\n"
		   "kernel/net/net_failover.ko.xz: kernel/net/failover.ko.xz\nkernel/net/failover.ko.xz:\n"
		   "kernel/drivers/xen-netfront.ko:\nkernel/fs/overlay.ko.zst:\nnonsense\n");
	write_text(folder, "modules.alias",
		   "# comment\nalias virtio:d00000001v* virtio_net\nalias xen:vif xen_netfront\nalias fs-overlay overlay\n"
		   "alias pci:v00001AF4d00001000sv*sd*bc*sc*i* virtio-net\nalias pci:v*d*sv*sd*bc02sc00i* missing\n"
		   "alias virtio:d0000000[12]v* overlay\nalias half\n");
	write_text(folder, "modules.softdep",
		   "# comment\nsoftdep overlay pre: failover xen:vif post: virtio-net pre: net_failover\nsoftdep missing pre: overlay\n"
		   "softdep overlay post: failover\nsoftdep\n");
	write_settings(folder);
	struct modules modules;
	modules_open(&modules, folder);
	modules_configure(&modules, folder);
	CHECK(modules.count == 5 && modules.alias_count == 6);
	expect(&modules, "virtio_net", "virtio_net", 1);
	expect(&modules, "xen-netfront", "xen_netfront", 1); // - and _ are equivalent in names
	expect(&modules, "fs-overlay", "overlay", 1);
	expect(&modules, "virtio:d00000001v00001AF4", "virtio_net", 2);
	expect(&modules, "virtio:d00000002v00001AF4", "overlay", 1);
	expect(&modules, "virtio:d00000003v00001AF4", NULL, 0);
	expect(&modules, "pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00", "virtio_net", 1); // the other module is missing
	expect(&modules, "", NULL, 0);
	CHECK_TEXT(modules.list[0].dependencies, "kernel/net/net_failover.ko.xz kernel/net/failover.ko.xz");
	struct module *overlay = &modules.list[4];
	CHECK_TEXT(overlay->name, "overlay");
	struct strings before = {0}, after = {0}, none = {0};
	modules_soft_dependencies(overlay, "pre", &before);
	modules_soft_dependencies(overlay, "post", &after);
	modules_soft_dependencies(&modules.list[0], "pre", &none);
	CHECK(before.count == 3 && after.count == 2 && none.count == 0);
	CHECK_TEXT(before.items[0], "failover");
	CHECK_TEXT(before.items[1], "xen:vif");
	CHECK_TEXT(before.items[2], "net_failover");
	CHECK_TEXT(after.items[0], "virtio-net");
	strings_free(&before);
	strings_free(&after);
	for (size_t i = 0; i < modules.count; i++)
		CHECK(modules.list[i].blacklisted == (i == 1 || i == 3));
	CHECK(!modules_load(&modules, "xen:vif", "") && !modules.list[3].tried); // blacklisted: not even tried
	modules.forbid_names = true;
	CHECK(!modules_load(&modules, "net-failover", "") && !modules.list[1].tried);
	modules.forbid_names = false;
	CHECK(!modules_load(&modules, "net-failover", "") && modules.list[1].tried); // there is no such file
	test_settings_of(&modules);
	modules_close(&modules);
	test_many(folder);
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0);
	modules_open(&modules, folder); // the folder does not exist any more
	expect(&modules, "virtio_net", NULL, 0);
	modules_close(&modules);
}
