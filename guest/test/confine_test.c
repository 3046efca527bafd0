// Specifications with and without restrictions of their own.
#include "check.h"

#include "confine.h"
#include "json.h"
#include "system_calls.h"

// Returns the specification after `confine`, to be freed by the caller.
static char *confined(const char *original)
{
	struct buffer text = {0};
	buffer_text(&text, original);
	bool changed = confine(&text);
	CHECK(changed == (strcmp(text.data, original) != 0));
	size_t where;
	struct json *result = json_read(text.data, text.size, &where);
	CHECK(result != NULL);
	json_free(result);
	// Doing it again changes nothing.
	CHECK(!confine(&text));
	return text.data;
}

static void check_unchanged(const char *original)
{
	char *result = confined(original);
	CHECK_TEXT(result, original);
	free(result);
}

static void check_has(const char *original, const char *wanted, const char *unwanted)
{
	char *result = confined(original);
	CHECK(strstr(result, "\"maskedPaths\":[\"/proc/acpi\",") != NULL);
	CHECK(strstr(result, "\"/proc/sysrq-trigger\"") != NULL);
	CHECK(strstr(result, wanted) != NULL);
	CHECK(unwanted == NULL || strstr(result, unwanted) == NULL);
	free(result);
}

#define CAPABLE(set, name) "{\"process\":{\"capabilities\":{\"" set "\":[\"CAP_KILL\",\"" name "\"]}},\"linux\":{}}"

static void check_sys(const char *original, const char *wanted)
{
	struct buffer text = {0};
	buffer_text(&text, original);
	CHECK(mount_sys_readonly(&text) == (strcmp(original, wanted) != 0));
	CHECK_TEXT(text.data, wanted);
	CHECK(!mount_sys_readonly(&text));
	buffer_free(&text);
}

#define SYS(mount, paths) \
	"{\"mounts\":[{\"destination\":\"/proc\"},{" mount "\"destination\":\"/sys\"}],\"linux\":{\"readonlyPaths\":[" paths "]}}"
#define SYSFS "\"type\":\"sysfs\","

static void test_sys(void)
{
	check_sys(SYS(SYSFS, "\"/a\", \"/sys\",\"/b\""), SYS("\"options\":[\"ro\"]," SYSFS, "\"/a\",\"/b\""));
	check_sys(SYS(SYSFS "\"options\":[],", "\"/sys\""), SYS(SYSFS "\"options\":[\"ro\"],", ""));
	check_sys(SYS(SYSFS "\"options\":[\"nosuid\"],", "\"/sys\""), SYS(SYSFS "\"options\":[\"nosuid\",\"ro\"],", ""));
	check_sys(SYS(SYSFS, "\"/sys/fs\""), SYS(SYSFS, "\"/sys/fs\""));
	check_sys(SYS("\"type\":\"bind\",", "\"/sys\""), SYS("\"type\":\"bind\",", "\"/sys\""));
	check_sys("{\"linux\":{\"readonlyPaths\":[\"/sys\"]}}", "{\"linux\":{\"readonlyPaths\":[\"/sys\"]}}");
}

// Returns how often a call is named in the rules of a filter.
static int times_named(const struct json *filter, const char *call)
{
	int times = 0;
	for (const struct json *rule = json_member(filter, "syscalls")->children; rule != NULL; rule = rule->next)
		for (const struct json *name = json_member(rule, "names")->children; name != NULL; name = name->next)
			times += strcmp(name->string, call) == 0;
	return times;
}

static void check_calls(const char *original, const char *allowed, const char *refused)
{
	struct buffer text = {0};
	size_t where;
	buffer_text(&text, original);
	CHECK(filter_system_calls(&text) && !filter_system_calls(&text));
	struct json *whole = json_read(text.data, text.size, &where);
	const struct json *filter = json_member(json_member(whole, "linux"), "seccomp");
	CHECK_TEXT(json_string(filter, "defaultAction"), "SCMP_ACT_ERRNO");
	CHECK(json_member(filter, "defaultErrnoRet")->number == 1);
	CHECK_TEXT(json_member(filter, "architectures")->children->string, "SCMP_ARCH_X86_64");
	CHECK(times_named(filter, "read") == 1 && times_named(filter, "arch_prctl") == 1);
	CHECK(times_named(filter, "personality") == 5 && times_named(filter, "clone") == 1);
	const struct json *personality = json_member(filter, "syscalls")->children->next->next->next->next->next;
	CHECK(json_member(json_member(personality, "args")->children, "value")->number == 4294967295.0);
	CHECK(times_named(filter, allowed) == 1 && times_named(filter, refused) == 0);
	json_free(whole);
	buffer_free(&text);
}

static void check_no_filter(const char *original)
{
	struct buffer text = {0};
	buffer_text(&text, original);
	CHECK(!filter_system_calls(&text));
	CHECK_TEXT(text.data, original);
	buffer_free(&text);
}

static void test_calls(void)
{
	check_calls("{\"linux\":{}}", "clone3", "reboot");
	check_calls("{\"linux\":{\"maskedPaths\":[]}}", "write", "unshare");
	check_calls(CAPABLE("bounding", "CAP_SYS_BOOT"), "reboot", "mount");
	check_no_filter(CAPABLE("bounding", "CAP_SYS_ADMIN"));
	check_no_filter("{\"linux\":{\"seccomp\":null}}");
	check_no_filter("{\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}}}");
	check_no_filter("{\"linux\":null}");
	check_no_filter("{}");
}

void test_confine(void)
{
	test_calls();
	test_sys();
	check_has("{\"linux\":{}}", ",\"/proc/sys\"]}}", "\"/sys\"");
	check_has("{\"linux\" : { \"namespaces\":[] } }", "\"/proc/sys\"], \"namespaces\":[] } }", NULL);
	check_has(CAPABLE("bounding", "CAP_KILL"), "\"/proc/sys\"", "/proc/sys/");
	check_has(CAPABLE("inheritable", "CAP_SYS_ADMIN"), "\"/proc/sys\"", NULL);
	check_has(CAPABLE("bounding", "CAP_NET_ADMIN"), "\"/proc/sys/kernel\"", "\"/proc/sys\"");
	check_has(CAPABLE("bounding", "CAP_NET_ADMIN"), "\"/proc/sys/vm\"", "\"/proc/sys/net\"");
	check_has("{\"mounts\":[{\"destination\":\"/sys\",\"type\":\"sysfs\"}],\"linux\":{}}", ",\"/sys\"]", NULL);
	check_has("{\"mounts\":[{\"destination\":\"/sys\",\"type\":\"bind\"}],\"linux\":{}}", "\"/sys/firmware\"", ",\"/sys\"]");
	check_has("{\"linux\":{}}", "\"/proc/interrupts\"", NULL);
	check_has("{\"linux\":{}}", "\"/proc/dynamic_debug\"", NULL);
	check_has("{\"linux\":{}}", "\"/proc/mtrr\"", NULL);
	check_has("{\"mounts\":[{\"destination\":\"/sys/firmware/efi\"}],\"linux\":{}}", "\"/proc/sys\"", "/sys/firmware\"");
	check_has("{\"mounts\":[{\"destination\":\"/proc/system\"}, 5, {}],\"linux\":{}}", "\"/proc/sys\"", NULL);

	check_unchanged(CAPABLE("bounding", "CAP_SYS_ADMIN"));
	check_unchanged(CAPABLE("effective", "CAP_SYS_ADMIN"));
	check_unchanged("{\"linux\":{\"maskedPaths\":[]}}");
	check_unchanged("{\"linux\":{\"readonlyPaths\":[\"/proc/sys\"]}}");
	check_unchanged("{\"linux\":[]}");
	check_unchanged("[]");
}
