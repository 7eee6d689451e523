/*
 * What the files of the Windows host share. Paths are UTF-16, all else is UTF-8.
 */
#ifndef ACTDX_HOST_WIN32_H
#define ACTDX_HOST_WIN32_H

#include "host.h"

#include "base/machine.h"

#include <stdio.h>
#include <wchar.h>
#include <winsock2.h> /* before windows.h */

#include <windows.h>

/* The folder of Windows' tools, of the machine's own width: System32, or Sysnative for a 32-bit program on a 64-bit
 * Windows. Without a backslash at its end. */
const wchar_t *system_folder(void);

/* The run's own folder for temporary files, or NULL when none could be made. */
const wchar_t *temp_folder(void);

/* Is the time over, or was the run interrupted? */
bool host_must_stop(void);

/* Variables put in, as the machine's own width has them. Free with free. */
wchar_t *expand(const char *text);

/* "error 5 (0x80070005)" */
struct error_text {
	char text[48];
};
struct error_text error_text(DWORD error);

/* Status for what a function of Windows said. */
void gathered_error(struct gathered *to, DWORD error, const char *what);

/* The ways that are not native functions. */
void run_tool(const char *command, unsigned seconds, struct gathered *to);
void copy_file(const wchar_t *path, struct gathered *to);
void export_events(const struct job *job, struct gathered *to);
void export_events_by_tool(const struct job *job, struct gathered *to);
void copy_event_log(const struct job *job, struct gathered *to);

/* A file that a tool wrote for us: taken over and deleted. */
void take_file(const wchar_t *path, struct gathered *to);

/* Native functions: what they write is of a form that the analyzer's parsers know. natives.def says for what. */
#define NATIVE(command, function, when) void function(const struct job *job, struct gathered *to);
#include "natives.def"
#undef NATIVE

/* SRV names of KMS hosts in this domain are added to `hosts`, as "name". */
void srv_hosts(struct arena *arena, const char *domain, struct text_list *hosts);

/* Adds `text` when the list does not have it, whatever the case of its letters. */
void add_name(struct arena *arena, struct text_list *list, const char *text);

/* Registry, always in the machine's own width. */
bool open_key(const char *path, HKEY *key);              /* "HKLM\..." */
char *read_registry_text(HKEY key, const wchar_t *name); /* NULL, or free */

#endif
