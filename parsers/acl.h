/*
 * Access control: lists, entries, the SDDL that writes them down, and who is in them.
 *
 * icacls, Get-Acl and sc sdshow print one thing in different words. Each becomes one `acl` fact, followed
 * at once by its `ace` facts in the order they were printed: entry k of a list is the k-th fact behind it.
 * A principal is its SID wherever that can be told, so that nothing later depends on a language.
 *
 * Nothing here fails; what cannot be read leaves a value unset. All text is a view of lines, or lives in
 * the arena of the facts.
 */
#ifndef ACTDX_ACL_H
#define ACTDX_ACL_H

#include "parser.h"

extern const struct fact_kind kind_acl;
extern const struct fact_kind kind_ace;

#define SID_EVERYONE "S-1-1-0"
#define SID_CREATOR_OWNER "S-1-3-0"
#define SID_SERVICE "S-1-5-6"
#define SID_AUTHENTICATED "S-1-5-11"
#define SID_SYSTEM "S-1-5-18"
#define SID_NETWORK_SERVICE "S-1-5-20"
#define SID_ADMINISTRATORS "S-1-5-32-544"
#define SID_USERS "S-1-5-32-545"
/* The SID of a service is S-1-5-80 and the SHA-1 of its upper-case name (icacls-format, section 6). */
#define SID_SPPSVC "S-1-5-80-123231216-2592883651-3715271367-3753151631-4175906628"
#define SID_TRUSTED_INSTALLER "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"

enum ace_type { ACE_ALLOW, ACE_DENY, ACE_LABEL, ACE_OTHER };

enum ace_flag {
	ACE_OBJECT_INHERIT = 1,
	ACE_CONTAINER_INHERIT = 2,
	ACE_NO_PROPAGATE = 4,
	ACE_INHERIT_ONLY = 8,
	ACE_INHERITED = 16,
};

struct ace {
	enum ace_type type;
	unsigned flags;
	uint32_t mask;
	struct str principal; /* a name as printed, a SID, or an alias of SDDL */
};

/* One list being written. Begin, entries, end. */
struct acl_writer {
	struct facts *facts;
	struct fact *open; /* NULL: none is */
	struct str path;
	const char *place;
	size_t objects; /* so far */
	int64_t entries, inherited;
};

/* `type` is "file", "registry", "service", or NULL when the path tells. `path` may be empty. */
void acl_begin(struct acl_writer *w, const struct line *line, struct str path, const char *type);
void acl_put_owner(struct acl_writer *w, const struct line *line, struct str owner);
void acl_put_ace(struct acl_writer *w, const struct line *line, const struct ace *ace);
/* Owner, list and label of an SDDL text into the open list. */
void acl_put_sddl(struct acl_writer *w, const struct line *line, struct str text);
/* `whole`: was the end of the list seen? Only then does a missing entry mean anything. */
void acl_end(struct acl_writer *w, bool whole);

/* A path that could not be looked at: "denied", "not-found", "in-use", "failed". */
void acl_put_failure(
	struct facts *facts, const struct line *line, struct str path, const char *result);

/* Which object of interest is it? A word of acl's `place`. */
const char *acl_place(struct str path, const char *type);

/* SDDL (MS-DTYP 2.5.1): "O:BAG:SYD:PAI(A;OICI;FA;;;SY)...S:(ML;;NW;;;HI)". */
struct sddl {
	struct str owner, group;
	struct str dacl, sacl; /* the entries, "(...)(...)" */
	struct str dacl_flags;
	bool has_dacl, null_dacl;
	bool whole; /* it is not cut in the middle of an entry */
};

NODISCARD bool sddl_read(struct str text, struct sddl *sddl);
/* Takes the next entry off the front of `*entries`; false at the end. */
NODISCARD bool sddl_next(struct str *entries, struct ace *ace);
/* Does a line begin with SDDL that has a list in it? */
bool sddl_is(struct str text);

/* The SID of a principal; empty when it cannot be told. `*how` is a word of ace's `told-by`. Names are
 * looked up in what whoami printed on that machine (`facts`) before the tables of ten languages. */
struct str principal_sid(const struct facts *facts, struct str principal, const char **how);
/* Is `text` a SID, "S-1-5-18"? */
bool principal_is_sid(struct str text);
/* The SID of a two-letter alias of SDDL, or NULL. */
const char *principal_of_alias(struct str alias);

#endif
