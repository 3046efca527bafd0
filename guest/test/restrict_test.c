// What the guest adds to specifications, and paths inside of containers.
#include "check.h"

#include "console_device.h"
#include "device_rules.h"
#include "inside.h"
#include "json.h"
#include "process_limit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct buffer buffer_of(const char *original)
{
	struct buffer text = {0};
	buffer_text(&text, original);
	return text;
}

static void check_deny(const char *original, const char *wanted)
{
	struct buffer text = buffer_of(original);
	CHECK(deny_devices(&text) == (strcmp(original, wanted) != 0));
	CHECK_TEXT(text.data, wanted);
	CHECK(!deny_devices(&text));
	buffer_free(&text);
}

#define NONE "{\"allow\":false,\"access\":\"rwm\"}"

static void test_deny(void)
{
	check_deny("{\"linux\":{}}", "{\"linux\":{\"resources\":{\"devices\":[" NONE "]}}}");
	check_deny("{\"linux\":{\"resources\":{}}}", "{\"linux\":{\"resources\":{\"devices\":[" NONE "]}}}");
	check_deny("{\"linux\":{\"resources\":null}}", "{\"linux\":{\"resources\":{\"devices\":[" NONE "]}}}");
	check_deny("{\"linux\":{\"resources\":{\"cpu\":{}}}}", "{\"linux\":{\"resources\":{\"devices\":[" NONE "],\"cpu\":{}}}}");
	check_deny("{\"linux\":{\"resources\":{\"devices\":[]}}}", "{\"linux\":{\"resources\":{\"devices\":[" NONE "]}}}");
	check_deny("{\"linux\":{\"resources\":{\"devices\":null}}}", "{\"linux\":{\"resources\":{\"devices\":[" NONE "]}}}");
	check_deny("{\"linux\":{\"resources\":{\"devices\":[{\"allow\":true}]}}}",
		   "{\"linux\":{\"resources\":{\"devices\":[{\"allow\":true}]}}}");
	check_deny("[]", "[]");
}

#define DEVICES(namespace, list) \
	"{\"linux\":{\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"" namespace "\"}],\"devices\":[" list "]}}"
#define PRESENT "{\"path\":\"/dev/null\",\"type\":\"c\"}"
#define MISSING "{\"path\":\"/dev/nothing-of-this-name\"}"

static void check_drop(const char *original, const char *wanted)
{
	struct buffer text = buffer_of(original);
	CHECK(drop_missing_devices(&text, "/containers/services/one") == (strcmp(original, wanted) != 0));
	CHECK_TEXT(text.data, wanted);
	buffer_free(&text);
}

static void test_drop(void)
{
	check_drop(DEVICES("user", MISSING "," PRESENT " ," MISSING), DEVICES("user", PRESENT));
	check_drop(DEVICES("user", MISSING), DEVICES("user", ""));
	check_drop(DEVICES("user", PRESENT " , " PRESENT), DEVICES("user", PRESENT " , " PRESENT));
	check_drop(DEVICES("pid", MISSING), DEVICES("pid", MISSING));
	check_drop("{\"linux\":{\"devices\":[" MISSING "]}}", "{\"linux\":{\"devices\":[" MISSING "]}}");
}

static void check_limit(const char *original, const char *wanted)
{
	struct buffer text = buffer_of(original);
	CHECK(limit_processes(&text, 7) == (strcmp(original, wanted) != 0));
	CHECK_TEXT(text.data, wanted);
	CHECK(!limit_processes(&text, 7));
	buffer_free(&text);
}

#define CAPABLE "\"process\":{\"capabilities\":{\"bounding\":[\"CAP_SYS_ADMIN\"]}}"

static void test_limit(void)
{
	check_limit("{\"linux\":{}}", "{\"linux\":{\"resources\":{\"pids\":{\"limit\":7}}}}");
	check_limit("{\"linux\":{\"resources\":{\"cpu\":{}}}}", "{\"linux\":{\"resources\":{\"pids\":{\"limit\":7},\"cpu\":{}}}}");
	check_limit("{\"linux\":{\"resources\":{\"pids\":{\"limit\":-1}}}}", "{\"linux\":{\"resources\":{\"pids\":{\"limit\":-1}}}}");
	check_limit("{" CAPABLE ",\"linux\":{}}", "{" CAPABLE ",\"linux\":{}}");
	struct buffer text = buffer_of("{\"linux\":{}}");
	CHECK(!limit_processes(&text, 0));
	buffer_free(&text);
}

static void check_inside(const char *root, const char *path, bool create, const char *wanted)
{
	char *found = directory_inside(root, path, create), *whole = text("%s/%s", root, wanted != NULL ? wanted : "");
	CHECK((found != NULL) == (wanted != NULL));
	if (found != NULL && wanted != NULL)
		CHECK_TEXT(found, whole);
	free(found);
	free(whole);
}

static void test_inside(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	char *root = text("%s/rootfs", folder), *link = text("%s/etc", root), *up = text("%s/up", root);
	char *outside = text("%s/outside", folder), *file = text("%s/file", root);
	CHECK(mkdir(root, 0755) == 0 && mkdir(outside, 0755) == 0);
	CHECK(symlink(outside, link) == 0 && symlink("../../../../../outside", up) == 0);
	CHECK(close(open(file, O_WRONLY | O_CREAT, 0600)) == 0);
	check_inside(root, "a//b/c", false, NULL);
	check_inside(root, "a//b/c", true, "a/b/c");
	check_inside(root, "a/b/../d", true, "a/d");
	check_inside(root, "a/../../../b", true, "b");
	// Links that lead out of the root of the machine's file system lead nowhere in the container's.
	check_inside(root, "etc/evil", true, NULL);
	check_inside(root, "up/evil", true, NULL);
	check_inside(root, "file/a", true, NULL);
	char *inner = text("%s%s", root, outside), *good = text("%s/good", outside + 1), *evil = text("%s/evil", outside);
	CHECK(make_directories(inner, 0755));
	check_inside(root, "etc/good", true, good);
	CHECK(!exists(evil) && exists(inner));
	CHECK(run_program("/bin/rm", (char *[]){"rm", "-rf", folder, NULL}) == 0);
	char *all[] = {root, link, up, outside, file, inner, good, evil};
	for (size_t i = 0; i < COUNT(all); i++)
		free(all[i]);
}

static void check_console(const char *original, const char *wanted)
{
	struct buffer text = buffer_of(original);
	CHECK(deny_console(&text) == (strcmp(original, wanted) != 0));
	CHECK_TEXT(text.data, wanted);
	buffer_free(&text);
}

#define HOOK "{\"path\":\"/usr/bin/service\",\"args\":[\"deny-console\"]}"
#define MKNOD "\"process\":{\"capabilities\":{\"bounding\":[\"CAP_MKNOD\"]}}"

static void check_permitted(const char *rule, bool permitted)
{
	char *original = text("{" MKNOD ",\"linux\":{\"resources\":{\"devices\":[{\"allow\":false},{%s}]}}}", rule);
	struct buffer buffer = buffer_of(original);
	CHECK(deny_console(&buffer) != permitted);
	buffer_free(&buffer);
	free(original);
}

static void test_console(void)
{
	check_console("{}", "{}");
	check_console("[]", "[]");
	check_console("{" MKNOD "}", "{\"hooks\":{\"createRuntime\":[" HOOK "]}," MKNOD "}");
	check_console("{" MKNOD ",\"hooks\":{}}", "{" MKNOD ",\"hooks\":{\"createRuntime\":[" HOOK "]}}");
	check_console("{" MKNOD ",\"hooks\":{\"createRuntime\":[{}]}}",
		      "{" MKNOD ",\"hooks\":{\"createRuntime\":[{}," HOOK "]}}");
	check_console("{\"mounts\":[{\"source\":\"/dev\"}]}",
		      "{\"hooks\":{\"createRuntime\":[" HOOK "]},\"mounts\":[{\"source\":\"/dev\"}]}");
	check_console("{\"mounts\":[{\"source\":\"/development\"},{\"type\":\"tmpfs\",\"source\":\"tmpfs\"}]}",
		      "{\"mounts\":[{\"source\":\"/development\"},{\"type\":\"tmpfs\",\"source\":\"tmpfs\"}]}");
	check_permitted("\"allow\":true,\"type\":\"c\",\"major\":5,\"minor\":1", true);
	check_permitted("\"allow\":true,\"type\":\"a\"", true);
	check_permitted("\"allow\":true", true);
	check_permitted("\"allow\":true,\"type\":\"c\",\"major\":5", true);
	check_permitted("\"allow\":true,\"type\":\"c\",\"major\":-1,\"minor\":-1", true);
	check_permitted("\"allow\":true,\"type\":\"b\"", false);
	check_permitted("\"allow\":true,\"type\":\"c\",\"major\":5,\"minor\":2", false);
	check_permitted("\"allow\":false,\"type\":\"c\",\"major\":5,\"minor\":1", false);
}

void test_restrict(void)
{
	test_console();
	test_deny();
	test_drop();
	test_limit();
	test_inside();
}
