/*
 * What Microsoft Defender says of itself, and the kinds of fact for it.
 *
 * The cmdlets, the service's own logs and its detection history all give these. They are views of one source: the
 * service writes all of them.
 */
#ifndef ACTDX_DEFENDER_H
#define ACTDX_DEFENDER_H

#include "objects.h"

#include "base/facts.h"

/* One resource of one detection; a detection without resources gives one fact too. */
extern const struct fact_kind kind_defender_detection;
/* Get-MpComputerStatus: is it on, and how. */
extern const struct fact_kind kind_defender_status;
/* Get-MpPreference: settings with one value. */
extern const struct fact_kind kind_defender_preference;
/* One program, folder, rule or exclusion of its lists. */
extern const struct fact_kind kind_defender_allowed_application;
extern const struct fact_kind kind_defender_protected_folder;
extern const struct fact_kind kind_defender_asr_rule;
extern const struct fact_kind kind_defender_exclusion;

#define DEFENDER_SOURCE "defender"

/* The words for the numbers of MSFT_MpThreatDetection (defender-format, section 1); NULL for one not known. */
const char *defender_status_word(int64_t threat_status_id);
const char *defender_action_word(int64_t cleaning_action_id);
const char *defender_severity_word(int64_t severity_id);

/* What a detection is about, for activation: "activator" (a tool that imitates activation, by the threat's or the
 * file's name), "keygen", "licensing" (a file of the licensing service), else "other". */
const char *defender_about(struct str threat, struct str path);

/* Is this a file of the licensing service, or a program that reads or changes licences? */
bool defender_is_licensing(struct str path);

/* The name of a rule for attack surface reduction by its GUID, or NULL. */
const char *defender_rule_name(struct str guid);
/* The word for a rule's state: 0 off, 1 block, 2 audit, 5 not-configured, 6 warn. */
const char *defender_rule_action(int64_t number);
/* The word for EnableControlledFolderAccess. */
const char *defender_cfa_word(int64_t number);

/* Takes "file:_C:\x" apart: `schema` and what follows, without "\\?\", a web file's address and process. */
void defender_resource(struct str resource, struct str *schema, struct str *path);

/* Does this begin a resource? Lists of them are separated by what a path may hold, too: a piece that begins none
 * belongs to the one before. */
bool defender_begins_resource(struct str text);

/* An exclusion with what makes it too wide, if anything. `kind` is "path", "process", "extension" or "asr". */
void defender_put_exclusion(
	struct facts *facts, const struct line *line, const char *kind, struct str value);

/* The resource of a detection, with what it is about, on a fact that has its `threat` already. */
void defender_put_resource(
	struct facts *facts, struct fact *fact, const struct line *line, struct str resource);

#endif
