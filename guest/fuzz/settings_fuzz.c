// /etc/containerd/runtime-config.toml; read_file is replaced.
#include "fuzz.h"

#include "settings.h"

#include <string.h>

// An invalid file ends the program, which does not free its memory.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void read_settings(void *context)
{
	settings_read(context, "/etc/containerd/runtime-config.toml");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings settings = {0};
	set_files(data, size);
	if (survives(read_settings, &settings)) {
		const char *const values[] = {settings.cliopts, settings.out, settings.err};
		for (size_t i = 0; i < COUNT(values); i++)
			REQUIRE(values[i] == NULL || strlen(values[i]) < size);
	}
	settings_free(&settings);
	return 0;
}
