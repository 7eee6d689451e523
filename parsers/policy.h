/*
 * What all evidence of group policy has in common: the kinds of fact (policy.c), and the words that reports
 * translate (policy_words.c). gpresult's HTML, XML and text and secedit's export fill them.
 *
 * All of them work on one `struct policy`, which knows whose settings are being read and whether they are in
 * force at all: what is not is not kept. Text is in the arena of the facts or in the lines; nothing here fails.
 */
#ifndef ACTDX_POLICY_H
#define ACTDX_POLICY_H

#include "parser.h"
#include "registry.h"

enum policy_scope { SCOPE_NONE, SCOPE_COMPUTER, SCOPE_USER };

struct policy {
	const struct evidence *evidence;
	struct facts *facts;
	struct fact *report; /* the policy-report fact */
	struct fact *about;  /* the policy-scope fact of the open scope, or NULL */
	enum policy_scope scope;
	bool in_force; /* a Results report: nothing else says what a machine does */
	bool unsure; /* of services, rights and permissions: whether they are applied here is not told */
	struct str asked; /* the name of a setting, and which of the known ones it is */
	const struct policy_template *known;
	struct registry_reading
		registry; /* the key that was written last, for the firewall's values */
};

/* What policy sets; empty members are not known. */
struct policy_item {
	const struct line *line;
	struct str category, name, part, value, gpo;
};

struct policy_registry {
	const struct line *line;
	struct str key; /* with or without its hive; "MACHINE\..." too */
	struct str name, type, data, gpo;
	const char *by; /* template, security, preference */
	const char *action;
	uint32_t code; /* with which applying it failed */
	bool in_force; /* it wins over others about the same value, and policy applied it */
};

struct policy_object {
	struct str path, sddl, entries, gpo;
	const char *type; /* file, registry, service */
};

/* The line as a citation shows it: what markup or several lines say, in words. `says` outlives it. */
const struct line *policy_cite(struct arena *arena, const struct line *line, struct str says);
/* Appends a part, with a bar between. */
struct str policy_join(struct arena *arena, struct str all, struct str part);

/* A report or a scope begins; each gives one fact. Without a scope nothing that follows is kept. */
void policy_open_report(
	struct policy *policy, const struct line *line, const char *kind, const char *form);
void policy_open_scope(struct policy *policy, const struct line *line, enum policy_scope scope);
/* Sets a field of the open scope's fact. */
void policy_put_about(
	struct policy *policy, const struct line *line, const char *field, struct str value);
/* A scope is there, or the report says that it has no data for it. */
void policy_scope_reported(struct policy *policy, enum policy_scope scope, bool data);

void policy_put_group(
	struct policy *policy, const struct line *line, struct str name, struct str sid);
struct fact *policy_put_gpo(struct policy *policy, const struct line *line, struct str name,
	struct str guid, const char *state);

/* A setting as the report words it, and what it means in the registry when that is known. */
void policy_put_setting(struct policy *policy, const struct policy_item *item);
void policy_put_registry(struct policy *policy, const struct policy_registry *value);
/* `start` as the service manager counts, 2 to 4, or -1. `service` or `display` may be empty. */
struct fact *policy_put_service(struct policy *policy, const struct line *line, struct str service,
	struct str display, int start, struct str gpo);
void policy_put_right(struct policy *policy, const struct line *line, struct str right,
	struct str members, struct str gpo);
void policy_put_object(
	struct policy *policy, const struct line *line, const struct policy_object *object);
struct fact *policy_put_control(
	struct policy *policy, const struct line *line, const char *control, struct str gpo);

/* A client-side extension and what became of its last run. */
struct fact *policy_put_extension(
	struct policy *policy, const struct line *line, struct str guid, struct str name);

extern const struct fact_kind *const policy_kinds[]; /* ended by NULL */

/* policy_meaning.c: what follows from a setting in words, an element of it, and a registry value in force. */
void policy_mean_setting(struct policy *policy, const struct policy_item *item, const char *state);
void policy_mean_part(struct policy *policy, const struct policy_item *item);
void policy_mean_value(struct policy *policy, const struct policy_registry *value, struct str key,
	const int64_t *number);
struct str policy_leaf_of(struct str key);

/*
 * Words, in ten languages. Each returns the word that facts use, or NULL.
 */
const char *policy_word_state(struct str text);      /* enabled, disabled, not-configured */
const char *policy_word_action(struct str text);     /* of a firewall: allow, block */
const char *policy_word_flag(struct str text);       /* yes, no */
const char *policy_word_result(struct str text);     /* ok, failed */
const char *policy_word_reason(struct str text);     /* why a GPO was denied */
const char *policy_word_profile(struct str text);    /* of a firewall: domain, private, public */
const char *policy_word_loop(struct str text);       /* merge, replace */
const char *policy_word_preference(struct str text); /* create, replace, update, delete */
int policy_word_start(struct str text);              /* 2 to 4; -1 */
const char *policy_word_direction(struct str text);  /* in, out */
const char *policy_word_slow(struct str text);       /* of the link: yes, no */
bool policy_says_firewall(struct str text);
bool policy_says_modeling(struct str text);
/* Tells scopes by their headings; SCOPE_NONE when the word is none that is known. */
enum policy_scope policy_word_scope(struct str text);

/* The key name of a service from its display name: "Software Protection" is sppsvc. Empty when unknown. */
struct str policy_service_of(struct str display);

/* A setting of the administrative templates that matters here, and what it writes. */
struct policy_template {
	const char *key, *name;
	int when_enabled, when_disabled; /* -1: other parts of it tell */
	const char *control;   /* it switches this kind of execution control on, or NULL */
	bool profile_firewall; /* it switches the firewall of a profile on or off */
};
const struct policy_template *policy_template_of(struct str name);
/* The number of a choice among those that "Restrict Unauthenticated RPC clients" has; -1. */
int policy_rpc_choice(struct str value);
/* The same for controlled folder access. */
int policy_folder_choice(struct str value);

/* A firewall rule in the making: fields of kind_firewall_rule. */
struct policy_rule {
	const struct line *line;
	struct str name, program, service, local_ports, remote_ports, remote_addresses, profiles,
		gpo;
	const char *enabled, *direction, *action, *protocol;
};
void policy_put_rule(struct policy *policy, const struct policy_rule *rule);
struct fact *policy_put_profile(
	struct policy *policy, const struct line *line, const char *profile, struct str gpo);

#endif
