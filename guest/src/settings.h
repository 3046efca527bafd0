// /etc/containerd/runtime-config.toml: three strings.
#pragma once

struct settings {
	char *cliopts, *out, *err; // NULL if not set
};

// Reads the file if it exists. Ends the program on an invalid line.
void settings_read(struct settings *settings, const char *path);
void settings_free(struct settings *settings);
