// The first failed check ends the program and reports its place in the source.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                               \
	do {                                                                                                           \
		if (!(condition)) {                                                                                    \
			fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition);                        \
			exit(1);                                                                                       \
		}                                                                                                      \
	} while (0)
#define CHECK_TEXT(is, should)                                                                                         \
	do {                                                                                                           \
		const char *is_ = (is), *should_ = (should);                                                           \
		if (is_ == NULL || strcmp(is_, should_) != 0) {                                                        \
			fprintf(stderr, "%s:%d: %s is \"%s\", expected \"%s\"\n", __FILE__, __LINE__, #is,            \
				is_ == NULL ? "NULL" : is_, should_);                                                  \
			exit(1);                                                                                       \
		}                                                                                                      \
	} while (0)

// Returns a random number; the sequence is the same in every run.
unsigned random_number(unsigned below);
// Returns a copy of a text with some bytes changed, removed or repeated, to be freed by the caller.
char *mutated(const char *original, size_t size, size_t *new_size);

void test_text(void);
void test_json(void);
void test_mount_options(void);
void test_modules(void);
void test_settings(void);
void test_protobuf(void);
void test_hpack(void);
void test_http2(void);
void test_layer(void);
void test_volume(void);
void test_process(void);
void test_confine(void);
void test_restrict(void);
void test_disk(void);
void test_identity(void);
void test_sysctl(void);
void test_tools(void);
void test_logs_tools(void);
void test_metadata(void);
void test_archive(void);
void test_metadata_formats(void);
void test_metadata_values(void);
void test_clouds(void);
void test_providers(void); // of test_clouds
void test_supervision(void);
void test_keeping(void);
void test_relay(void);
void test_shim(void);
void test_shim_streams(void);
void test_waiting(void);
