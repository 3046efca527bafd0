#include "system_calls.h"
#include "confine.h"
#include "json_edit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#if defined(__x86_64__)
#define ARCHITECTURE "amd64"
#elif defined(__aarch64__)
#define ARCHITECTURE "arm64"
#else
#define ARCHITECTURE "riscv64"
#endif

// The table that the builder reads, too; the Makefile says where it is.
__asm__(".pushsection .rodata\n"
	".global system_calls_begin, system_calls_end\n"
	"system_calls_begin:\n"
	".incbin \"system-calls.json\"\n"
	"system_calls_end:\n"
	".popsection\n");
extern const char system_calls_begin[], system_calls_end[];

#define ALLOW "\"action\":\"SCMP_ACT_ALLOW\""
// The flags of clone for new namespaces. Those of clone3 are in memory, which no filter sees: programs
// fall back to clone.
#define CLONE                                                                                                          \
	",{\"names\":[\"clone\"]," ALLOW ",\"args\":[{\"index\":0,\"value\":2114060288,\"valueTwo\":0,"              \
	"\"op\":\"SCMP_CMP_MASKED_EQ\"}]}"                                                                             \
	",{\"names\":[\"clone3\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38}"

static const struct json *first(const struct json *list)
{
	return list != NULL ? list->children : NULL;
}

static void add_names(struct buffer *out, const struct json *names)
{
	for (const struct json *one = first(names); one != NULL; one = one->next) {
		char *quoted = text("%s\"%s\"", out->size > 0 ? "," : "", one->string);
		buffer_text(out, quoted);
		free(quoted);
	}
}

// Returns the names of all calls that are allowed whatever their arguments are, as the elements of an array.
static struct buffer allowed(const struct json *table, const struct json *processor, const struct json *specification)
{
	struct buffer names = {0};
	add_names(&names, json_member(table, "always"));
	add_names(&names, json_member(processor, "calls"));
	for (const struct json *one = first(json_member(table, "capabilities")); one != NULL; one = one->next)
		if (has_capability(specification, one->key))
			add_names(&names, one);
	return names;
}

static char *filter(const struct json *table, const struct json *specification)
{
	const struct json *processor = json_member(json_member(table, "architectures"), ARCHITECTURE);
	struct buffer names = allowed(table, processor, specification), runtime = {0}, out = {0};
	add_names(&runtime, json_member(processor, "runtime"));
	char *start = text("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":%d,\"architectures\":[%s],"
			   "\"syscalls\":[{\"names\":[%s]," ALLOW "}", EPERM, runtime.data, names.data);
	buffer_text(&out, start);
	for (const struct json *one = first(json_member(table, "personalities")); one != NULL; one = one->next) {
		char *rule = text(",{\"names\":[\"personality\"]," ALLOW ",\"args\":[{\"index\":0,\"value\":%.0f,"
				  "\"valueTwo\":0,\"op\":\"SCMP_CMP_EQ\"}]}", one->number);
		buffer_text(&out, rule);
		free(rule);
	}
	buffer_text(&out, CLONE "]}");
	buffer_free(&names);
	buffer_free(&runtime);
	free(start);
	return out.data;
}

bool kernel_filters_system_calls(void)
{
	return prctl(PR_GET_SECCOMP) >= 0;
}

bool filter_system_calls(struct buffer *specification)
{
	size_t where;
	struct json *whole = json_read(specification->data, specification->size, &where);
	const struct json *platform = json_member(whole, "linux");
	const bool wanted = platform != NULL && platform->kind == JSON_OBJECT &&
			    json_member(platform, "seccomp") == NULL && is_confined(whole);
	struct json *table = wanted ? json_read(system_calls_begin, (size_t)(system_calls_end - system_calls_begin), &where) : NULL;
	if (wanted) {
		char *value = filter(table, whole);
		json_add_member(specification, platform, "seccomp", value);
		free(value);
	}
	json_free(table);
	json_free(whole);
	return wanted;
}
