#include "check.h"

#include "applets.h"
#include "guest.h"

#include <unistd.h>

static void expect(const char *root, const char *name, const char *should)
{
	char *path = text("%s/%s", root, name);
	struct buffer content = {0};
	CHECK(read_file(path, 100, &content));
	CHECK_TEXT(content.data, should);
	buffer_free(&content);
	free(path);
}

void test_sysctl(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	char *script = text("cd %s; mkdir -p conf net/ipv4/conf/eth0.5 kernel; touch net/forward net/ipv4/conf/eth0.5/a "
			    "net/ipv4/conf/eth0.5/b kernel/panic outside; printf '%%s\\n' 'net.forward = 1' "
			    "'net/ipv4/conf/eth0.5/a = 2' 'net.ipv4.conf.eth0/5.b=3' '-kernel.panic = 4' "
			    "'-kernel.missing = 5' 'kernel/../outside = 6' 'kernel..//outside = 7' > conf/a.conf",
			    folder);
	CHECK(run_program("/bin/sh", (char *[]){"sh", "-ec", script, NULL}) == 0);
	char *settings = text("%s/conf", folder);
	CHECK(sysctl_main(5, (char *[]){"sysctl", "-configDir", settings, "-sysctlDir", folder, NULL}) == 0);
	expect(folder, "net/forward", "1");
	expect(folder, "net/ipv4/conf/eth0.5/a", "2");
	expect(folder, "net/ipv4/conf/eth0.5/b", "3");
	expect(folder, "kernel/panic", "4");
	expect(folder, "outside", "");
	CHECK(run_program("/bin/rm", (char *[]){"rm", "-rf", folder, NULL}) == 0);
	free(settings);
	free(script);
}
