#include "check.h"

#include "guest.h"
#include "json.h"
#include "logwrite.h"
#include "memlog.h"
#include "moment.h"
#include "trim.h"
#include "vsock.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void keeps_the_last_lines(void)
{
	struct memlog log;
	memlog_open(&log, 3);
	for (int i = 0; i < 5; i++) {
		char *message = text("line %d", i);
		memlog_add(&log, "a", message);
		free(message);
	}
	CHECK(log.first == 2 && log.next == 5);
	CHECK(memlog_line(&log, 1) == NULL && memlog_line(&log, 5) == NULL);
	CHECK(strstr(memlog_line(&log, 2), "\"source\":\"a\",\"msg\":\"line 2\"}\n") != NULL);
	memlog_close(&log);
}

static void writes_valid_json(void)
{
	struct memlog log;
	memlog_open(&log, 1);
	memlog_add(&log, "a\"b\\", "\x01\xff\xc3\xa9\xed\xa0\x80\xf0\x9f\x98\x80\xc3");
	const char *line = memlog_line(&log, 0);
	size_t where;
	struct json *read = json_read(line, strlen(line), &where);
	CHECK(read != NULL);
	CHECK_TEXT(json_string(read, "source"), "a\"b\\");
	CHECK_TEXT(json_string(read, "msg"),
		   "\x01\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xf0\x9f\x98\x80\xef\xbf\xbd");
	json_free(read);
	memlog_close(&log);
}

static void reads_streams_by_lines(void)
{
	struct memlog log;
	memlog_open(&log, 10);
	int ends[2];
	CHECK(pipe(ends) == 0);
	struct memlog_stream stream = {.fd = ends[0], .name = copy_text("s")};
	const char *sent = "one\r\ntoo long\nand";
	CHECK(write_all(ends[1], sent, strlen(sent)));
	CHECK(memlog_read(&stream, &log, 5));
	CHECK(log.next == 2);
	close(ends[1]);
	CHECK(!memlog_read(&stream, &log, 5));
	CHECK(strstr(memlog_line(&log, 0), "\"msg\":\"one\"}") != NULL);
	CHECK(strstr(memlog_line(&log, 1), "\"msg\":\"too l\"}") != NULL);
	CHECK(strstr(memlog_line(&log, 2), "\"msg\":\"and\"}") != NULL);
	close(ends[0]);
	free(stream.name);
	buffer_free(&stream.line);
	memlog_close(&log);
}

static void rotates_files(void)
{
	char folder[] = "/tmp/guest-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	struct logwrite options = {.folder = folder, .files = 2, .size = 60};
	struct memlog_entry entry = {"2026-01-02T03:04:05.678Z", "../x", "a message"};
	for (int i = 0; i < 5; i++)
		CHECK(logwrite_entry(&entry, &options));
	struct memlog_entry own = {"2026-01-02T03:04:05Z", "logwrite.out", "not written"};
	CHECK(logwrite_entry(&own, &options));
	char *path = logwrite_path(folder, "../x"), *old = text("%s.0", path);
	CHECK(starts_with(path, folder) && strchr(path + strlen(folder) + 1, '/') == NULL);
	struct buffer content = {0};
	CHECK(read_file(old, 1000, &content));
	CHECK_TEXT(content.data, "2026-01-02T03:04:05Z ../x a message\n2026-01-02T03:04:05Z ../x a message\n");
	buffer_free(&content);
	struct strings names = {0};
	CHECK(list_directory(folder, &names) && names.count == 2);
	strings_free(&names);
	CHECK(unlink(path) == 0 && unlink(old) == 0 && rmdir(folder) == 0);
	free(path);
	free(old);
}

static void reads_ports(void)
{
	unsigned port;
	CHECK(vsock_port("2374", &port) && port == 2374);
	CHECK(vsock_port("0xf3a4", &port) && port == 0xf3a4);
	CHECK(vsock_port("00000947-facb-11e6-bd58-64006a7986d3", &port) && port == 0x947);
	static const char *const wrong[] = {"", "-1", "x", "1x", "4294967296", "00000947-facb-11e6-bd58-64006a7986d4"};
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK(!vsock_port(wrong[i], &port));
}

static void recognizes_deletions(void)
{
	static const char *const yes[] = {"{\"Type\":\"image\",\"Action\":\"delete\"}",
					  "{\"Action\":\"prune\",\"Type\":\"builder\",\"time\":1}"};
	static const char *const no[] = {"{\"Type\":\"image\",\"Action\":\"pull\"}", "{\"Type\":\"container\"}", "",
					 "HTTP/1.0 200 OK\r", "[\"image\",\"delete\"]", "{\"Type\":{},\"Action\":\"delete\"}"};
	for (size_t i = 0; i < COUNT(yes); i++)
		CHECK(trim_wants(yes[i], strlen(yes[i])));
	for (size_t i = 0; i < COUNT(no); i++)
		CHECK(!trim_wants(no[i], strlen(no[i])));
}

static void relays_both_directions(void)
{
	int left[2], right[2];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, left) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, right) == 0);
	pid_t child = fork();
	if (child == 0) {
		close(left[0]);
		close(right[0]);
		relay_connection(left[1], right[1]);
		_exit(0);
	}
	close(left[1]);
	close(right[1]);
	char got[16] = "";
	CHECK(write_all(left[0], "request", 7) && shutdown(left[0], SHUT_WR) == 0);
	CHECK(read(right[0], got, sizeof got) == 7 && read(right[0], got + 8, 1) == 0);
	CHECK(write_all(right[0], "answer", 6));
	CHECK(read(left[0], got, sizeof got) == 6 && memcmp(got, "answer", 6) == 0);
	close(right[0]);
	CHECK(read(left[0], got, 1) == 0);
	close(left[0]);
	CHECK(wait_for(child) == 0);
}

void test_logs_tools(void)
{
	keeps_the_last_lines();
	writes_valid_json();
	reads_streams_by_lines();
	rotates_files();
	reads_ports();
	recognizes_deletions();
	relays_both_directions();
	char *moment = moment_text(1500000000120000000LL, true);
	CHECK_TEXT(moment, "2017-07-14T02:40:00.12Z");
	free(moment);
}
