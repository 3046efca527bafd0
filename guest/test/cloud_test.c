// The program against servers that are hostile.
#include "check.h"

#include "cloud.h"
#include "guest.h"
#include "metadata.h"

#include <sys/stat.h>
#include <unistd.h>

#define LOCAL "169.254.169.254"

struct attack {
	const char *name, *provider;
	enum manner manner;
	bool probe; // the probe is answered well
	long long most; // milliseconds
};

static const struct attack attacks[] = {
	{"never answers", NULL, SILENT, false, 8000},
	{"answers slowly", NULL, DRIP, false, 8000},
	{"has a slow header", NULL, DRIP_HEADER, false, 8000},
	{"answers endlessly", NULL, ENDLESS, false, 15000},
	{"has an endless header", NULL, ENDLESS_HEADER, false, 8000},
	{"sends 100 MB", NULL, HUGE, false, 8000},
	{"does not speak HTTP", NULL, GARBAGE, false, 8000},
	{"sends bad chunks", NULL, BAD_CHUNKS, false, 8000},
	{"redirects elsewhere", NULL, REDIRECT, false, 8000},
	{"is silent after the first answer", "aws", SILENT, true, 26000},
	{"is slow after the first answer", "aws", DRIP, true, 26000},
	{"is endless after the first answer", "aws", ENDLESS, true, 26000},
	{"sends 100 MB after the first answer", "aws", HUGE, true, 26000},
	{"redirects after the first answer", "aws", REDIRECT, true, 8000},
};

static void nothing_else(void)
{
	struct strings names = {0};
	CHECK(list_directory("/run", &names));
	CHECK(names.count == 1);
	CHECK_TEXT(names.items[0], "config");
	strings_free(&names);
}

static void survives(const void *argument)
{
	static const struct page first[] = {{"/latest/meta-data/hostname", "ok", NULL}};
	static const struct page evil[] = {{"/", "evil", NULL}};
	const struct attack *attack = argument;
	const struct cloud cloud = {.address = LOCAL, .pages = first, .count = attack->probe ? 1 : 0, .manner = attack->manner};
	const struct cloud same = {.address = "169.254.42.42", .manner = attack->manner};
	const struct cloud elsewhere = {.address = ELSEWHERE, PAGES(evil)};
	serve_cloud(&cloud);
	serve_cloud(&same);
	serve_cloud(&elsewhere);
	long long took = run_metadata(attack->provider);
	fprintf(stderr, "metadata: a server that %s: %lld ms\n", attack->name, took);
	CHECK(took < attack->most);
	cloud_file("provider", attack->probe ? "AWS" : NULL);
	cloud_file("hostname", attack->probe ? "ok" : NULL);
	cloud_file("userdata", NULL);
	nothing_else();
}

// User data that would leave its folder, by names, by links that are there already, or by being too much.
static void stays_inside(const void *argument)
{
	static const char escapes[] =
		"{\"../out\":{\"content\":\"x\"},\"/run/out\":{\"content\":\"x\"},\"..\":{\"entries\":{\"out\":{\"content\":\"x\"}}},"
		"\"file\":{\"content\":\"x\"},\"folder\":{\"entries\":{\"out\":{\"content\":\"x\"}}},\"hostname\":{\"content\":\"a\\nb\"},"
		"\"a/b\":{\"content\":\"x\"},\".\":{\"content\":\"x\"},\"\":{\"content\":\"x\"},\"good\":{\"content\":\"x\"}}";
	const struct page pages[] = {{"/latest/meta-data/hostname", "ok", NULL},
				     {"/latest/meta-data/public-ipv4", "192.0.2.1", NULL},
				     {"/latest/meta-data/public-keys/0/openssh-key", "key", NULL},
				     {"/latest/user-data", argument != NULL ? argument : escapes, NULL}};
	const struct cloud cloud = {.address = LOCAL, PAGES(pages)};
	CHECK(mkdir("/run/config", 0755) == 0 && symlink("../out", "/run/config/file") == 0 &&
	      symlink("..", "/run/config/folder") == 0 && symlink("/run/out", "/run/config/public_ipv4") == 0 &&
	      symlink("/run", "/run/config/ssh") == 0);
	serve_cloud(&cloud);
	long long took = run_metadata("aws");
	fprintf(stderr, "metadata: %s user data: %lld ms\n", argument != NULL ? "large or deep" : "escaping", took);
	CHECK(took < 15000);
	cloud_file("good", argument != NULL ? NULL : "x");
	char host[65] = "";
	CHECK(gethostname(host, sizeof host) == 0 && (argument == NULL || strcmp(host, "ok") == 0));
	nothing_else();
}

static void no_names(const void *argument)
{
	(void)argument;
	use_local_names();
	serve_names(NULL);
	CHECK(run_metadata("metaldata") < 3000);
}

// --- all of them ---

static pid_t start(void (*run)(const void *argument), const void *argument)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(in_cloud(run, argument) ? 0 : 1);
	return pid;
}

static bool mostly_waits(const struct attack *attack)
{
	return attack->manner == SILENT || attack->manner == DRIP || attack->manner == DRIP_HEADER;
}

static void nothing(const void *argument)
{
	(void)argument;
}

static char *repeated(const char *part, size_t times, const char *end)
{
	struct buffer out = {0};
	for (size_t i = 0; i < times; i++)
		buffer_text(&out, part);
	buffer_text(&out, end);
	return out.data;
}

// An object with so many members that reading it takes long.
static char *many_members(void)
{
	struct buffer out = {0};
	buffer_text(&out, "{");
	for (int i = 0; out.size < USER_DATA_LIMIT - 20; i++) {
		char *member = text("%s\"%x\":1", i > 0 ? "," : "", i);
		buffer_text(&out, member);
		free(member);
	}
	buffer_text(&out, "}");
	return out.data;
}

void test_clouds(void)
{
	pid_t waiting[COUNT(attacks) + 1];
	size_t count = 0;
	if (!in_cloud(nothing, NULL)) {
		printf("skipped: clouds, since a network namespace is not permitted\n");
		return;
	}
	for (size_t i = 0; i < COUNT(attacks); i++)
		if (mostly_waits(&attacks[i]))
			waiting[count++] = start(survives, &attacks[i]);
	waiting[count++] = start(no_names, NULL);
	test_providers();
	for (size_t i = 0; i < COUNT(attacks); i++)
		if (!mostly_waits(&attacks[i]))
			in_cloud(survives, &attacks[i]);
	char *deep = repeated("{\"a\":{\"entries\":", 30000, ""), *many = many_members();
	in_cloud(stays_inside, NULL);
	in_cloud(stays_inside, deep);
	in_cloud(stays_inside, many);
	free(deep);
	free(many);
	while (count > 0)
		CHECK(wait_for(waiting[--count]) == 0);
}
