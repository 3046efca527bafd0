// Declarations shared by every part of the guest: messages, text, files, processes, the kernel
// command line.
//
// All programs here are short-lived or so central that they can do nothing useful without memory:
// a failed allocation ends the program.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// --- messages (stderr, which is the console during boot) ---

// The name that starts every message; set once by main.
extern const char *program_name;

// Prints one message as one line.
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Like say, followed by the description of errno.
void say_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Prints a message and ends the program with status 1.
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

// --- text and memory ---

void *allocate(size_t size); // zeroed; freed with free
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *copy_text(const char *original);
bool starts_with(const char *string, const char *prefix);
bool ends_with(const char *string, const char *suffix);
// Replaces control characters, in place: a terminal would obey them, or show the rest as a line of its own.
void make_printable(char *string, size_t size);
// Removes white space at both ends, in place.
char *trim(char *string);

// A growing sequence of bytes; followed by a zero byte unless data is NULL.
struct buffer {
	char *data;
	size_t size, capacity;
};
void buffer_append(struct buffer *buffer, const void *data, size_t size);
void buffer_text(struct buffer *buffer, const char *string);
void buffer_free(struct buffer *buffer);

// A list of strings that owns them.
struct strings {
	char **items; // NULL-terminated unless empty
	size_t count;
};
void strings_add(struct strings *list, const char *item);
void strings_sort(struct strings *list); // by byte
void strings_free(struct strings *list);

// --- files ---

// Reads a whole file of at most `limit` bytes. Returns false with errno on failure, EFBIG if the
// file is longer.
bool read_file(const char *path, size_t limit, struct buffer *out);
bool write_file(const char *path, const char *content); // an existing file, as in /proc and /sys
bool make_directories(const char *path, mode_t mode);   // like mkdir -p
// Lists the names in a directory except . and .., sorted. Returns false with errno on failure.
bool list_directory(const char *path, struct strings *names);
bool write_all(int fd, const void *data, size_t size);
// Opens a file to append to, in a folder that a container may have as its own: never by a link, and nothing
// but a plain file with one name, which replaces whatever else has that name. Returns -1 with errno on failure.
int open_log(const char *path, bool fresh);
bool copy_stream(int from, int to); // until the end of `from`
// Makes sure that the standard streams are open: the console, else the kernel's log for output, else
// /dev/null. Otherwise the next file that is opened would get the messages.
void standard_streams(void);
// Returns whether messages go to the kernel's log, since there is no console.
bool says_to_kernel_log(void);
bool exists(const char *path);
bool is_directory(const char *path);

// --- processes ---

// Starts a program with the given standard streams (-1: /dev/null), default handling of signals and
// no blocked signals. Returns the pid, or -1 with errno.
pid_t start_program(const char *path, char *const arguments[], int in, int out, int err);
// Like start_program, but in a process group of its own: it is not killed with an unfinished boot.
pid_t start_group(const char *path, char *const arguments[], int in, int out, int err);
// Returns the exit status in what waitpid reports, or 128 plus the number of the signal that ended the process.
int exit_status(int status);
// Waits for one child. Returns its exit status, as above.
int wait_for(pid_t pid);
// Returns whether a child ends within that many seconds. The caller still has to wait for it.
bool ends_within(pid_t pid, int seconds);
// Runs a function in a child, since a device that does not respond may block it for ever. Returns the
// child's status, or -1 if it is still running after that many seconds.
int status_within(int seconds, void (*function)(const void *argument), const void *argument);
// Runs a program with our own output and /dev/null as its input. Returns its status, or 127 if it
// cannot be started.
int run_program(const char *path, char *const arguments[]);
// Returns the number in a file that a container runtime has written, or 0 if there is none.
pid_t read_pid(const char *path);
// Runs every regular file of a directory in name order and ignores their statuses.
void run_directory(const char *path);

// --- waiting and stopping ---

// A wait that prints a line every 30 seconds.
struct patience {
	const char *what; // it waits for
	int limit;        // in seconds; 0: none
	long start, next;
};
struct patience patience_begin(const char *what, int limit);
// Prints the line if it is time for one. Returns false if the limit is reached.
bool patience_left(struct patience *patience);
// Waits for a process, which need not be a child. Returns false if it is still running after
// `limit` seconds; 0 means no limit. The caller still has to wait for a child.
bool ends_patiently(pid_t pid, const char *what, int limit);

// Returns whether process 1 is shutting the system down: nothing may be started then.
bool stopping(void);
// Sets and removes the mark that `stopping` looks for.
void set_stopping(bool now);

// --- the kernel command line ---

// Reads the words of /proc/cmdline.
void command_line_words(struct strings *words);
bool command_line_has(const char *word);
// Returns the number after `key=` if it is between 0 and a million, else `otherwise`.
int command_line_number(const char *key, int otherwise);
// Lists the terminals of the console= words without their options, each once.
void command_line_consoles(struct strings *terminals);

// --- boot charts ---

// Records the time at which a part of the boot begins or ends: a step, a container, a service.
void chart_begin(const char *kind, const char *name);
void chart_end(const char *kind, const char *name);
