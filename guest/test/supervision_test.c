#include "check.h"

#include "control.h"
#include "daemon.h"
#include "guest.h"
#include "lifecycle.h"
#include "memory.h"
#include "policy.h"
#include "ready.h"
#include "roster.h"
#include "rotating.h"
#include "specification.h"
#include "table.h"
#include "transition.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

static void read_policy(struct policy *policy, const char *json)
{
	size_t where;
	struct json *runtime = json_read(json, strlen(json), &where);
	CHECK(runtime != NULL);
	policy_read(policy, runtime, "service");
	json_free(runtime);
}

static void test_policy(void)
{
	struct policy policy;
	policy_read(&policy, NULL, "service");
	CHECK(policy.restart == RESTART_NO && policy.after.count == 0 && !policy_has_condition(&policy));
	CHECK(policy.stop_signal == SIGTERM && policy.stop_timeout == 10 && policy.ready.timeout == 30);
	policy_free(&policy);
	read_policy(&policy, "{\"restart\": \"on-failure\", \"after\": [\"db\"], \"stopSignal\": \"SIGQUIT\","
			     "\"stopTimeout\": 3, \"ready\": {\"port\": 80, \"socket\": \"/s\", \"file\": \"/f\","
			     "\"command\": [\"/c\", \"d\"], \"timeout\": 5}}");
	CHECK(policy.restart == RESTART_ON_FAILURE && policy.stop_signal == SIGQUIT && policy.stop_timeout == 3);
	CHECK_TEXT(policy.after.items[0], "db");
	CHECK(policy.ready.port == 80 && policy.ready.timeout == 5 && policy.ready.command.count == 2);
	CHECK_TEXT(policy.ready.socket, "/s");
	CHECK_TEXT(policy.ready.file, "/f");
	policy_free(&policy);
	// What is not understood has no effect.
	read_policy(&policy, "{\"restart\": 1, \"after\": 2, \"stopSignal\": \"SIGNOT\", \"stopTimeout\": -1,"
			     "\"ready\": {\"port\": 65536, \"file\": \"relative\", \"timeout\": \"1\"}}");
	CHECK(policy.restart == RESTART_NO && policy.stop_signal == SIGTERM && policy.stop_timeout == 10);
	CHECK(!policy_has_condition(&policy) && policy.ready.timeout == 30);
	policy_free(&policy);
}

static void test_signals(void)
{
	CHECK(signal_number("SIGTERM") == SIGTERM && signal_number("KILL") == SIGKILL && signal_number("15") == 15);
	CHECK(signal_number("SIGRTMIN") == 34 && signal_number("SIGRTMIN+3") == 37 && signal_number("RTMAX-1") == 63);
	CHECK(signal_number("") == 0 && signal_number("0") == 0 && signal_number("65") == 0);
	CHECK(signal_number("SIGRTMIN+31") == 0 && signal_number("SIGRTMAX+1") == 0 && signal_number("TERMX") == 0);
	CHECK_TEXT(signal_name(SIGSEGV), "SEGV");
	CHECK(signal_name(40) == NULL);
	char *texts[] = {ending_text(1), ending_text(139), ending_text(128 + 40), ending_text(255), ending_text(-1)};
	const char *const expected[] = {"exited with status 1", "was killed by SIGSEGV", "was killed by signal 40",
					"exited with status 255", "ended with an unknown exit status"};
	for (size_t i = 0; i < COUNT(texts); i++) {
		CHECK_TEXT(texts[i], expected[i]);
		free(texts[i]);
	}
}

static void test_back_off(void)
{
	int wait = 0;
	const int expected[] = {1000, 2000, 4000, 8000, 16000, 30000, 30000};
	for (size_t i = 0; i < COUNT(expected); i++) {
		wait = next_back_off(wait, 59999);
		CHECK(wait == expected[i]);
	}
	CHECK(next_back_off(wait, 60000) == 1000);
	CHECK(!restarts(RESTART_NO, 1) && !restarts(RESTART_ON_FAILURE, 0) && restarts(RESTART_ALWAYS, 0));
	CHECK(restarts(RESTART_ON_FAILURE, 1) && restarts(RESTART_ON_FAILURE, -1));
	CHECK(daemon_back_off(1) == 500 && daemon_back_off(5) == 8000 && daemon_back_off(6) == 30000);
	CHECK(daemon_back_off(1000000) == 30000);
}

static void test_order(void)
{
	struct supervised services[4] = {{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}};
	struct supervisor supervisor = {.services = services, .count = COUNT(services)};
	strings_add(&services[1].policy.after, "a");
	strings_add(&services[1].policy.after, "there is none");
	strings_add(&services[2].policy.after, "d");
	strings_add(&services[3].policy.after, "c");
	CHECK(may_start(&supervisor, &services[0]) && !may_start(&supervisor, &services[1]));
	services[0].state = RUNNING;
	CHECK(!may_start(&supervisor, &services[1]));
	services[0].ready = true;
	CHECK(may_start(&supervisor, &services[1]));
	services[0].ready = false;
	services[0].state = FAILED;
	CHECK(may_start(&supervisor, &services[1]));
	services[0].state = BACKING_OFF;
	CHECK(!may_start(&supervisor, &services[1]));
	services[0].late = true;
	CHECK(may_start(&supervisor, &services[1]));
	CHECK(!may_start(&supervisor, &services[2]) && !may_start(&supervisor, &services[3]));
	roster_break_circles(&supervisor);
	CHECK(may_start(&supervisor, &services[2]) && may_start(&supervisor, &services[3]));
	CHECK(services[1].policy.after.count == 2);
	strings_free(&services[1].policy.after);
}

static void test_memory(void)
{
	char *group = control_group_in("12:memory:/x\n0::/a/b\n");
	CHECK_TEXT(group, "/a/b");
	free(group);
	CHECK(control_group_in("0::/\n") == NULL && control_group_in("") == NULL);
	CHECK(is_within_group("/a/b", "/a/b") && is_within_group("/a/b/c", "/a/b") && is_within_group("/a", ""));
	CHECK(!is_within_group("/a/bc", "/a/b") && !is_within_group("/a", "/a/b") && !is_within_group("", "/a"));
	CHECK(memory_kills_in("low 0\noom 5\noom_kill 3\noom_group_kill 9\n") == 3);
	CHECK(memory_kills_in("oom_kill 4") == 4 && memory_kills_in("") == 0 && memory_kills_in("oom 1\n") == 0);
}

static void test_ready(void)
{
	static const char table[] =
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
		"   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n"
		"   1: 0100007F:1F90 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 2\n"
		"   2: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0 0\n";
	CHECK(listens_in(table, 80) && listens_in(table, 22));
	CHECK(!listens_in(table, 8080) && !listens_in(table, 81) && !listens_in("", 80));
}

static void test_request(void)
{
	struct strings words = {0};
	CHECK(control_words("stop\0a b\0c\0", 12, &words) == 1 && words.count == 3);
	CHECK_TEXT(words.items[1], "a b");
	strings_free(&words);
	CHECK(control_words("stop\0a", 6, &words) == 0 && control_words("ls\0", 3, &words) == 0);
	CHECK(control_words("", 1, &words) == 0 && control_words("\0", 2, &words) == -1);
	CHECK(control_words("a\0\0b\0", 6, &words) == -1 && words.count == 0);
	char *path = control_path("/run/containerd/containerd.sock");
	CHECK_TEXT(path, "/run/containerd/supervisor.sock");
	free(path);
}

static size_t size_of(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 ? (size_t)status.st_size : 0;
}

static void test_rotation(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	char *path = text("%s/a.log", folder), *old = text("%s.0", path);
	struct rotating file;
	struct buffer content = {0};
	rotating_open(&file, path, 20, true);
	for (int i = 0; i < 5; i++)
		rotating_write(&file, "12345678\n", 9);
	CHECK(read_file(path, 100, &content));
	CHECK_TEXT(content.data, "12345678\n"); // whole lines only
	CHECK(size_of(old) == 18);
	rotating_write(&file, "a line that is much longer than the limit of the file\n", 54);
	CHECK(size_of(path) <= 20 && size_of(old) <= 20);
	rotating_close(&file);
	rotating_open(&file, path, 20, false);
	CHECK(file.size == size_of(path));
	rotating_close(&file);
	// A service that has the folder as its own puts links there, and others' files, FIFOs and folders.
	char *other = text("%s/other", folder);
	CHECK(close(open(other, O_WRONLY | O_CREAT, 0600)) == 0);
	CHECK(unlink(path) == 0 && symlink(other, path) == 0);
	rotating_open(&file, path, 20, false);
	rotating_write(&file, "12345678\n12345678\n12345678\n", 27);
	rotating_close(&file);
	CHECK(size_of(other) == 0 && size_of(path) == 9);
	CHECK(unlink(path) == 0 && link(other, path) == 0);
	rotating_open(&file, path, 20, false);
	rotating_write(&file, "12345678\n", 9);
	rotating_close(&file);
	CHECK(size_of(other) == 0 && size_of(path) == 9);
	CHECK(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	rotating_open(&file, path, 20, true); // does not wait for a reader
	rotating_write(&file, "12345678\n", 9);
	rotating_close(&file);
	CHECK(size_of(path) == 9);
	CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
	rotating_open(&file, path, 20, true);
	CHECK(file.fd < 0);
	CHECK(rmdir(path) == 0 && symlink(other, path) == 0);
	rotating_write(&file, "12345678\n", 9);
	rotating_close(&file);
	CHECK(size_of(other) == 0 && size_of(path) == 9);
	free(other);
	// A file that cannot be written stops nobody.
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0);
	rotating_open(&file, path, 20, true);
	rotating_write(&file, "1234567890\n1234567890\n1234567890\n", 33);
	CHECK(file.fd < 0);
	rotating_close(&file);
	buffer_free(&content);
	free(old);
	free(path);
}

// Blocks that fill a file exactly and end in the middle of a line do not split the line.
static void test_rotation_of_lines(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX", lines[41 * 1024];
	CHECK(mkdtemp(folder) != NULL);
	char *path = text("%s/a.log", folder), *old = text("%s.0", path);
	const char *const paths[] = {path, old};
	struct rotating file;
	for (size_t i = 0; i < sizeof lines; i++)
		lines[i] = "a123456789012345678901234567890123456789\n"[i % 41];
	rotating_open(&file, path, 8192, true);
	for (size_t at = 0; at < sizeof lines; at += 1024)
		rotating_write(&file, lines + at, 1024);
	rotating_close(&file);
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct buffer content = {0};
		CHECK(read_file(paths[i], 8192, &content) && *content.data == 'a');
		CHECK(i == 0 || (content.size > 7168 && content.data[content.size - 1] == '\n'));
		buffer_free(&content);
	}
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0);
	free(old);
	free(path);
}

static void write_new(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

static void test_specification(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	char *path = text("%s/config.json", folder);
	struct buffer out = {0};
	write_new(path, "{\"process\": {\"args\": [\"/a\"], \"cwd\": \"/\"}, \"root\": {\"path\": \"rootfs\"}, \"x\": 1}");
	CHECK(specification_read(folder, &out));
	char *expected = text("{\"process\": {\"oomScoreAdj\":0,\"args\": [\"/a\"], \"cwd\": \"/\"}, \"root\": {\"path\": "
			      "\"%s/rootfs\"}, \"x\": 1}", folder);
	CHECK_TEXT(out.data, expected);
	free(expected);
	buffer_free(&out);
	struct strings command = {0};
	strings_add(&command, "/b");
	strings_add(&command, "\"c");
	CHECK(specification_process(folder, &command, &out));
	CHECK_TEXT(out.data, "{\"args\": [\"/b\",\"\\\"c\"], \"cwd\": \"/\"}");
	buffer_free(&out);
	write_new(path, "{\"root\": {\"path\": \"rootfs\"}, \"process\": {\"oomScoreAdj\": 5}}");
	CHECK(specification_read(folder, &out) && strstr(out.data, "\"oomScoreAdj\": 5") != NULL);
	CHECK(strstr(out.data, ":0,") == NULL && !specification_process(folder, &command, &out));
	buffer_free(&out);
	write_new(path, "{}");
	CHECK(!specification_read(folder, &out));
	strings_free(&command);
	char *clean[] = {"rm", "-rf", folder, NULL};
	CHECK(run_program("/bin/rm", clean) == 0);
	free(path);
}

static void test_table(void)
{
	struct supervised services[] = {{.name = "db", .state = RUNNING, .ready = true, .pid = 7, .exit_status = -1},
					{.name = "web", .state = EXITED, .exit_status = 3, .restarts = 2}};
	struct supervisor supervisor = {.services = services, .count = COUNT(services)};
	struct buffer out = {0};
	services[0].since = services[1].since = now_milliseconds() - 65500;
	table_list(&supervisor, &out);
	CHECK(strstr(out.data, "NAME  STATE") == out.data);
	CHECK(strstr(out.data, "db    running              7         0      65 s  -\n") != NULL);
	CHECK(strstr(out.data, "web   exited               -         2      65 s  3\n") != NULL);
	buffer_free(&out);
	policy_read(&services[1].policy, NULL, "web");
	table_status(&services[1], &out);
	CHECK(strstr(out.data, "web is exited since 65 s\n") == out.data);
	CHECK(strstr(out.data, "last run: exited with status 3\n") != NULL);
	CHECK(strstr(out.data, "stop: SIGTERM, killed after 10 s\n") != NULL);
	buffer_free(&out);
	policy_free(&services[1].policy);
	const struct {
		int64_t length;
		const char *expected;
	} durations[] = {{0, "0 s"}, {1500, "1.5 s"}, {42000, "42 s"}, {180000, "3 min"}, {7200000, "2 h"}, {259200000, "3 days"}};
	for (size_t i = 0; i < COUNT(durations); i++) {
		char *shown = duration_text(durations[i].length);
		CHECK_TEXT(shown, durations[i].expected);
		free(shown);
	}
}

void test_supervision(void)
{
	test_policy();
	test_signals();
	test_back_off();
	test_order();
	test_memory();
	test_ready();
	test_request();
	test_rotation();
	test_rotation_of_lines();
	test_specification();
	test_table();
}
