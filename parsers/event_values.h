/*
 * What several readers of events need: values by any of the names they have had, files and services by what they are
 * called inside Windows.
 *
 * Names of values changed between versions of Windows ("File Name", "FileName", "FileNameBuffer"), and classic events
 * have none: so a value is asked for by all its names, and by its place when it has no name.
 */
#ifndef ACTDX_EVENT_VALUES_H
#define ACTDX_EVENT_VALUES_H

#include "events.h"

/* The first value that has one of these names, "A|B", ASCII case aside; empty when there is none. */
struct str event_any(const struct event *event, const char *names);

/* The same, or else the value at `place` (from 1) if that has no name. */
struct str event_value_of(const struct event *event, const char *names, size_t place);

/* Is the event this provider's, by its name or by the classic source? "A|B". */
bool event_is_from(const struct event *event, const char *providers);

/* The fields that every kind of event fact has: computer, time, id. */
void event_stamp(const struct event *event, struct fact *fact, struct facts *facts);

/* A code, set on the event's own fact and on a reader's, if `value` holds one. */
void event_put_code(
	struct facts *facts, struct fact *event_fact, struct fact *fact, struct str value);

/* What stands behind the last separator of a path. */
struct str event_file_name(struct str path);

/* Is the file in System32 (or SysWOW64), however the path is written: with a drive, a device, %SYSTEM32%? */
bool event_in_system32(struct str path);

/* A program, script or library that activates Windows or Office, or shows their licences; by file name. */
bool event_is_licensing_program(struct str path);

/* The same, or a file in a folder of the licensing service. */
bool event_is_licensing_file(struct str path);

/* A service without which activation, or its diagnosis, does not work; by short name. */
bool event_is_watched_service(struct str name);

/* ASCII text that is UTF-16LE in the event's binary part, up to a NUL; empty when it is none, or does not fit. */
struct str event_binary_text(const struct event *event, char *buffer, size_t size);

/* The byte at `index` of a run of hexadecimal digits; false past its end. */
NODISCARD bool event_hex_byte(struct str hex, size_t index, unsigned *byte);

#endif
