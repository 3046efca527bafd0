// Lines about services, on the console and in /var/log/services.log.
#pragma once

#include "guest.h"

#define REPORT_STREAM "services"

// Must be called after logger_prepare, or with an external logger.
void report_open(bool external);
// Prints a line on the console and writes it to the log with the time.
void report(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Only writes it to the log.
void report_quietly(const char *format, ...) __attribute__((format(printf, 1, 2)));
