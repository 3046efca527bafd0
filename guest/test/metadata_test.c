// Metadata from services and disks that may do anything.
#include "check.h"

#include "metadata.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OK "HTTP/1.1 200 OK\r\n"

static void parses(const char *response, bool ended, enum http_result expected, const char *body)
{
	struct buffer out = {0};
	enum http_result result;
	CHECK(http_parse(response, strlen(response), ended, 100, &result, &out));
	CHECK(result == expected);
	CHECK(body == NULL || (out.size == strlen(body) && memcmp(out.data, body, out.size) == 0));
	CHECK(body != NULL || out.size == 0);
	buffer_free(&out);
}

static void test_responses(void)
{
	parses(OK "Content-Length: 3\r\n\r\nabc", false, HTTP_OK, "abc");
	parses(OK "\r\nabc", true, HTTP_OK, "abc");
	parses(OK "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n", false, HTTP_OK, "abc");
	parses(OK "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", false, HTTP_FAILED, NULL);
	parses(OK "Content-Length: 101\r\n\r\n", false, HTTP_FAILED, NULL);
	parses(OK "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", false, HTTP_FAILED, NULL);
	parses(OK "Content-Length: 5\r\n\r\nabc", true, HTTP_FAILED, NULL);
	parses("HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n", false, HTTP_OTHER, NULL);
	parses("HTTP/1.1 404 Not Found\r\n\r\n", false, HTTP_NOT_FOUND, NULL);
	parses("SSH-2.0-x\r\n", true, HTTP_FAILED, NULL);
}

enum behaviour { SILENT, ENDLESS, DRIP, REDIRECT, HUGE };

static void serve(int listening, enum behaviour behaviour)
{
	char request[4096], *block = allocate(65536);
	int fd = accept(listening, NULL, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (read(fd, request, sizeof request) < 0)
		_exit(1);
	if (behaviour == SILENT)
		sleep(60);
	if (behaviour == REDIRECT)
		dprintf(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n");
	if (behaviour == HUGE)
		dprintf(fd, OK "Content-Length: 100000000\r\n\r\n");
	if (behaviour == ENDLESS)
		dprintf(fd, OK "\r\n");
	for (int i = 0; behaviour != REDIRECT && i < 1600; i++) {
		if (write(fd, block, behaviour == DRIP ? 1 : 65536) < 0)
			break;
		if (behaviour == DRIP)
			usleep(100000);
	}
	_exit(0);
}

static void meets(enum behaviour behaviour, enum http_result expected)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t length = sizeof address;
	int listening = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(listening, (struct sockaddr *)&address, length) == 0 && listen(listening, 1) == 0);
	CHECK(getsockname(listening, (struct sockaddr *)&address, &length) == 0);
	pid_t pid = fork();
	if (pid == 0)
		serve(listening, behaviour);
	struct http_server server = {.address = "127.0.0.1", .port = ntohs(address.sin_port)};
	struct http_request request = {.path = "/", .limit = USER_DATA_LIMIT};
	struct buffer body = {0};
	long long start = http_now();
	CHECK(http_send(&server, &request, start + 500, &body) == expected);
	CHECK(http_now() - start < 2000);
	CHECK(body.size == 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(listening);
}

static char *content(const char *folder, const char *name)
{
	char *path = text("%s/%s", folder, name);
	struct buffer out = {0};
	buffer_text(&out, "");
	if (!read_file(path, 1000, &out))
		buffer_text(&out, "(missing)");
	free(path);
	return out.data;
}

static void has(const char *folder, const char *name, const char *expected)
{
	char *is = content(folder, name);
	CHECK_TEXT(is, expected);
	free(is);
}

static void test_output(void)
{
	static const char data[] =
		"{\"a\":{\"content\":\"x\",\"perm\":\"0600\"},\"empty\":{\"content\":\"\"},"
		"\"d\":{\"perm\":\"0700\",\"entries\":{\"e\":{\"entries\":{\"f\":{\"content\":\"deep\"}}}}},"
		"\"../out\":{\"content\":\"x\"},\"..\":{\"entries\":{\"out\":{\"content\":\"x\"}}},"
		"\"/tmp/out\":{\"content\":\"x\"},\"link\":{\"content\":\"x\"},"
		"\"way\":{\"entries\":{\"out\":{\"content\":\"x\"}}},"
		"\"both\":{\"content\":\"x\",\"entries\":{}},\"bad\":{\"content\":\"x\",\"perm\":\"rw\"}}";
	char top[] = "/tmp/metadata-test-XXXXXX";
	CHECK(mkdtemp(top) != NULL);
	char *folder = text("%s/config", top), *link = text("%s/link", folder), *way = text("%s/way", folder);
	int output = output_open(folder);
	CHECK(output >= 0 && symlink("../out", link) == 0 && symlink("..", way) == 0);
	CHECK(output_expand(output, data, sizeof data - 1));
	CHECK(!output_expand(output, "#!/bin/sh", 9));
	output_write(output, "ssh", "authorized_keys", 0600, "key", 3);
	output_write(output, "..", "out", 0600, "key", 3);
	has(folder, "a", "x");
	has(folder, "empty", "");
	has(folder, "d/e/f", "deep");
	has(folder, "ssh/authorized_keys", "key");
	has(folder, "both", "(missing)");
	has(folder, "bad", "(missing)");
	has(top, "out", "(missing)");
	struct stat status;
	char *path = text("%s/a", folder);
	CHECK(stat(path, &status) == 0 && (status.st_mode & 07777) == 0600);
	free(path);
	close(output);
	char *remove[] = {"/bin/rm", "-r", top, NULL};
	CHECK(run_program(remove[0], remove) == 0);
	free(folder);
	free(link);
	free(way);
}

static void test_parsers(void)
{
	struct buffer keys = {0}, decoded = {0};
	parse_gcp_keys("me:ssh-rsa A me\nnothing\nyou:ssh-rsa B", &keys);
	CHECK_TEXT(keys.data, "ssh-rsa A me\nssh-rsa B\n");
	CHECK(parse_base64("aGVsbG8=", &decoded));
	CHECK_TEXT(decoded.data, "hello");
	CHECK(!parse_base64("a*", &decoded));
	char *value = parse_setting("A=1\nKEY_0='x y'\n", "KEY_0", '=');
	CHECK_TEXT(value, "x y");
	CHECK(host_name_valid("web-1.example") && !host_name_valid("a b") && !host_name_valid(""));
	free(value);
	buffer_free(&keys);
	buffer_free(&decoded);
}

void test_metadata(void)
{
	test_responses();
	test_parsers();
	test_output();
	meets(SILENT, HTTP_FAILED);
	meets(ENDLESS, HTTP_FAILED);
	meets(DRIP, HTTP_FAILED);
	meets(HUGE, HTTP_FAILED);
	meets(REDIRECT, HTTP_OTHER);
}
