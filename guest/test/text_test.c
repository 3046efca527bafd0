#include "check.h"

#include "guest.h"
#include "mount_options.h"
#include "settings.h"

#include <sys/mount.h>
#include <unistd.h>

void test_text(void)
{
	char padded[] = " \t a b \n";
	CHECK_TEXT(trim(padded), "a b");
	CHECK(starts_with("console=tty0", "console=") && !starts_with("con", "console="));
	CHECK(ends_with("a.ko", ".ko") && !ends_with("ko", ".ko"));
	struct strings list = {0};
	strings_add(&list, "010-b");
	strings_add(&list, "002-\xc3\xa4");
	strings_add(&list, "002-z");
	strings_sort(&list);
	CHECK_TEXT(list.items[0], "002-z"); // by byte, not by locale
	CHECK_TEXT(list.items[2], "010-b");
	strings_free(&list);
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	char *deep = text("%s/a/b/c", folder);
	CHECK(make_directories(deep, 0755) && make_directories(deep, 0755) && is_directory(deep));
	char *file = text("%s/a/file", folder), *below = text("%s/x", file);
	CHECK(symlink("nothing", file) == 0 && !make_directories(below, 0755));
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0 && !exists(folder));
	free(below);
	free(file);
	free(deep);
}

static struct mount_options parsed(const char *words)
{
	struct mount_options options = {0};
	char *copy = copy_text(words), *position = NULL;
	buffer_append(&options.data, "", 0);
	for (char *word = strtok_r(copy, ",", &position); word != NULL; word = strtok_r(NULL, ",", &position))
		mount_options_add(&options, word);
	free(copy);
	return options;
}

void test_mount_options(void)
{
	static const struct {
		const char *words, *data;
		unsigned long flags;
	} cases[] = {
		{"", "", 0},
		{"rw,rbind,rshared", "rshared", MS_BIND | MS_REC},
		{"nosuid,nodev,noexec,mode=755,size=10%", "mode=755,size=10%", MS_NOSUID | MS_NODEV | MS_NOEXEC},
		{"ro,rw", "", 0},
		{"noatime,atime,relatime", "", MS_RELATIME},
		{"remount,private", "", MS_REMOUNT | MS_PRIVATE},
		{"lowerdir=/a:/b,upperdir=/c,workdir=/d", "lowerdir=/a:/b,upperdir=/c,workdir=/d", 0},
		{"defaults", "", 0},
		{"nosuid,suid,sync", "", MS_SYNCHRONOUS},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mount_options options = parsed(cases[i].words);
		CHECK_TEXT(options.data.data, cases[i].data);
		CHECK(options.flags == cases[i].flags);
		buffer_free(&options.data);
	}
}

static void write_text(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

// Returns whether reading a settings file ends the program.
static bool is_refused(const char *path)
{
	pid_t pid = fork();
	if (pid == 0) {
		struct settings settings;
		CHECK(freopen("/dev/null", "w", stderr) != NULL);
		settings_read(&settings, path);
		_exit(0);
	}
	return wait_for(pid) == 1;
}

void test_settings(void)
{
	char path[] = "/tmp/guest-test-XXXXXX";
	int fd = mkstemp(path);
	CHECK(fd >= 0 && close(fd) == 0);
	struct settings settings;
	write_text(path, "# comment\ncliopts=\"--log-level \\\"trace\\\"\" # more\n\n stdout = '/var/log/a\\b'\n");
	settings_read(&settings, path);
	CHECK_TEXT(settings.cliopts, "--log-level \"trace\"");
	CHECK_TEXT(settings.out, "/var/log/a\\b");
	CHECK(settings.err == NULL);
	settings_free(&settings);
	static const char *const bad[] = {"cliopts", "cliopts = 1", "cliopts = \"a", "cliopts = \"a\" b", "other = \"a\"",
					  "stdout = \"\\x\"", "[section]"};
	for (size_t i = 0; i < COUNT(bad); i++) {
		write_text(path, bad[i]);
		CHECK(is_refused(path));
	}
	CHECK(unlink(path) == 0);
	settings_read(&settings, path); // a missing file means no settings
	CHECK(settings.cliopts == NULL && settings.out == NULL && settings.err == NULL);
}
