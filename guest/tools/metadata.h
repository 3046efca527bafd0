// What metadata services and disks give, and where it goes.
#pragma once

#include "guest.h"
#include "http.h"
#include "network.h"

#define USER_DATA_LIMIT (1 << 20) // bytes

// --- the output: files below one folder, never outside it ---

// Opens the folder, and creates it if necessary. Returns -1 after reporting why on failure.
int output_open(const char *path);
// Writes a file. `folder` is NULL or a folder's name; each name is one component of a path. Reports failures.
void output_write(int output, const char *folder, const char *name, mode_t mode, const char *data, size_t size);
// Like output_write, unless the value is NULL or empty.
void output_value(int output, const char *name, const char *value);
// Writes ssh/authorized_keys unless there are no keys.
void output_keys(int output, const struct buffer *keys);
// Reads a file of the folder. Returns false if it is missing, no plain file or longer than `limit`.
bool output_read(int output, const char *name, size_t limit, struct buffer *out);
// Writes the files that user data describes. Returns false if it is not a JSON object.
bool output_expand(int output, const char *data, size_t size);
// Returns whether a name is one component of a path.
bool output_name(const char *name);
// Returns whether a text is fit to be a host name of at most 64 bytes.
bool host_name_valid(const char *name);

// --- parsers of what providers give ---

// Appends keys, one a line.
void parse_key_lines(const char *lines, struct buffer *keys);
// Appends the keys of GCP's lines USER:KEY.
void parse_gcp_keys(const char *lines, struct buffer *keys);
// Returns the value of KEY in lines KEY=VALUE without surrounding quotes, to be freed; NULL if it is missing.
char *parse_setting(const char *lines, const char *key, char separator);
// Appends the strings of a JSON array, one a line.
void parse_key_array(const char *json, size_t size, struct buffer *keys);
// Decodes base64. Returns false if it is malformed.
bool parse_base64(const char *encoded, struct buffer *out);
// Returns a property of an OVF environment, to be freed; NULL if it is missing.
char *parse_ovf(const char *xml, const char *key);

// --- takers: they write what they find, and apply the network ---

// Keys: a text, or the texts of a list or of an object's members.
void keys_take(int output, const struct json *list);
// NoCloud's meta-data.
void meta_data_take(int output, const char *data, size_t size);
void network_text_take(network_reader reader, const char *data, size_t size);
// An OVF environment. Returns false if it is not one.
bool ovf_take(int output, const char *xml, size_t size, struct buffer *user_data);
// Where NoCloud's files are, from words of the kernel's command line and the machine's serial number.
struct seed {
	char *address, *path; // of a server, which has the files below the path; NULL: none
	unsigned port;
	char *host_name, *instance; // NULL: none
};
// Reads "ds=nocloud;s=http://…/;h=HOST;i=INSTANCE". Returns false if it is another word or malformed.
bool seed_read(const char *word, struct seed *seed);
void seed_free(struct seed *seed);

// --- providers ---

struct source {
	struct http_server server;
	long long deadline;
	char header[512]; // of every request; empty: none
	bool named;       // by the user: then the address needs no proof that it is this provider's
	int output;
	struct buffer user_data;
	struct seed seed; // NoCloud's
};

struct provider {
	const char *name, *display, *address, *host; // address: NULL if the probe finds it
	// Returns whether the provider is there. May set the header.
	bool (*probe)(struct source *source);
	// Writes its files and fills in the user data.
	void (*extract)(struct source *source);
};

extern const struct provider providers[];
extern const size_t provider_count;

// Files in a folder: NoCloud's, OpenStack's, an OVF environment. `label` is that of the volume. Returns whether
// there are any.
bool folder_extract(const char *folder, const char *label, int output, struct buffer *user_data);
// Disks. Returns whether one was found, with its display name to be freed and the user data.
bool disk_extract(int output, char **display, struct buffer *user_data);
