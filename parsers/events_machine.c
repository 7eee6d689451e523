/*
 * The machine itself, where it explains damage or silence: logs that were cleared, disks and file systems, sudden ends,
 * profiles of service accounts (events, section 0; causes C59 and C61).
 *
 * A cleared log (104; of the security log 1102) is why events are missing. Names of disks and volumes are the same in
 * every language. Profiles matter where they are those of service accounts, S-1-5-18 to S-1-5-20: the licensing service
 * runs as Network Service and writes to that profile.
 */
#include "event_values.h"

static const struct fact_kind log_cleared = {
	.name = "log-cleared",
	.says = "an event log was emptied",
	.fields =
		{
			{"log", FACT_NAME, "the channel that was emptied", NULL, FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when"},
			{"id", FACT_NUMBER, "event id"},
			{"user", FACT_TEXT, "who did it"},
			{0},
		},
};

static const struct fact_kind disk_event = {
	.name = "disk-event",
	.says = "a disk or file system failed, or was full; or Windows ended suddenly, which can damage files",
	.fields =
		{
			{"what", FACT_WORD,
				"bad-block, controller, paging: of the disk; corrupt: the file system; not-flushed: "
				"data was lost; full; sudden-end: Windows was not shut down",
				"bad-block|controller|paging|corrupt|not-flushed|full|sudden-end"},
			{"device", FACT_NAME, "disk or volume", NULL, FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{0},
		},
};

static const struct fact_kind profile_event = {
	.name = "profile-event",
	.says = "the profile of a service account could not be loaded",
	.fields =
		{
			{"account", FACT_TEXT,
				"SID: S-1-5-18 System, S-1-5-19 Local Service, S-1-5-20 "
				"Network Service",
				NULL, FACT_KEY},
			{"computer", FACT_NAME, "the machine", NULL, FACT_KEY},
			{"time", FACT_TIME, "when it was logged"},
			{"id", FACT_NUMBER, "event id"},
			{"path", FACT_NAME, "the file"},
			{"code", FACT_CODE, "error code"},
			{0},
		},
};

#define CLEARED "Microsoft-Windows-Eventlog|Eventlog"
#define DISK "disk|Microsoft-Windows-Disk"
#define NTFS "Ntfs|Microsoft-Windows-Ntfs"
#define SERVER "srv|Srv"
#define POWER "Microsoft-Windows-Kernel-Power"
#define PROFILES \
	"Microsoft-Windows-User Profiles Service|Microsoft-Windows-User Profiles General|" \
	"Userenv"

static const struct {
	uint32_t id;
	const char *providers, *what;
} disks[] = {
	{7, DISK, "bad-block"},
	{11, DISK, "controller"},
	{51, DISK, "paging"},
	{153, DISK, "controller"},
	{55, NTFS, "corrupt"},
	{98, NTFS, "corrupt"},
	{50, NTFS, "not-flushed"},
	{137, NTFS, "corrupt"},
	{140, NTFS, "not-flushed"},
	{2013, SERVER, "full"},
	{6008, CLEARED, "sudden-end"},
	{41, POWER, "sudden-end"},
};

#define DISKS (sizeof disks / sizeof *disks)

static size_t disk_of(const struct event *event)
{
	size_t i = 0;
	while (i < DISKS && (disks[i].id != event->id || !event_is_from(event, disks[i].providers)))
		i++;
	return i;
}

static bool is_clearing(const struct event *event)
{
	return event_is_from(event, CLEARED) && (event->id == 104 || event->id == 1102);
}

static bool is_profile(const struct event *event)
{
	return event_is_from(event, PROFILES) &&
		str_in_list(event->user, "S-1-5-18|S-1-5-19|S-1-5-20");
}

static bool matters(const struct event *event)
{
	/* Ntfs 98 reports a healthy volume, too: by state 0. */
	if (event->id == 98 && event_is_from(event, NTFS))
		return !str_equal(
			str_trim(event_value_of(event, "CorruptionActionState", 3)), STR("0"));
	return is_clearing(event) || is_profile(event) || disk_of(event) < DISKS;
}

static void read_clearing(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct fact *cleared = fact_add(facts, &log_cleared, fact->line);
	struct str log = event->id == 1102 ? STR("Security") : event_any(event, "Channel");
	struct str user = event_any(event, "SubjectUserName");
	fact_put(facts, cleared, NULL, "log", log);
	fact_put(facts, fact, NULL, "about", log);
	event_stamp(event, cleared, facts);
	fact_put(facts, cleared, NULL, "user", user.size ? user : event->user);
}

static void read_profile(const struct event *event, struct fact *fact, struct facts *facts)
{
	struct fact *profile = fact_add(facts, &profile_event, fact->line);
	fact_put(facts, profile, NULL, "account", event->user);
	fact_put(facts, fact, NULL, "about", event->user);
	event_stamp(event, profile, facts);
	fact_put(facts, profile, NULL, "path", event_any(event, "File"));
	event_put_code(facts, fact, profile, event_any(event, "Error"));
}

static void read(const struct event *event, struct fact *fact, struct facts *facts)
{
	size_t i = disk_of(event);
	if (is_clearing(event)) {
		read_clearing(event, fact, facts);
	} else if (is_profile(event)) {
		read_profile(event, fact, facts);
	} else if (i < DISKS) {
		struct fact *disk = fact_add(facts, &disk_event, fact->line);
		bool sudden = str_equal(str_of(disks[i].what), STR("sudden-end"));
		struct str device = event_any(event, "DriveName|DeviceName");
		if (device.size == 0 && !sudden)
			device = event_value(event, 1);
		fact_put(facts, disk, NULL, "what", str_of(disks[i].what));
		fact_put(facts, disk, NULL, "device", device);
		fact_put(facts, fact, NULL, "about", device);
		event_stamp(event, disk, facts);
	}
}

static const struct fact_kind *const kinds[] = {&log_cleared, &disk_event, &profile_event, NULL};

const struct event_reader event_reader_machine = {
	.name = "machine",
	.says = "logs that were cleared, failing disks and file systems, sudden ends, profiles of services",
	.providers = CLEARED "|" DISK "|" NTFS "|" SERVER "|" POWER "|" PROFILES,
	.source = "machine-events",
	.ids = {{7, 7}, {11, 11}, {41, 41}, {50, 51}, {55, 55}, {98, 98}, {104, 104}, {137, 137},
		{140, 140}, {153, 153}, {1102, 1102}, {1500, 1500}, {1502, 1502}, {1504, 1505},
		{1508, 1509}, {1511, 1511}, {1515, 1515}, {2013, 2013}, {6008, 6008}},
	.kinds = kinds,
	.matters = matters,
	.read = read,
};
