// What metadata services and disks give, and where it goes.
#pragma once

#include "guest.h"
#include "http.h"

#define USER_DATA_LIMIT (1 << 20) // bytes

// --- the output: files below one folder, never outside it ---

// Opens the folder, and creates it if necessary. Returns -1 after reporting why on failure.
int output_open(const char *path);
// Writes a file. `folder` is NULL or a folder's name; each name is one component of a path. Reports failures.
void output_write(int output, const char *folder, const char *name, mode_t mode, const char *data, size_t size);
// Writes the files that user data describes. Returns false if it is not a JSON object.
bool output_expand(int output, const char *data, size_t size);
// Returns whether a name is one component of a path.
bool output_name(const char *name);
// Returns whether a text is fit to be a host name of at most 64 bytes.
bool host_name_valid(const char *name);

// --- parsers of what providers give ---

// Appends the keys of GCP's lines USER:KEY.
void parse_gcp_keys(const char *lines, struct buffer *keys);
// Returns the value of KEY in lines KEY=VALUE without surrounding quotes, to be freed; NULL if it is missing.
char *parse_setting(const char *lines, const char *key, char separator);
// Appends the strings of a JSON array, one a line.
void parse_key_array(const char *json, size_t size, struct buffer *keys);
// Decodes base64. Returns false if it is malformed.
bool parse_base64(const char *encoded, struct buffer *out);
// Appends the list items of `public-keys` in NoCloud's meta-data.
void parse_no_cloud_keys(const char *meta, struct buffer *keys);

// --- providers ---

struct source {
	struct http_server server;
	long long deadline;
	char header[512]; // of every request; empty: none
	bool named;       // by the user: then the address needs no proof that it is this provider's
	int output;
	struct buffer user_data;
};

struct provider {
	const char *name, *display, *address, *host;
	// Returns whether the provider is there. May set the header.
	bool (*probe)(struct source *source);
	// Writes its files and fills in the user data.
	void (*extract)(struct source *source);
};

extern const struct provider providers[];
extern const size_t provider_count;

// Disks. Each returns whether it was found, with its display name to be freed and the user data.
bool disk_extract(int output, char **display, struct buffer *user_data);
