/*
 * SoftwareLicensingProduct and SoftwareLicensingService: what slmgr.vbs asks, asked without it (slmgr-format, sections
 * 1, S22, and 3; reference of the OSLicense module).
 *
 *     Get-CimInstance, Get-WmiObject, wmic path ... get /value, Get-OSLicenseInfo, Get-KmsLicenseInfo
 *
 * Names of properties are the same in all of them, except that Get-OSLicenseInfo has ActivationID for ID. Numbers stand
 * for what slmgr translates. 4294967295 is how "not set" looks, and a date of 1601 is none. The KMS host of a product
 * is shown here also when it is not licensed; slmgr hides it then (S10).
 *
 * OA3xOriginalProductKey is a whole product key, and never looked at.
 */
#include "kinds.h"
#include "objects.h"
#include "parser.h"

/* Properties that no other tool prints, in no order. */
static const char names[] =
	"LicenseStatus|LicenseStatusReason|GracePeriodRemaining|PartialProductKey|LicenseFamily|"
	"LicenseIsAddon|LicenseDependsOn|ProductKeyChannel|OfflineInstallationId|GenuineStatus|"
	"VLActivationType|VLActivationTypeEnabled|VLActivationInterval|VLRenewalInterval|"
	"KeyManagementServiceMachine|KeyManagementServicePort|KeyManagementServiceLookupDomain|"
	"KeyManagementServiceProductKeyID|KeyManagementServiceCurrentCount|"
	"KeyManagementServiceTotalRequests|KeyManagementServiceFailedRequests|"
	"KeyManagementServiceListeningPort|KeyManagementServiceDnsPublishing|"
	"KeyManagementServiceHostCaching|KeyManagementServiceLowPriority|"
	"DiscoveredKeyManagementServiceMachineName|DiscoveredKeyManagementServiceMachinePort|"
	"DiscoveredKeyManagementServiceMachineIpAddress|IsKeyManagementServiceMachine|"
	"RemainingSkuReArmCount|RemainingAppReArmCount|RemainingWindowsReArmCount|ClientMachineID|"
	"RequiredClientCount|ADActivationObjectName|ADActivationCsvlkPid|PolicyCacheRefreshRequired|"
	"AutomaticVMActivationHostMachineName";

struct reading {
	struct facts *facts;
	const struct object *object;
};

static const struct line *line_of(const struct object *object, const char *name)
{
	const struct object_property *property = object_property(object, name);
	return property ? property->line : object->line;
}

static void put_text(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	struct str text = str_trim(object_text(r->object, name));
	if (text.size)
		fact_put(r->facts, fact, line_of(r->object, name), field, text);
}

/* A number that was set: 4294967295 (-1) stands for none. */
static bool number_of(const struct object *object, const char *name, int64_t *number)
{
	return object_number(object, name, number) && *number >= 0 && *number < UINT32_MAX;
}

static void put_number(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	int64_t number;
	if (number_of(r->object, name, &number))
		fact_put_number(r->facts, fact, line_of(r->object, name), field, number);
}

static void put_flag(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	bool flag;
	if (object_flag(r->object, name, &flag))
		fact_put_flag(r->facts, fact, line_of(r->object, name), field, flag);
}

static void put_date(struct reading *r, struct fact *fact, const char *field, const char *name)
{
	struct str date = object_date(r->facts->arena, object_text(r->object, name));
	if (date.size && !str_has(date, STR("1601")) && !str_has(date, STR("1600")))
		fact_put(r->facts, fact, line_of(r->object, name), field, date);
}

/* The n-th of a field's words. */
static struct str word_at(const struct fact_kind *kind, const char *field, int64_t number)
{
	struct str rest = str_of(kind->fields[fact_field_index(kind, str_of(field))].words);
	struct str word = STR("");
	for (; number >= 0; number--)
		word = str_cut(&rest, '|');
	return word;
}

static void put_status(struct reading *r, struct fact *licence)
{
	int64_t status;
	if (!object_number(r->object, "LicenseStatus", &status) || status < 0 || status > 6)
		return;
	const struct line *line = line_of(r->object, "LicenseStatus");
	fact_put(r->facts, licence, line, "status", word_at(&kind_licence, "status", status));
	fact_put(r->facts, licence, line, "status-by", STR("number"));
}

/* 0x4004F401 and such say that all is well; a product without a key always has 0xC004F014. */
static void put_reason(struct reading *r, struct fact *licence)
{
	uint32_t code;
	struct str text = str_trim(object_text(r->object, "LicenseStatusReason"));
	if (!scan_code(text, &code) || (code >> 31) == 0 || !fact_is(licence, "in-use", "yes") ||
		fact_is(licence, "status", "licensed"))
		return;
	fact_put(r->facts, licence, line_of(r->object, "LicenseStatusReason"), "reason", text);
}

static void put_key(struct reading *r, struct fact *licence)
{
	const struct object_property *key = object_property(r->object, "PartialProductKey");
	if (!key)
		return;
	if (key->count)
		fact_put(r->facts, licence, key->line, "partial-key", key->values[0].text);
	fact_put_flag(r->facts, licence, key->line, "in-use", key->count > 0);
}

static void put_product(struct reading *r, struct fact *licence)
{
	struct str product = object_text(r->object, "Name");
	struct str description = object_text(r->object, "Description");
	struct str app_id = object_text(r->object, "ApplicationID");
	const char *channel = licence_channel(description);
	put_text(r, licence, "product", "Name");
	put_text(r, licence, "description", "Description");
	if (channel)
		fact_put(r->facts, licence, line_of(r->object, "Description"), "channel",
			str_of(channel));
	const char *app =
		product.size || description.size ? licence_app(product, description) : NULL;
	if (app_id.size && (!app || !str_equal(str_of(app), STR("esu"))))
		app = licence_app_of_id(str_trim(app_id));
	if (app)
		fact_put(r->facts, licence,
			line_of(r->object, app_id.size ? "ApplicationID" : "Name"), "app",
			str_of(app));
}

static void put_id(struct reading *r, struct fact *fact)
{
	put_text(r, fact, "activation-id", "ID");
	if (!fact_is_set(fact, "activation-id"))
		put_text(r, fact, "activation-id", "ActivationID");
}

static void read_licence(struct reading *r)
{
	struct fact *licence = fact_add(r->facts, &kind_licence, r->object->line);
	put_product(r, licence);
	put_id(r, licence);
	put_key(r, licence);
	put_status(r, licence);
	put_reason(r, licence);
	put_text(r, licence, "key-channel", "ProductKeyChannel");
	int64_t minutes, type;
	if (number_of(r->object, "GracePeriodRemaining", &minutes) && minutes > 0)
		put_number(r, licence, "remaining-minutes", "GracePeriodRemaining");
	put_number(r, licence, "rearm-sku", "RemainingSkuReArmCount");
	if (object_number(r->object, "VLActivationTypeEnabled", &type) && type >= 0 && type <= 3)
		fact_put(r->facts, licence, line_of(r->object, "VLActivationTypeEnabled"),
			"activation-type", word_at(&kind_licence, "activation-type", type));
	put_text(r, licence, "extended-pid", "ProductKeyID");
	put_date(r, licence, "evaluation-end", "EvaluationEndDate");
	put_date(r, licence, "trusted-time", "TrustedTime");
}

/* The host's name as it is set, or as it was found; and that it is neither, where both were asked for. */
static bool put_host(struct reading *r, struct fact *client, bool is_service)
{
	static const char set[] = "KeyManagementServiceMachine",
			  found[] = "DiscoveredKeyManagementServiceMachineName";
	const struct object_property *fixed = object_property(r->object, set);
	const struct object_property *discovered = object_property(r->object, found);
	int64_t port = 0;
	if (fixed && fixed->count) {
		put_text(r, client, "host", set);
		fact_put(r->facts, client, fixed->line, "host-from", STR("registered"));
		if (number_of(r->object, "KeyManagementServicePort", &port) && port > 0)
			put_number(r, client, "port", "KeyManagementServicePort");
		return true;
	}
	if (fixed && discovered && discovered->count) {
		put_text(r, client, "host", found);
		fact_put(r->facts, client, discovered->line, "host-from", STR("dns"));
		if (number_of(r->object, "DiscoveredKeyManagementServiceMachinePort", &port) &&
			port > 0)
			put_number(r, client, "port", "DiscoveredKeyManagementServiceMachinePort");
		return true;
	}
	if (!fixed || !discovered || !is_service)
		return false;
	fact_put(r->facts, client, discovered->line, "host-from", STR("none"));
	return true;
}

/* Facts are made first and kept only when something is in them: a table of three columns has no KMS data. */
static bool has_any(const struct object *object, const char *list)
{
	for (size_t i = 0; i < object->count; i++)
		if (object->properties[i].count && str_in_list(object->properties[i].name, list))
			return true;
	return false;
}

static bool is_client(const struct reading *r, bool is_service)
{
	if (has_any(r->object,
		    "KeyManagementServiceMachine|KeyManagementServiceLookupDomain|"
		    "DiscoveredKeyManagementServiceMachineName|ClientMachineID"))
		return true;
	return is_service && object_property(r->object, "KeyManagementServiceMachine") &&
		object_property(r->object, "DiscoveredKeyManagementServiceMachineName");
}

static void read_client(struct reading *r, bool is_service)
{
	if (!is_client(r, is_service))
		return;
	struct fact *client = fact_add(r->facts, &kind_kms_client, r->object->line);
	put_id(r, client);
	put_text(r, client, "cmid", "ClientMachineID");
	(void)put_host(r, client, is_service);
	put_text(r, client, "lookup-domain", "KeyManagementServiceLookupDomain");
	put_text(r, client, "address", "DiscoveredKeyManagementServiceMachineIpAddress");
	put_text(r, client, "host-pid", "KeyManagementServiceProductKeyID");
	put_number(r, client, "activation-minutes", "VLActivationInterval");
	put_number(r, client, "renewal-minutes", "VLRenewalInterval");
	put_flag(r, client, "caching", "KeyManagementServiceHostCaching");
}

static void read_host(struct reading *r)
{
	int64_t is_host;
	bool flag = false;
	bool said = object_number(r->object, "IsKeyManagementServiceMachine", &is_host);
	if (said ? is_host != 1
		 : !object_flag(r->object, "IsKeyManagementServiceMachine", &flag) || !flag)
		return;
	struct fact *host = fact_add(r->facts, &kind_kms_host, r->object->line);
	put_id(r, host);
	put_number(r, host, "current-count", "KeyManagementServiceCurrentCount");
	put_number(r, host, "port", "KeyManagementServiceListeningPort");
	put_flag(r, host, "dns-publishing", "KeyManagementServiceDnsPublishing");
	put_flag(r, host, "low-priority", "KeyManagementServiceLowPriority");
	put_number(r, host, "total-requests", "KeyManagementServiceTotalRequests");
	put_number(r, host, "failed-requests", "KeyManagementServiceFailedRequests");
}

static bool is_product(const struct object *object)
{
	if (object_has_type(object, "SoftwareLicensingProduct") ||
		str_equal(object_text(object, "__CLASS"), STR("SoftwareLicensingProduct")))
		return true;
	return object_property(object, "LicenseStatus") ||
		object_property(object, "PartialProductKey") ||
		object_property(object, "ProductKeyChannel");
}

static bool is_service(const struct object *object)
{
	return object_has_type(object, "SoftwareLicensingService") || has_any(object, names) ||
		object_property(object, "KeyManagementServiceMachine");
}

/* Hundreds of products that could be installed have the same name. Without ids they cannot be told from the one
 * that is: those without a key say nothing. */
static bool says_nothing(const struct object *object)
{
	const struct object_property *key = object_property(object, "PartialProductKey");
	return key && key->count == 0 && object_text(object, "ID").size == 0 &&
		object_text(object, "ActivationID").size == 0;
}

static void parse(const struct evidence *evidence, struct facts *facts)
{
	struct reading r = {.facts = facts};
	struct objects objects = objects_read(facts->arena, &evidence->lines, names);
	facts->stop = objects.stop;
	for (size_t i = 0; i < objects.count; i++) {
		r.object = objects.at[i];
		bool product = is_product(r.object);
		if (product ? says_nothing(r.object) : !is_service(r.object))
			continue;
		if (product)
			read_licence(&r);
		read_client(&r, !product);
		read_host(&r);
	}
}

static bool opens(const struct lines *lines, size_t i)
{
	return objects_begin(lines, i, "SoftwareLicensing", names) ||
		objects_around(lines, i, names);
}

static const struct fact_kind *const kinds[] = {
	&kind_licence, &kind_kms_client, &kind_kms_host, NULL};

const struct parser parser_wmi_licensing = {
	.name = "wmi_licensing",
	.says = "SoftwareLicensingProduct and SoftwareLicensingService, by WMI or OSLicense",
	.source = "slmgr", /* the same service, asked the same questions */
	.commands = "Get-OSLicenseInfo|Get-KmsLicenseInfo|Get-CimInstance SoftwareLicensingProduct|"
		    "Get-CimInstance SoftwareLicensingService|"
		    "Get-WmiObject SoftwareLicensingProduct|Get-WmiObject SoftwareLicensingService",
	.kinds = kinds,
	.opens = opens,
	.parse = parse,
};
