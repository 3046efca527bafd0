#include "check.h"

#include "guest.h"

static unsigned long long state = 20260314;

unsigned random_number(unsigned below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)((state >> 33) % below);
}

char *mutated(const char *original, size_t size, size_t *new_size)
{
	struct buffer out = {0};
	buffer_append(&out, "", 0);
	unsigned rate = 2 + random_number(40);
	for (size_t i = 0; i < size; i++)
		switch (random_number(rate)) {
		case 0: buffer_append(&out, &(char){(char)random_number(256)}, 1); break;
		case 1:
			if (random_number(2) == 0)
				buffer_append(&out, original + random_number((unsigned)(i + 1)), 1);
			break;
		default: buffer_append(&out, original + i, 1);
		}
	*new_size = out.size;
	return out.data;
}

int main(void)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
		{"text", test_text},         {"json", test_json},
		{"mount options", test_mount_options}, {"modules", test_modules},
		{"settings", test_settings}, {"protobuf", test_protobuf},
		{"hpack", test_hpack},       {"http2", test_http2},
		{"layer", test_layer},
		{"volume", test_volume},     {"process", test_process},
		{"confine", test_confine},   {"restrict", test_restrict},
		{"disk", test_disk},         {"identity", test_identity},
		{"sysctl", test_sysctl},     {"tools", test_tools},
		{"metadata", test_metadata}, {"logs of tools", test_logs_tools},
		{"archive", test_archive},
		{"formats of metadata", test_metadata_formats},
		{"values of metadata", test_metadata_values},
		{"clouds", test_clouds},
		{"supervision", test_supervision},
		{"keeping", test_keeping},
		{"shim", test_shim},         {"streams", test_shim_streams},
		{"relay", test_relay},       {"waiting", test_waiting},
	};
	for (size_t i = 0; i < COUNT(tests); i++) {
		tests[i].run();
		printf("passed: %s\n", tests[i].name);
		fflush(stdout); // some tests fork
	}
	return 0;
}
