/*
 * A client's evidence and that of the KMS host it asks, given together.
 *
 * What the machines' facts say of themselves must not be mixed: the firewall of the host is not that of the client. When
 * exactly one of the inputs is a client, and the others are KMS hosts it has to do with, the case is about the client; of
 * the hosts only what is about a host counts: the requests it processed, the time its log covers, its counts and key, and
 * its inbound firewall rules. They have to do with each other when the host's log has the client's machine id, or when
 * the client names the host. In all other cases nothing is joined.
 */
#ifndef ACTDX_JOIN_H
#define ACTDX_JOIN_H

#include "evidence.h"
#include "vocabulary.h"

struct joined {
	bool is_joined;
	unsigned client;    /* index of the machine that the case is about */
	struct facts facts; /* what the case is judged by */
};

/* Lives in the arena; `facts` are those of the file when nothing is joined. */
struct joined join_machines(
	struct arena *arena, const struct case_file *file, const struct vocabulary *vocabulary);

#endif
