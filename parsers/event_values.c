#include "event_values.h"

#include "base/instant.h"

struct str event_any(const struct event *event, const char *names)
{
	for (size_t i = 0; i < event->data_count; i++)
		if (event->data[i].name.size && str_in_list(event->data[i].name, names))
			return event->data[i].text;
	return STR("");
}

struct str event_value_of(const struct event *event, const char *names, size_t place)
{
	struct str value = event_any(event, names);
	if (value.size == 0 && place > 0 && place <= event->data_count &&
		event->data[place - 1].name.size == 0)
		value = event->data[place - 1].text;
	return value;
}

bool event_is_from(const struct event *event, const char *providers)
{
	return str_in_list(event->provider, providers) ||
		(event->source.size && str_in_list(event->source, providers));
}

void event_stamp(const struct event *event, struct fact *fact, struct facts *facts)
{
	fact_put(facts, fact, NULL, "computer", event->computer);
	if (event->time)
		fact_put_time(facts, fact, NULL, "time", event->time);
	fact_put_number(facts, fact, NULL, "id", event->id);
}

void event_put_code(
	struct facts *facts, struct fact *event_fact, struct fact *fact, struct str value)
{
	uint32_t code = 0;
	if (!event_code(value, &code))
		return;
	fact_put_number(facts, event_fact, NULL, "code", code);
	if (fact)
		fact_put_number(facts, fact, NULL, "code", code);
}

struct str event_file_name(struct str path)
{
	path = str_trim(path);
	for (size_t i = path.size; i > 0; i--)
		if (path.at[i - 1] == '\\' || path.at[i - 1] == '/')
			return str_from(path, i);
	return path;
}

bool event_in_system32(struct str path)
{
	return str_has_nocase(path, STR("\\windows\\system32\\")) ||
		str_has_nocase(path, STR("\\windows\\syswow64\\")) ||
		str_has_nocase(path, STR("%system32%\\")) ||
		str_has_nocase(path, STR("%windir%\\system32\\")) ||
		str_has_nocase(path, STR("%systemroot%\\system32\\"));
}

bool event_is_licensing_program(struct str path)
{
	return str_in_list(event_file_name(path),
		"cscript.exe|wscript.exe|slmgr.vbs|ospp.vbs|slui.exe|sppsvc.exe|SppExtComObj.exe|"
		"osppsvc.exe|ChangePk.exe|LicensingUI.exe|phoneactivate.exe|sppobjs.dll|sppwinob.dll|"
		"sppcext.dll|sppcomapi.dll|sppc.dll|slc.dll|sppnp.dll|sppwmi.dll|sppuinotify.dll|"
		"osppc.dll|osppcext.dll|vbscript.dll|scrrun.dll|actdx-collect.exe");
}

bool event_is_licensing_file(struct str path)
{
	return event_is_licensing_program(path) || str_has_nocase(path, STR("\\system32\\spp\\")) ||
		str_has_nocase(path, STR("\\SoftwareProtectionPlatform\\")) ||
		str_has_nocase(path, STR("\\OfficeSoftwareProtectionPlatform\\")) ||
		str_has_nocase(path, STR("%system32%\\spp\\"));
}

bool event_is_watched_service(struct str name)
{
	return str_in_list(name,
		"sppsvc|osppsvc|sppuinotify|ClipSVC|LicenseManager|winmgmt|w32time|rpcss|"
		"RpcEptMapper|DcomLaunch|PlugPlay|CryptSvc|Netlogon|gpsvc|Dnscache|NlaSvc|BFE|"
		"MpsSvc|AppIDSvc|AppID|WinDefend|EventLog|Schedule");
}

struct str event_binary_text(const struct event *event, char *buffer, size_t size)
{
	struct bytes bytes = event->binary;
	size_t used = 0;
	for (size_t i = 0; i + 1 < bytes.size; i += 2) {
		if (bytes.at[i] == 0 && bytes.at[i + 1] == 0)
			break;
		if (bytes.at[i + 1] != 0 || bytes.at[i] < ' ' || bytes.at[i] >= 0x7F ||
			used == size)
			return STR("");
		buffer[used++] = (char)bytes.at[i];
	}
	return (struct str){buffer, used};
}

bool event_hex_byte(struct str hex, size_t index, unsigned *byte)
{
	unsigned value = 0;
	for (size_t i = 2 * index; i < 2 * index + 2; i++) {
		if (i >= hex.size || !char_is_hex(hex.at[i]))
			return false;
		char c = char_lower(hex.at[i]);
		value = 16 * value + (unsigned)(char_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	*byte = value;
	return true;
}
