/*
 * --script: a batch file that collects the catalogue with what every Windows has.
 *
 * For machines where a foreign program may not be started. Rules of cmd.exe that shape it:
 * - A percent sign starts a variable; one that is meant is doubled.
 * - Variables are put in before a line is read: names that come from DNS, DHCP or the registry are let
 *   in only when made of letters, digits, '.', '-' and '_' (:check), for an '&' in one would be run.
 *   Paths stand in quotes always.
 * - "exit /b" ends a subroutine; lines end with CR LF, or labels are not found.
 * - A redirection stands at the end and never right after a digit.
 */
#include "settings.h"

#include "base/limits.h"
#include "base/options.h"
#include "base/scan.h"

#include <string.h>

static void put(struct out *out, const char *line)
{
	out_text(out, line);
	out_text(out, "\r\n");
}

static void put_lines(struct out *out, const char *const *lines)
{
	for (; *lines; lines++)
		put(out, *lines);
}

static const char *const head[] = {
	"setlocal EnableExtensions DisableDelayedExpansion",
	"",
	"rem If you know the KMS host that should answer, write its name here: set \"KMSHOST=name\"",
	"set \"KMSHOST=\"",
	"",
	"rem A 32-bit shell is shown other files than Windows has: start again in the 64-bit one.",
	"if not defined PROCESSOR_ARCHITEW6432 goto :native",
	"if not exist \"%SystemRoot%\\Sysnative\\cmd.exe\" goto :native",
	"\"%SystemRoot%\\Sysnative\\cmd.exe\" /d /c \"\"%~f0\" %*\"",
	"exit /b",
	"",
	":native",
	"rem Only Windows' own tools, whatever lies in the current folder.",
	"set \"BASE=%~dp0\"",
	"set \"PATH=%SystemRoot%\\System32;%SystemRoot%;%SystemRoot%\\System32\\Wbem;"
	"%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\"",
	"set \"PATHEXT=.COM;.EXE;.BAT;.CMD;.VBS;.JS\"",
	"set \"ERRORLEVEL=\"",
	"cd /d \"%SystemRoot%\\System32\"",
	"",
	":choose-folder",
	"set \"OUT=%BASE%actdx-files\"",
	"set \"COPY=1\"",
	":next-folder",
	"if not exist \"%OUT%\" goto :make-folder",
	"set /a COPY+=1",
	"set \"OUT=%BASE%actdx-files-%COPY%\"",
	"goto :next-folder",
	":make-folder",
	"md \"%OUT%\"",
	"if exist \"%OUT%\\\" goto :begin-all",
	"if \"%BASE%\"==\"%USERPROFILE%\\\" goto :no-folder",
	"echo Cannot write beside this script; using your own folder.",
	"set \"BASE=%USERPROFILE%\\\"",
	"goto :choose-folder",
	":no-folder",
	"echo Cannot make a folder for the files. Copy this script to a folder where you may write.",
	"if /i not \"%~1\"==\"--no-pause\" pause",
	"exit /b 3",
	"",
	":begin-all",
	"set \"LOG=%OUT%\\collect-log.txt\"",
	"set \"ELEVATED=no\"",
	"whoami /groups 2>nul | findstr \"S-1-16-12288 S-1-16-16384\" >nul",
	"if not errorlevel 1 set \"ELEVATED=yes\"",
	">>\"%LOG%\" echo actdx-collect --script " ACTDX_VERSION,
	">>\"%LOG%\" echo started %DATE% %TIME%",
	">>\"%LOG%\" echo elevated %ELEVATED%",
	">>\"%LOG%\" ver",
	"echo Reads settings and logs, changes nothing, sends nothing.",
	"echo Files go to \"%OUT%\".",
	"if \"%ELEVATED%\"==\"no\" echo Not started as administrator: some files will say \"access denied\".",
	"",
	"rem DNS domains to ask about.",
	"set \"DOMAINS=\"",
	"set \"HOSTS=\"",
	"set \"NAME_IN=%USERDNSDOMAIN%\"",
	"call :add-domain",
	"for %%K in (Domain DhcpDomain) do for /f \"tokens=2,*\" %%A in ('reg query "
	"\"HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\" /v %%K 2^>nul ^| find "
	"\"REG_SZ\"') do (",
	"set \"NAME_IN=%%B\"",
	"call :add-domain",
	")",
	NULL,
};

static const char *const find_hosts[] = {
	"",
	"rem KMS hosts that are named anywhere: above, in the registry, in DNS.",
	"set \"NAME_IN=%KMSHOST%\"",
	"call :add-host",
	"for /f \"tokens=2,*\" %%A in ('reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\"
	"CurrentVersion\\SoftwareProtectionPlatform\" /s /v KeyManagementServiceName 2^>nul ^| find "
	"\"REG_SZ\"') do (",
	"set \"NAME_IN=%%B\"",
	"call :add-host",
	")",
	"for %%F in (\"%OUT%\\network\\dns-srv*.txt\") do for /f \"tokens=2 delims==\" %%A in "
	"('findstr /i /c:\"svr hostname\" \"%%~F\"') do for /f \"tokens=1\" %%B in (\"%%A\") do (",
	"set \"NAME_IN=%%B\"",
	"call :add-host",
	")",
	NULL,
};

static const char *const tail[] = {
	"",
	">>\"%LOG%\" echo ended %DATE% %TIME%",
	"echo.",
	"echo Done. The files are in \"%OUT%\".",
	"echo Mail that folder (right-click it, Send to, Compressed folder), or pack it with",
	"echo   actdx-collect --from \"%OUT%\"",
	"if /i not \"%~1\"==\"--no-pause\" pause",
	"exit /b 0",
	"",
	"rem NUMBER ID FOLDER NAME EXTENSION: the next file, with a number of its own when there is one.",
	":begin",
	"echo [%~1] %~2",
	"if not exist \"%OUT%\\%~3\" md \"%OUT%\\%~3\"",
	"set \"ID=%~2\"",
	"set \"FILE=%OUT%\\%~3\\%~4%~5\"",
	"set \"COPY=1\"",
	":begin-copy",
	"if not exist \"%FILE%\" goto :begin-ready",
	"set /a COPY+=1",
	"set \"FILE=%OUT%\\%~3\\%~4-%COPY%%~5\"",
	"goto :begin-copy",
	":begin-ready",
	"set \"STARTED=%DATE% %TIME%\"",
	"ver >nul",
	"exit /b 0",
	"",
	":end",
	"set \"CODE=%ERRORLEVEL%\"",
	">>\"%LOG%\" echo %STARTED% to %TIME% exit %CODE% %ID% %VALUE%",
	"set \"VALUE=\"",
	"exit /b 0",
	"",
	"rem NUMBER ID REASON",
	":none",
	"echo [%~1] %~2: %~3",
	">>\"%LOG%\" echo not run: %~2: %~3",
	"exit /b 0",
	"",
	":add-domain",
	"call :check",
	"if errorlevel 1 exit /b 0",
	"for %%X in (%DOMAINS%) do if /i \"%%X\"==\"%NAME_IN%\" exit /b 0",
	"set \"DOMAINS=%DOMAINS% %NAME_IN%\"",
	"exit /b 0",
	"",
	":add-host",
	"call :check",
	"if errorlevel 1 exit /b 0",
	"for %%X in (%HOSTS%) do if /i \"%%X\"==\"%NAME_IN%\" exit /b 0",
	"set \"HOSTS=%HOSTS% %NAME_IN%\"",
	"exit /b 0",
	"",
	"rem Is NAME_IN made of these letters only? What for /f finds between them is not one. \"set\" shows",
	"rem the value without anybody acting on it.",
	":check",
	"if not defined NAME_IN exit /b 1",
	"for /f \"delims=abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_=\" %%X in "
	"('set NAME_IN') do exit /b 1",
	"exit /b 0",
	NULL,
};

struct script {
	const struct settings *settings;
	struct out out;
	struct out routines; /* subroutines of items that run once per value */
	size_t number, total;
	bool hosts_known;
};

/* "%NAME%" stays, any other percent sign is doubled. */
static void put_percent_safe(struct out *out, struct str text)
{
	while (text.size) {
		size_t percent = str_find_char(text, '%'), end = percent + 1;
		out_str(out, str_slice(text, 0, percent));
		if (percent == STR_NONE)
			return;
		while (end < text.size &&
			(char_is_alpha(text.at[end]) || char_is_digit(text.at[end]) ||
				strchr("_()", text.at[end])))
			end++;
		bool variable = end > percent + 1 && end < text.size && text.at[end] == '%';
		out_str(out, variable ? str_slice(text, percent, end + 1) : STR("%%"));
		text = str_from(text, variable ? end + 1 : percent + 1);
	}
}

/* The command line with fill-ins as variables of the script. */
static void put_command(struct out *out, struct str command)
{
	while (command.size) {
		size_t open = str_find_char(command, '{');
		put_percent_safe(out, str_slice(command, 0, open));
		if (open == STR_NONE)
			return;
		command = str_from(command, open + 1);
		struct str fill = str_cut(&command, '}');
		out_text(out,
			str_equal(fill, STR("out"))            ? "\"%FILE%\""
				: str_equal(fill, STR("path")) ? "%ITEMPATH%"
							       : "%VALUE%");
	}
}

/* "call :begin 12/60 ipconfig network ipconfig .txt" */
static void put_begin(const struct script *s, struct out *out, const struct item *item)
{
	struct str member = str_of(item->member);
	size_t slash = str_find_char(member, '/'), point = str_find_last_char(member, '.');
	out_format(out, "call :begin %zu/%zu %s %.*s %.*s %s\r\n", s->number, s->total, item->id,
		STR_PRINT(str_slice(member, 0, slash)),
		STR_PRINT(str_slice(member, slash + 1, point)), item->member + point);
}

static void put_run(struct out *out, const struct item *item)
{
	put_command(out, str_of(item->command));
	if (strstr(item->command, "{out}"))
		put(out, " >>\"%LOG%\" 2>&1 <nul");
	else
		put(out, " >\"%FILE%\" 2>&1 <nul");
}

static void put_events(struct script *s, const struct item *item)
{
	struct str rest = str_of(item->command), channel = str_cut(&rest, '|');
	put_begin(s, &s->out, item);
	out_format(&s->out, "wevtutil epl \"%.*s\" \"%%FILE%%\"", STR_PRINT(channel));
	item_put_query(&s->out, item);
	put(&s->out, " >>\"%LOG%\" 2>&1 <nul");
	put(&s->out, "call :end");
}

static void put_copy(struct out *out, const char *from)
{
	out_text(out, "copy /b /y \"");
	put_percent_safe(out, str_of(from));
	put(out, "\" \"%FILE%\" >>\"%LOG%\" 2>&1 <nul");
}

/* A file, or one file in each folder: "...\slmgr\*\slmgr.ini". */
static void put_file(struct script *s, const struct item *item)
{
	struct str command = str_of(item->command);
	size_t star = str_find(command, STR("\\*\\"));
	if (star == STR_NONE) {
		put_begin(s, &s->out, item);
		put_copy(&s->out, item->command);
		put(&s->out, "call :end");
		return;
	}
	out_text(&s->out, "for /d %%V in (\"");
	put_percent_safe(&s->out, str_slice(command, 0, star));
	out_format(&s->out, "\\*\") do call :item-%s \"%%%%~V\"\r\n", item->id);
	const char *name = item->command + star + 3;
	struct out *out = &s->routines;
	out_format(out, "\r\n:item-%s\r\nif not exist \"%%~1\\%s\" exit /b 0\r\n", item->id, name);
	put_begin(s, out, item);
	out_format(out, "copy /b /y \"%%~1\\%s\" \"%%FILE%%\" >>\"%%LOG%%\" 2>&1 <nul\r\n", name);
	put(out, "goto :end");
}

/* Once for each name in a list that the script makes. */
static void put_for_names(
	struct script *s, const struct item *item, const char *list, const char *none)
{
	out_format(&s->out, "if not defined %s call :none %zu/%zu %s \"%s\"\r\n", list, s->number,
		s->total, item->id, none);
	out_format(&s->out, "for %%%%V in (%%%s%%) do call :item-%s %%%%V\r\n", list, item->id);
	out_format(&s->routines, "\r\n:item-%s\r\nset \"VALUE=%%~1\"\r\n", item->id);
	put_begin(s, &s->routines, item);
	put_run(&s->routines, item);
	put(&s->routines, "goto :end");
}

static void put_for_paths(struct script *s, const struct item *item)
{
	const struct text_list *paths = &s->settings->paths;
	if (paths->count == 0)
		out_format(&s->out, "call :none %zu/%zu %s \"no --path was given\"\r\n", s->number,
			s->total, item->id);
	for (size_t i = 0; i < paths->count; i++) {
		put_begin(s, &s->out, item);
		out_text(&s->out, "set \"ITEMPATH=");
		for (const char *c = paths->at[i]; *c; c++)
			out_repeat(&s->out, *c, *c == '%' ? 2 : 1);
		/* "C:\" in quotes would lose its second quote to the backslash; "C:\." is the same folder. */
		put(&s->out, str_ends(str_of(paths->at[i]), STR("\\")) ? ".\"" : "\"");
		/* A path may hold what "echo" would act on; "set" prints it as it is. */
		put(&s->out, ">>\"%LOG%\" set ITEMPATH");
		put_run(&s->out, item);
		put(&s->out, "call :end");
	}
}

static void put_command_item(struct script *s, const struct item *item)
{
	if (strstr(item->command, "{domain}")) {
		put_for_names(s, item, "DOMAINS", "no DNS domain is known");
	} else if (strstr(item->command, "{kms-host}")) {
		if (!s->hosts_known)
			put_lines(&s->out, find_hosts);
		s->hosts_known = true;
		put_for_names(s, item, "HOSTS", "no KMS host is known");
	} else if (strstr(item->command, "{path}")) {
		put_for_paths(s, item);
	} else {
		put_begin(s, &s->out, item);
		put_run(&s->out, item);
		put(&s->out, "call :end");
	}
}

static void put_item(struct script *s, const struct item *item)
{
	s->number++;
	out_format(&s->out, "\r\nrem %s\r\n", item->says_en);
	switch (item->way) {
	case WAY_COMMAND:
		put_command_item(s, item);
		break;
	case WAY_FILE:
		put_file(s, item);
		break;
	case WAY_EVENTS:
		put_events(s, item);
		break;
	case WAY_NATIVE: /* not planned, see is_scripted */
		break;
	}
}

static void put_unasked(struct script *s, const struct item *item)
{
	out_format(&s->out,
		"\r\nrem %s is not run, because it changes something on this machine:\r\nrem   ",
		item->id);
	put_percent_safe(&s->out, str_of(item->command));
	out_format(
		&s->out, "\r\nrem To have it run: actdx-collect --script --only %s\r\n", item->id);
}

/* What cannot be written into a batch file safely is refused, not mangled. */
static bool check_values(const struct settings *settings)
{
	for (size_t i = 0; i < settings->domains.count; i++)
		if (!scan_is_host(str_of(settings->domains.at[i]))) {
			complain("--domain takes a DNS name, for example contoso.com");
			return false;
		}
	for (size_t i = 0; i < settings->paths.count; i++)
		for (const char *c = settings->paths.at[i]; *c; c++)
			if (*c < 0x20 || *c > 0x7E || strchr("\"<>|*?", *c)) {
				complain(
					"--path with --script takes ASCII only, and no \" < > | * ?; "
					"give the short (8.3) name that \"dir /x\" shows");
				return false;
			}
	return true;
}

/* What no tool of Windows does cannot stand in a script of them. */
static bool is_scripted(const struct settings *settings, size_t i)
{
	return selection_plans(&settings->selection, i) && items[i].way != WAY_NATIVE;
}

enum exit_code print_script(const struct settings *settings)
{
	struct script s = {.settings = settings,
		.out = out_new(LIMIT_OUTPUT_BYTES),
		.routines = out_new(LIMIT_OUTPUT_BYTES)};
	if (!check_values(settings))
		return EXIT_USAGE;
	for (size_t i = 0; i < item_count; i++)
		s.total += is_scripted(settings, i);
	put(&s.out, "@echo off");
	put(&s.out,
		"rem Collects evidence about Windows activation. Made by actdx-collect " ACTDX_VERSION
		".");
	put(&s.out, "rem It reads, changes nothing, and sends nothing. It needs no installation.");
	put_lines(&s.out, head);
	for (size_t i = 0; i < settings->domains.count; i++)
		out_format(&s.out, "set \"NAME_IN=%s\"\r\ncall :add-domain\r\n",
			settings->domains.at[i]);
	for (size_t i = 0; i < item_count; i++) {
		if (is_scripted(settings, i))
			put_item(&s, &items[i]);
		else if (selection_plans(&settings->selection, i))
			out_format(&s.out,
				"\r\nrem %s is not in this script: no tool of Windows does it, only "
				"actdx-collect.exe.\r\n",
				items[i].id);
		else if (settings->selection.items[i] == CHOICE_WHEN_FOUND)
			put_unasked(&s, &items[i]);
	}
	put_lines(&s.out, tail);
	out_str(&s.out, out_view(&s.routines));
	print_out(&s.out);
	out_free(&s.routines);
	return EXIT_COMPLETE;
}
