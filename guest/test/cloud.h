// Clouds for tests: a network namespace with metadata services on its loopback interface, in which the program runs.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct page {
	const char *path, *body;
	const char *header; // that the request must have; NULL: none
};

// What a service does with requests for which it has no page, or with all.
enum manner {
	PLAIN,		// 404
	SILENT,		// never answers
	DRIP,		// a byte of the body every 100 ms
	DRIP_HEADER,	// a byte of the header
	ENDLESS,	// a body without end
	HUGE,		// 100 MB, with its length
	ENDLESS_HEADER,
	GARBAGE,	// not HTTP
	BAD_CHUNKS,
	REDIRECT,	// to ELSEWHERE
};
#define PAGES(pages) pages, COUNT(pages)
#define ELSEWHERE "127.0.0.9"

struct cloud {
	const char *address;
	const struct page *pages;
	size_t count;
	enum manner manner;
};

// Runs a function in a child with network, mounts and host name of its own; /run is empty. Returns false with a
// message if this is not permitted.
bool in_cloud(void (*run)(const void *argument), const void *argument);
// Serves until the namespace ends.
void serve_cloud(const struct cloud *cloud);
// Answers questions of DNS at 127.0.0.1 with an address; NULL: never.
void serve_names(const char *address);
// Makes programs ask 127.0.0.1 for names.
void use_local_names(void);
// Runs metadata with up to one argument, and returns how many milliseconds it took. It must end with status 0.
long long run_metadata(const char *argument);
// Checks a file below /run/config. NULL: it must be missing.
void cloud_file(const char *name, const char *expected);
// Removes everything below /run.
void clean_cloud(void);
