/*
 * Every limit of actdx, with the reason for its size.
 *
 * A bundle comes by mail from somebody we do not know. What it may cost us is decided here and
 * nowhere else. Reaching a limit is never silent: the reader says which limit, for which member.
 */
#ifndef ACTDX_BASE_LIMITS_H
#define ACTDX_BASE_LIMITS_H

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

/* What most mail servers take as one attachment. */
#define LIMIT_MAIL_BYTES (10 * MIB)

/* Text of one member kept in memory. The longest honest text, `netsh ... show rule name=all` of a
 * server with 2,000 rules, is under 4 MB as UTF-16. */
#define LIMIT_MEMBER_BYTES (32 * MIB)

/* All members' text together: a hundred honest hosts. Bounds what a zip bomb can make us hold. */
#define LIMIT_TOTAL_BYTES (256 * MIB)

/* Deflate packs at most about 1032:1; honest console text stays under 50:1. Members below the floor
 * are never judged: a file of 100 KB of spaces is no bomb. */
#define LIMIT_ZIP_RATIO 200
#define LIMIT_ZIP_RATIO_FLOOR (4 * MIB)

/* A binary file that a parser wants whole: Defender's history of one detection is a few KiB. */
#define LIMIT_BINARY_BYTES (4 * MIB)

/* Bytes of one streamed member, an event log: the largest a policy can set is 2 TB, the largest worth mailing
 * far below this. It is read at some GB a second and not kept. */
#define LIMIT_STREAM_BYTES (4096 * MIB)

/* Events kept of one log, and the bytes of their values; each with its facts takes some 2 KiB. Newer ones push out
 * older ones of their sort. */
#define LIMIT_EVENTS 4000
#define LIMIT_EVENT_BYTES (4 * MIB)

/* Values of one event. */
#define LIMIT_EVENT_VALUES 256

/* Members of one input, and how deep folders and archives nest. A mail attachment is often a zip that
 * holds the bundle: one archive inside another is normal, more is not. */
#define LIMIT_MEMBERS 20000
#define LIMIT_FOLDER_DEPTH 16
#define LIMIT_ARCHIVE_DEPTH 2

/* Longest member name worth printing; Windows' own limit for a path is 260 by default. */
#define LIMIT_MEMBER_NAME 512

/* Wall time for reading all inputs; a minute is a slow disk, five are an attack. */
#define LIMIT_READ_SECONDS 300

/* Lines of one member, and bytes of one line that a parser looks at. gpresult's HTML has lines of 70 KB;
 * no tool whose text we read goes over 8 KB. What is cut stays in the citation. */
#define LIMIT_LINES 2000000
#define LIMIT_LINE_BYTES (64 * KIB)

/* Facts of one analysis: `slmgr /dlv all` gives some 300 blocks, a firewall listing some 2,000 rules. */
#define LIMIT_FACTS 200000

/* Later facts about the same thing in the same file that can replace one's values: nobody queries one service
 * more often into one file, and what is further away was replaced by one in between. */
#define LIMIT_STATES_COMPARED 16

/* What reasoning looks at: facts of one kind, and facts of one kind that it derives. Their product bounds
 * how long a hostile input can keep it busy. */
#define LIMIT_VIEW_FACTS 20000
#define LIMIT_DERIVED_FACTS 200

/* Bytes of a value and of a quotation: enough for a registry firewall rule or an installation id. */
#define LIMIT_VALUE_BYTES 2048
#define LIMIT_QUOTE_BYTES 240

/* Fields of one kind of fact; the widest, a licence, has 24. */
#define LIMIT_FACT_FIELDS 32

/* XML of a manifest or a cause: depth and bytes. */
#define LIMIT_XML_DEPTH 64
#define LIMIT_XML_BYTES (16 * MIB)

/* Objects that PowerShell printed, with all their properties and values: the longest honest list, some 3,000
 * events as CLIXML, has 250,000. How deep they nest: PowerShell's own default is 2, no cmdlet that we read
 * gives more than 6. */
#define LIMIT_OBJECT_NODES 1000000
#define LIMIT_OBJECT_DEPTH 24

/* Attributes of one element: libxml2 compares each with all before it. Windows' own have 20. */
#define LIMIT_MARKUP_ATTRIBUTES 128

/* Bytes of one attribute. Windows' longest, the explanation of a setting in a report of group policy, has some 10 KB. */
#define LIMIT_MARKUP_VALUE MIB

/* What a loose file is recognised by: its first bytes. The output of one command begins with it. */
#define LIMIT_RECOGNISE_BYTES (256 * KIB)

/* Anything actdx prints at once: a report, a listing of facts. */
#define LIMIT_OUTPUT_BYTES (512 * MIB)

/* Causes loaded at once: 76 in the catalogue, plus a site's own. */
#define LIMIT_CAUSES 1024

#endif
