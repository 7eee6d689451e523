/*
 * What the two sources of firewall rules, netsh and the registry, have in common.
 *
 * Both fill kind_firewall_rule and leave the question that activation asks to this file: does the
 * rule reach TCP port 1688? Nothing here fails; what cannot be told stays unset.
 */
#ifndef ACTDX_FIREWALL_H
#define ACTDX_FIREWALL_H

#include "kinds.h"

/* Sets `covers-1688` from the rule's direction, protocol and ports. `complete`: the source prints
 * ports whenever a rule has some, so that a rule without them is one for any port. */
void firewall_put_cover(struct facts *facts, struct fact *rule, bool complete);

/* The word for `protocol`: IANA number or name; NULL for text that is neither, perhaps a
 * translated "any". */
const char *firewall_protocol(struct str text);

/* "Any" as netsh prints it, in ten languages (only "Any" and a few others are confirmed). */
bool firewall_is_any(struct str text);

#endif
