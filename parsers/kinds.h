/*
 * Kinds of fact that more than one parser produces.
 *
 * A kind that only one parser produces is declared in that parser's file, static. Those here are the
 * licensing family (slmgr.vbs, ospp.vbs, and whatever else asks the licensing service) and firewall rules
 * (netsh, and the policy's own in the registry).
 */
#ifndef ACTDX_KINDS_H
#define ACTDX_KINDS_H

#include "base/facts.h"

/* One product block: slmgr-format, sections 1 to 3. */
extern const struct fact_kind kind_licence;
/* "Key Management Service client information" of a block. */
extern const struct fact_kind kind_kms_client;
/* "Key Management Service is enabled on this machine" of a block. */
extern const struct fact_kind kind_kms_host;
/* What became of one invocation of slmgr.vbs or ospp.vbs. */
extern const struct fact_kind kind_slmgr_result;
/* /xpr. */
extern const struct fact_kind kind_licence_expiry;
/* An Active Directory activation object. */
extern const struct fact_kind kind_activation_object;

/* One rule of Windows Firewall: network-time, sections 7 and 8. */
extern const struct fact_kind kind_firewall_rule;
extern const struct fact_kind kind_firewall_profile;

/* Application ids of products (events, end of section 2). */
#define APP_ID_WINDOWS "55c92734-d682-4d71-983e-d6ec3f16059f"
#define APP_ID_OFFICE "0ff1ce15-a989-479d-af46-f275c6370663"
#define APP_ID_OFFICE_2010 "59a52881-a989-479d-af46-f275c6370663"

/* The word for `channel` of a licence from a product's description, "Windows(R) Operating System,
 * VOLUME_KMSCLIENT channel"; NULL when there is no channel in it. The tokens are never translated. */
const char *licence_channel(struct str description);

/* The word for `app` of a licence from a product's name and description, and from its application id. */
const char *licence_app(struct str product, struct str description);
const char *licence_app_of_id(struct str id);

#endif
