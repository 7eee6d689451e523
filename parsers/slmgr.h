/*
 * The slmgr parser's own parts: words, shapes of lines, the product block, and what became of a
 * call.
 *
 * Order of belief for a line: what its value is (a GUID, a code, host:port); the words of the
 * machine's own slmgr.ini; the built-in table of words; its place among its neighbours, which the
 * script fixes (slmgr-format, section 1).
 */
#ifndef ACTDX_SLMGR_H
#define ACTDX_SLMGR_H

#include "parser.h"

#include "kinds.h"

extern const struct fact_kind kind_slmgr_label; /* slmgr_ini.c */

/* What a line says. STATUS_, TYPE_ and EXPIRY_ stand in the order of the enumerations they name. */
enum slmgr_label {
	SLMGR_UNKNOWN,
	SLMGR_SERVICE_VERSION,
	SLMGR_NAME,
	SLMGR_DESCRIPTION,
	SLMGR_EXTENDED_PID,
	SLMGR_INSTALLATION_ID,
	SLMGR_PARTIAL_KEY,
	SLMGR_NOT_IN_USE,
	SLMGR_STATUS, /* its value is a word of slmgr_status_word */
	SLMGR_STATUS_0,
	SLMGR_STATUS_6 = SLMGR_STATUS_0 + 6,
	SLMGR_EXPIRES,   /* minutes of a licensed product */
	SLMGR_REMAINING, /* minutes of a grace period */
	SLMGR_REASON,
	SLMGR_EVALUATION_END,
	SLMGR_REARM_WINDOWS,
	SLMGR_REARM_SKU,
	SLMGR_REARM_APP,
	SLMGR_TRUSTED_TIME,
	SLMGR_TYPE, /* its value is a word of slmgr_type_word */
	SLMGR_TYPE_ALL,
	SLMGR_TYPE_AD,
	SLMGR_TYPE_KMS,
	SLMGR_TYPE_TOKEN,
	SLMGR_HEADING, /* of a sub-section, or another line without a value */
	SLMGR_CMID,
	SLMGR_REGISTERED_NAME,
	SLMGR_LOOKUP_DOMAIN,
	SLMGR_DNS_NONE,
	SLMGR_DNS_NAME,
	SLMGR_HOST_ADDRESS,
	SLMGR_HOST_PID,
	SLMGR_ACTIVATION_INTERVAL,
	SLMGR_RENEWAL_INTERVAL,
	SLMGR_HOST_ENABLED,
	SLMGR_HOST_COUNT,
	SLMGR_HOST_PORT,
	SLMGR_PUBLISHING_ON,
	SLMGR_PUBLISHING_OFF,
	SLMGR_PRIORITY_NORMAL,
	SLMGR_PRIORITY_LOW,
	SLMGR_HOST_TOTAL,
	SLMGR_HOST_FAILED,
	SLMGR_HOST_OTHER, /* a counter that no fact holds */
	SLMGR_OBJECT_NAME,
	SLMGR_AVMA,
	SLMGR_CACHING_ON, /* also what /skhc answers */
	SLMGR_CACHING_OFF,

	SLMGR_SENTENCES, /* from here on: what a call answers */
	SLMGR_EXPIRY_0,  /* /xpr, in the order of the words of licence-expiry's state */
	SLMGR_EXPIRY_9 = SLMGR_EXPIRY_0 + 9,
	SLMGR_OBJECTS,
	SLMGR_OBJECTS_NONE,
	SLMGR_OBJECTS_NO_SCHEMA,
	SLMGR_ACTIVATED,
	SLMGR_KEY_INSTALLED,
	SLMGR_KEY_REMOVED,
	SLMGR_KEY_CLEARED,
	SLMGR_HOST_SET,
	SLMGR_HOST_CLEARED,
	SLMGR_DOMAIN_SET,
	SLMGR_DOMAIN_CLEARED,
	SLMGR_TYPE_SET,
	SLMGR_REARMED,
	SLMGR_REINSTALLED,
	SLMGR_SETTING_MADE,
	SLMGR_WARNING,
	SLMGR_ERROR, /* "Error: ", followed by whatever it is */
	SLMGR_ERROR_WMI,
	SLMGR_ERROR_REGISTRY,
	SLMGR_ERROR_OTHER,
	SLMGR_WRONG_OPTION,
	SLMGR_NOTHING, /* says nothing about the result */
};

struct slmgr_word {
	enum slmgr_label label;
	struct str
		text; /* as in slmgr.ini: "Name: ", "Activating %PRODUCTNAME% (%PRODUCTID%) ..." */
};

/* The words of one machine's slmgr.ini; empty when it was not collected. */
struct slmgr_words {
	struct slmgr_word *at;
	size_t count;
};

struct slmgr_words slmgr_words_of(const struct evidence *evidence, const struct facts *facts);

/* What `text` says by its words, and the value in it: behind the label, or at the first %NAME%.
 * `words` may be NULL. */
enum slmgr_label slmgr_find(const struct slmgr_words *words, struct str text, struct str *value);
/* The same among answers only, by the built-in table. */
enum slmgr_label slmgr_find_sentence(struct str text, struct str *value);
bool slmgr_is_sentence(enum slmgr_label label);

/* "Licensed" gives 1; -1 when it is no known word. */
int slmgr_status_word(struct str text);
/* "KMS" gives SLMGR_TYPE_KMS; SLMGR_UNKNOWN when it is no known word. */
enum slmgr_label slmgr_type_word(struct str text);
/* Word of licence-expiry's state for a label, or for what /xpr says; NULL when unknown. */
const char *slmgr_expiry_state(enum slmgr_label label);
const char *slmgr_expiry_word(struct str text);
/* Without blanks around it and the full stop at its end. */
struct str slmgr_without_stop(struct str text);

/* slmgr_lines.c: what a line is by its form. */

/* "LABEL: value", with any colon; false when there is none. */
bool slmgr_split(struct str text, struct str *label, struct str *value);
/* A description with its channel; `*last` is its last line, mail may have wrapped it. */
bool slmgr_is_description(const struct lines *lines, size_t i, struct str *text, size_t *last);
/* Does a block of slmgr's begin here, with its name or right with its description? */
bool slmgr_block_begins(const struct lines *lines, size_t i, bool *look_alike);
bool slmgr_is_version(struct str text, struct str *version);
/* "Activating NAME (GUID) ..."; `*rest` is what stands behind the dots. */
bool slmgr_is_activating(
	const struct lines *lines, size_t i, struct str *name, struct str *guid, struct str *rest);
/* "Error: 0xC004F074 text"; `*code` is canonical, decimals mapped. */
bool slmgr_is_error(struct str text, uint32_t *code);
/* What Windows Script Host itself complains of, instead of running the script. */
bool slmgr_is_host_error(struct str text);
bool slmgr_is_banner(struct str text);
bool slmgr_is_usage(struct str text);
/* A product's name and a colon, above an indented sentence: /xpr. */
bool slmgr_is_expiry(const struct lines *lines, size_t i, struct str *product);
bool slmgr_is_pid(struct str text);
/* A product key inside a sentence, whole or with its letters masked. */
bool slmgr_has_key(struct str text);
/* The longest run of host name characters, with its port. */
bool slmgr_first_host(struct str text, struct str *host, int64_t *port);
bool slmgr_opens(const struct lines *lines, size_t i);

/* slmgr_block.c: the product block. */

enum slmgr_section { SECTION_PRODUCT, SECTION_CLIENT, SECTION_HOST, SECTION_OBJECT, SECTION_OTHER };

struct slmgr_block {
	const struct evidence *evidence;
	struct facts *facts;
	const struct slmgr_words *words;
	struct fact *licence, *client, *host, *object; /* NULL: not printed (yet) */
	enum slmgr_section section;
	struct str version;
	const struct line *version_line; /* of the licensing service, waits for a block */
	unsigned guids, rearms, intervals, counters;
	bool double_spaced;  /* blank lines inside the product part: a copy of a web page */
	bool product_ended;  /* only sub-sections follow */
	bool key_line_above; /* the line before is the partial key, or says that there is none */
	bool status_seen, type_next, not_licensed, licensed, totals, modern;
	const struct line *status_line;
	const struct line *rearm_line; /* of a first count whose words are unknown */
	struct str rearm;
	const struct line *above; /* the line before */
};

/* Starts a block at its name; returns the last line it used. */
size_t slmgr_block_start(struct slmgr_block *block, size_t i);
/* Starts a block of which the beginning is missing. */
void slmgr_block_open(struct slmgr_block *block, const struct line *line);
/* A line of the block, which must be open; false when it is not part of it. */
bool slmgr_block_line(struct slmgr_block *block, const struct line *line);
/* A blank line ends the product's part, once its status is read. */
void slmgr_block_blank(struct slmgr_block *block);
void slmgr_block_end(struct slmgr_block *block);

/* Did the console refuse to start the script host, instead of an output? `*code` is what the sentence stands for. */
bool slmgr_is_refused(struct str text, uint32_t *code);

#endif
