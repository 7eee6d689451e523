/*
 * Command lines of causes, with what the evidence recorded filled in.
 *
 * A command may hold {kind.field}, and a part in square brackets that is left out when a value inside it was
 * not recorded: "slmgr.vbs /skms {kms-setting.host}[:{kms-setting.port}]". Values come out of a stranger's
 * bundle and end in a shell: one that holds anything but the characters of names, paths and addresses is
 * treated as not recorded.
 */
#ifndef ACTDX_FILL_H
#define ACTDX_FILL_H

#include "diagnosis.h"
#include "rank.h"

/* `assessment` is the cause's own: facts that spoke for it are preferred to others of their kind. */
struct filled_step fill_step(struct arena *arena, const struct step *step,
	const struct assessment *assessment, const struct view *view);

/* May the value stand in a command line, outside quotation marks? */
bool fill_is_safe(struct str value);

#endif
