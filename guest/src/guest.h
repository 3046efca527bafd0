// What every part of the guest shares: text, files, processes, the kernel command line.
//
// All programs here are short-lived or run at the edge of the system, where nothing useful can be done without
// memory: an allocation that fails ends the program.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// --- messages (stderr, which is the console during boot) ---

// The name that starts every message; set once by main.
extern const char *program_name;

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Like say, followed by what errno means.
void say_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

// --- text and memory ---

void *allocate(size_t size); // zeroed; freed with free
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *copy_text(const char *original);
bool starts_with(const char *string, const char *prefix);
bool ends_with(const char *string, const char *suffix);
// Removes white space at both ends, in place.
char *trim(char *string);

// Bytes that grow; always followed by a zero byte when data is not NULL.
struct buffer {
	char *data;
	size_t size, capacity;
};
void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_text(struct buffer *buffer, const char *string);
void buffer_free(struct buffer *buffer);

// A list of strings that owns them.
struct strings {
	char **items; // NULL-terminated once something was added
	size_t count;
};
void strings_add(struct strings *list, const char *item);
void strings_sort(struct strings *list); // by byte
void strings_free(struct strings *list);

// --- files ---

// Reads a whole file of at most `limit` bytes; false with errno (EFBIG when longer).
bool read_file(const char *path, size_t limit, struct buffer *out);
bool write_file(const char *path, const char *content); // an existing file, as in /proc and /sys
bool make_directories(const char *path, mode_t mode);   // like mkdir -p
// The names in a directory except . and .., sorted; false with errno.
bool list_directory(const char *path, struct strings *names);
bool write_all(int fd, const void *data, size_t size);
bool copy_stream(int from, int to); // until the end of `from`
bool exists(const char *path);
bool is_directory(const char *path);

// --- processes ---

// Starts a program with the given standard streams (-1: /dev/null); the pid, or -1 with errno. Signals and
// their masks are as at program start.
pid_t start_program(const char *path, char *const arguments[], int in, int out, int err);
// Waits for one child: its exit status, or 128 + the signal that ended it.
int wait_for(pid_t pid);
// Whether a child ends within so many seconds; it is still to be waited for.
bool ends_within(pid_t pid, int seconds);
// Runs a program on our own output, stdin /dev/null; its status, or 127 when it cannot be started.
int run_program(const char *path, char *const arguments[]);
// Runs every regular file of a directory in name order, ignoring what they return.
void run_directory(const char *path);

// --- the kernel command line ---

// The words of /proc/cmdline.
void command_line_words(struct strings *words);
bool command_line_has(const char *word);
// The number behind `key=`, from 0 to a million; otherwise what is given.
int command_line_number(const char *key, int otherwise);
// The terminals of the console= words without their options, each once.
void command_line_consoles(struct strings *terminals);
