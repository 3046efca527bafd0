#include "check.h"

#include "shim.h"
#include "ttrpc.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void test_frames(void)
{
	struct buffer payload = {0}, out = {0};
	struct ttrpc_frame frame;
	struct ttrpc_request request;
	protobuf_text(&payload, 1, "web");
	ttrpc_request_write(&out, 3, "s.v2.Task", "Wait", &payload);
	CHECK(out.size == 34 && memcmp(out.data, "\0\0\0\x18\0\0\0\3\1\0\x0a\x09s.v2.Task\x12\4Wait\x1a\5\x0a\3web", 34) == 0);
	for (size_t size = 0; size < out.size; size++)
		CHECK(ttrpc_read(out.data, size, &frame) == 0);
	CHECK(ttrpc_read(out.data, out.size, &frame) == 34 && frame.stream == 3 && frame.kind == TTRPC_REQUEST);
	CHECK(ttrpc_request_read(&frame, &request));
	CHECK_TEXT(request.service, "s.v2.Task");
	CHECK_TEXT(request.method, "Wait");
	CHECK(request.payload.size == 5 && memcmp(request.payload.data, payload.data, 5) == 0);
	ttrpc_request_free(&request);
	out.data[10] = 7; // not a field
	CHECK(ttrpc_read(out.data, out.size, &frame) == 34 && !ttrpc_request_read(&frame, &request));
	ttrpc_request_free(&request);
	out.data[8] = 5; // not a kind of frame
	CHECK(ttrpc_read(out.data, out.size, &frame) == -1);
	CHECK(ttrpc_read("\1\0\0\0\0\0\0\1\1\0", 10, &frame) == -1); // 16 MiB
	out.size = 0;
	ttrpc_response_write(&out, 3, TTRPC_NOT_FOUND, "gone", &payload);
	CHECK(out.size == 20 && memcmp(out.data, "\0\0\0\x0a\0\0\0\3\2\0\x0a\x08\x08\5\x12\4gone", 20) == 0);
	buffer_free(&out);
	buffer_free(&payload);
}

// Makes a call with a signal and returns its answer's status, or -1 if there is no answer yet.
static int ask_with(struct shim *shim, const int ends[2], const char *method, const char *other, unsigned number,
		    struct buffer *payload)
{
	struct buffer out = {0}, in = {0};
	struct ttrpc_frame frame;
	struct ttrpc_request request;
	char block[4096];
	protobuf_text(&in, 1, "web");
	protobuf_text(&in, 2, other);
	protobuf_number(&in, 3, number);
	ttrpc_request_write(&out, 1, "containerd.task.v2.Task", method, &in);
	CHECK(ttrpc_read(out.data, out.size, &frame) > 0 && ttrpc_request_read(&frame, &request));
	shim_call(shim, ends[0], &request);
	ttrpc_request_free(&request);
	buffer_free(&out);
	buffer_free(&in);
	ssize_t got = recv(ends[1], block, sizeof block, MSG_DONTWAIT);
	if (got <= 0)
		return -1;
	CHECK(ttrpc_read(block, (size_t)got, &frame) == got && frame.kind == TTRPC_RESPONSE && frame.stream == 1);
	struct protobuf_reader reader = {.data = frame.message.data, .size = frame.message.size};
	struct protobuf_field field;
	int status = 0;
	while (protobuf_next(&reader, &field)) {
		const struct buffer part = {.data = (char *)(uintptr_t)field.data, .size = field.size};
		if (field.number == 1)
			status = (int)protobuf_find_number(&part, 1);
		else if (payload != NULL)
			buffer_append(payload, part.data, part.size);
	}
	return status;
}

static int ask(struct shim *shim, const int ends[2], const char *method, const char *other, struct buffer *payload)
{
	return ask_with(shim, ends, method, other, 0, payload);
}

static void test_calls(void)
{
	int ends[2];
	struct buffer payload = {0};
	struct shim shim = {.namespace = "n", .id = "web", .bundle = "/b", .root = "/r", .memory = -1,
			    .events = {.fd = -1, .address = "/missing", .namespace = "n"}};
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
	CHECK(ask(&shim, ends, "Checkpoint", "", NULL) == TTRPC_UNIMPLEMENTED);
	CHECK(ask(&shim, ends, "State", "", NULL) == TTRPC_NOT_FOUND);
	CHECK(ask(&shim, ends, "Exec", "e", NULL) == TTRPC_PRECONDITION);
	CHECK(ask(&shim, ends, "Connect", "", &payload) == 0 && protobuf_find_number(&payload, 1) == (uint64_t)getpid());
	CHECK(protobuf_find_number(&payload, 2) == 0);

	shim.processes = shim_process_new("", &payload, 5);
	shim.processes->pid = 4242;
	shim.processes->status = SHIM_RUNNING;
	payload.size = 0;
	CHECK(ask(&shim, ends, "State", "", &payload) == 0 && protobuf_find_number(&payload, 3) == 4242);
	CHECK(protobuf_find_number(&payload, 4) == SHIM_RUNNING);
	payload.size = 0;
	CHECK(ask(&shim, ends, "Pids", "", &payload) == 0 && payload.size == 5 && memcmp(payload.data, "\x0a\3\x08\x92\x21", 5) == 0); // without a group
	payload.size = 0; // nor are the numbers those of the machine
	CHECK(shim_group_file(&shim, "cpu.stat") == NULL);
	CHECK(ask(&shim, ends, "Stats", "", &payload) == 0);
	CHECK(memmem(payload.data, payload.size, "\x0a\2\x08\0\x12\2\x08\0\x22\3\x80\2\0", 13) != NULL);
	CHECK(ask(&shim, ends, "State", "e", NULL) == TTRPC_NOT_FOUND);
	CHECK(ask(&shim, ends, "Create", "", NULL) == TTRPC_EXISTS);
	CHECK(ask(&shim, ends, "Start", "", NULL) == TTRPC_PRECONDITION);
	CHECK(ask(&shim, ends, "Delete", "", NULL) == TTRPC_PRECONDITION);
	CHECK(ask(&shim, ends, "Shutdown", "", NULL) == 0 && !shim.ended); // there is a container
	CHECK(ask(&shim, ends, "Exec", "e", NULL) == 0 && ask(&shim, ends, "Exec", "e", NULL) == TTRPC_EXISTS);
	CHECK(ask(&shim, ends, "Exec", "", NULL) == TTRPC_INVALID);
	CHECK(ask(&shim, ends, "Kill", "e", NULL) == TTRPC_NOT_FOUND); // not started
	CHECK(ask(&shim, ends, "ResizePty", "e", NULL) == TTRPC_PRECONDITION);
	CHECK(ask(&shim, ends, "Delete", "e", NULL) == 0 && ask(&shim, ends, "State", "e", NULL) == TTRPC_NOT_FOUND);

	// Calls that wait are answered at the end, but not on a connection that was closed.
	CHECK(ask(&shim, ends, "Wait", "", NULL) == -1);
	shim_forget(&shim, ends[0]);
	CHECK(ask(&shim, ends, "Wait", "", NULL) == -1);
	shim.processes->pid = getpid();
	CHECK(ask_with(&shim, ends, "Kill", "", 1000, NULL) == TTRPC_INVALID && ask(&shim, ends, "Kill", "", NULL) == 0);
	shim.processes->pid = 4242;
	shim.memory = open("/dev/null", O_RDONLY | O_CLOEXEC);
	shim_child_ended(&shim, 1, 0); // another process
	CHECK(shim.memory >= 0);
	CHECK(shim.processes->status == SHIM_RUNNING);
	shim_child_ended(&shim, 4242, SIGKILL);
	CHECK(shim.memory == -1);
	char block[512];
	struct ttrpc_frame frame;
	ssize_t got = recv(ends[1], block, sizeof block, MSG_DONTWAIT);
	CHECK(got > 0 && ttrpc_read(block, (size_t)got, &frame) == got && frame.stream == 1);
	payload.size = 0;
	CHECK(ask(&shim, ends, "Wait", "", &payload) == 0 && protobuf_find_number(&payload, 1) == 137);
	CHECK(ask(&shim, ends, "Kill", "", NULL) == TTRPC_NOT_FOUND && ask(&shim, ends, "ResizePty", "", NULL) == 0);
	CHECK(ask(&shim, ends, "Exec", "f", NULL) == TTRPC_PRECONDITION);
	CHECK(shim.events.count == 2 && shim_events_timeout(&shim.events) > 0); // exec-added, exit; containerd is away

	shim_process_free(shim.processes);
	shim.processes = NULL;
	CHECK(ask(&shim, ends, "Shutdown", "", NULL) == 0 && shim.ended);
	close(ends[0]);
	close(ends[1]);
	shim_events_free(&shim.events);
	buffer_free(&payload);
}

static void test_events(const char *folder)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct buffer message = {0}, answer = {0};
	struct ttrpc_frame frame;
	struct ttrpc_request request;
	char block[1024];
	char *path = text("%s/events.sock", folder);
	struct shim_events events = {.fd = -1, .address = path, .namespace = "services"};
	protobuf_text(&message, 1, "web");
	shim_publish(&events, "/tasks/oom", "containerd.events.TaskOOM", &message);
	CHECK(events.count == 1 && events.fd < 0 && shim_events_timeout(&events) > 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
	shim_events_tick(&events); // too early
	CHECK(events.fd < 0);
	events.due = 0;
	shim_events_tick(&events);
	CHECK(events.fd >= 0 && shim_events_timeout(&events) == -1);
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	ssize_t got = recv(fd, block, sizeof block, 0);
	CHECK(got > 0 && ttrpc_read(block, (size_t)got, &frame) == got && ttrpc_request_read(&frame, &request));
	CHECK_TEXT(request.method, "Forward");
	CHECK(memmem(block, (size_t)got, "services\x1a\x0a/tasks/oom", 20) != NULL);
	CHECK(memmem(block, (size_t)got, "containerd.events.TaskOOM\x12\x05\x0a\3web", 32) != NULL);
	ttrpc_request_free(&request);
	shim_events_read(&events); // no answer yet
	CHECK(events.count == 1);
	for (int i = 0; i < 1000; i++) { // containerd hangs
		protobuf_text(&message, 1, i < 999 ? "many" : "last");
		shim_publish(&events, "/tasks/oom", "containerd.events.TaskOOM", &message);
	}
	CHECK(events.count == 256 && events.fd >= 0);
	ttrpc_response_write(&answer, 1, TTRPC_OK, NULL, NULL);
	CHECK(send(fd, answer.data, answer.size, 0) == (ssize_t)answer.size);
	shim_events_read(&events);
	CHECK(events.count == 255); // the one that was sent is not sent again
	close(fd);
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	got = recv(fd, block, sizeof block, 0);
	CHECK(got > 0 && memmem(block, (size_t)got, "many", 4) != NULL);
	shim_events_free(&events);
	CHECK(events.count == 0 && events.fd < 0);
	buffer_free(&answer);
	close(fd);
	close(listener);
	free(path);
}

void test_shim(void)
{
	char folder[] = "/tmp/shim-test-XXXXXX";
	CHECK(mkdtemp(folder) != NULL);
	test_frames();
	test_calls();
	test_events(folder);
	char *command = text("rm -rf %s", folder);
	CHECK(system(command) == 0);
	free(command);
}
