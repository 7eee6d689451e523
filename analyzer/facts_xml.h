/*
 * Facts as XML: what `actdx-analyze facts` prints.
 *
 * One print for three readers: the engineer who wants to see what was understood, the golden files of the
 * tests, and the author of a cause, who copies a line into a cause file and deletes what does not matter.
 */
#ifndef ACTDX_FACTS_XML_H
#define ACTDX_FACTS_XML_H

#include "evidence.h"

#include "base/out.h"

/* Facts of one stretch of evidence, as <evidence> with a child per fact. */
void facts_xml_evidence(
	struct out *out, const struct evidence *evidence, const struct facts *facts);

/* The whole document. */
void facts_xml(struct out *out, const struct case_file *file);

#endif
