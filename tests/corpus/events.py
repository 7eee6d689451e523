"""Events as `wevtutil qe /f:xml` prints them."""

from xml.sax.saxutils import escape

PROVIDERS = {
    "spp": ("Microsoft-Windows-Security-SPP", " Guid='{E23B33B0-C8C9-472C-A5F9-F2BDFEA0F156}' "
        "EventSourceName='Software Protection Platform Service'"),
    "scm": ("Service Control Manager", " Guid='{555908d1-a6d7-4695-8e1e-26931d2012f4}' "
        "EventSourceName='Service Control Manager'"),
    "dns": ("Microsoft-Windows-DNS-Client", " Guid='{1C95126E-7EEA-49A9-A3FE-A378B03DDB4D}'"),
    "dcom": ("Microsoft-Windows-DistributedCOM", " Guid='{1B562E86-B7AA-4131-BADC-B6F3A001407E}' EventSourceName='DCOM'"),
    "policy": ("Microsoft-Windows-GroupPolicy", " Guid='{AEA1B4FA-97D1-45F2-A64C-4D69FFFD92C9}'"),
    "time": ("Microsoft-Windows-Time-Service", " Guid='{06EDCFEB-0FD0-4E53-ACCA-A6F8BBF81BCB}'"),
    "general": ("Microsoft-Windows-Kernel-General", " Guid='{A68CA8B7-004F-D7B6-A698-07E2DE0F1F5D}'"),
    "power": ("Microsoft-Windows-Kernel-Power", " Guid='{331C3B3A-2005-44C2-AC5E-77220C37D6B4}'"),
    "update": ("Microsoft-Windows-WindowsUpdateClient", " Guid='{945A8954-C147-4ACD-923F-40C45405A658}'"),
    "netlogon": ("NETLOGON", ""),
    "msi": ("MsiInstaller", ""),
    "app": ("Application Error", ""),
    "defender": ("Microsoft-Windows-Windows Defender", " Guid='{11CD958A-C507-4EF3-B3F2-5FD9DFBD2C78}'"),
    "esent": ("ESENT", ""),
}
LEVELS = {"E": 2, "W": 3, "I": 4}
WINDOWS = "55c92734-d682-4d71-983e-d6ec3f16059f"


def event(machine, ago, provider, number, level, data=(), channel=None, computer=None):
    """`data`: texts, or (name, text); `ago`: minutes before now."""
    name, attributes = PROVIDERS[provider]
    channel = channel or ("Application" if provider in ("spp", "msi", "app", "esent") else "System")
    if channel == "Application":
        attributes_id = " Qualifiers='%d'" % {2: 49152, 3: 32768, 4: 16384}[LEVELS[level]]
    else:
        attributes_id = ""
    fields = "".join("<Data Name='%s'>%s</Data>" % (one[0], escape(one[1])) if isinstance(one, tuple)
        else "<Data>%s</Data>" % escape(one) for one in data)
    when = machine.utc(ago).strftime("%Y-%m-%dT%H:%M:%S") + ".%07dZ" % (len(machine.events) * 31741)
    computer = computer or machine.pc + ("." + machine.domain if machine.joined else "")
    machine.events.append((ago, channel, "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<Provider Name='%s'%s/><EventID%s>%d</EventID><Version>0</Version><Level>%d</Level><Task>0</Task>"
        "<Opcode>0</Opcode><Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='%s'/>"
        "<EventRecordID>@</EventRecordID><Correlation/><Execution ProcessID='0' ThreadID='0'/><Channel>%s</Channel>"
        "<Computer>%s</Computer><Security/></System><EventData>%s</EventData></Event>" % (name, attributes, attributes_id,
        number, LEVELS[level], when, channel, computer, fields)))


def stamp(machine, ago):
    return machine.utc(ago).strftime("%Y/%m/%d %H:%M")


def request(machine, ago, code, host, answer=None, count=60, sku=None, need=None):
    """12288, and 12289 when the host answered with `answer`."""
    need = need or (5 if machine.server else 25)
    state = {"licensed": "1", "notification": "5", "grace": "2"}.get(machine.status, "5")
    event(machine, ago, "spp", 12288, "I", ["%s, 0x00000000, %s, %s, %s, 0, %s, %d, %s, %d" % (code, host, machine.cmid,
        stamp(machine, ago), state, machine.left if machine.status == "licensed" else 0, sku or machine.sku, need)])
    if answer:
        good = answer == "0x00000000"
        event(machine, ago, "spp", 12289, "I", ["%s, %s, %d, 0, %d, 120, 10080, %s" % (answer,
            "0x00000000" if good else "0x04000008" if answer == "0xC004F038" else "0x00000000", good, count,
            stamp(machine, ago))])


def failed(machine, ago, code, trigger="TimerEvent"):
    """What an automatic activation leaves behind when it fails."""
    event(machine, ago, "spp", 8233, "W", [code, WINDOWS, machine.sku, trigger])
    event(machine, ago, "spp", 8198, "E", ["hr=" + code, "RuleId=31e71c49-8da7-4a2f-ad92-45d98a1c79ba;"
        "Action=AutoActivate;AppId=%s;SkuId=%s;NotificationInterval=1440;Trigger=%s" % (WINDOWS, machine.sku, trigger)])


def service_round(machine, ago):
    """The service starts, looks at its licences and stops again, as it does all day."""
    event(machine, ago, "spp", 900, "I", ["caller=slui.exe"])
    event(machine, ago, "spp", 902, "I", [machine.service_version])
    event(machine, ago, "spp", 1003, "I", [WINDOWS, "\n1: %s, 1, 1 [(0 )(1 )(2 [0x00000000, 1, 0], [(?)(?)(?)(?)(?)(?)(?)(?)])]"
        "\n\n" % machine.sku])
    event(machine, ago - 1, "spp", 903, "I")


# Frightening lines that every healthy machine has.
def noise_dcom(m, ago):
    event(m, ago, "dcom", 10016, "W", [("param1", "application-specific"), ("param2", "Local"), ("param3", "Activation"),
        ("param4", "{2593F8B9-4EAF-457C-B68A-50F6B8EA6B54}"), ("param5", "{15C20B67-12E7-4BB6-92BB-7AFF07997402}"),
        ("param6", "NT AUTHORITY"), ("param7", "SYSTEM"), ("param8", "S-1-5-18")])


def noise_name(m, ago):
    name = m.random.choice(("wpad." + m.domain, "ctldl.windowsupdate.com", "www.example.com", "isatap." + m.domain))
    event(m, ago, "dns", 1014, "W", [("QueryName", name), ("AddressLength", "128"), ("Address",
        "02000035" + "".join("%02X" % int(part) for part in m.dc_ip.split(".")) + "0000000000000000")])


def noise_policy(m, ago):
    event(m, ago, "policy", 1129, "E", [("SupportInfo1", "1"), ("SupportInfo2", "1840"), ("ProcessingMode", "0"),
        ("ProcessingTimeInMilliseconds", "1093"), ("ErrorCode", "1222"), ("ErrorDescription", "")])


def noise_netlogon(m, ago):
    event(m, ago, "netlogon", 5719, "E", [m.domain.split(".")[0].upper(), "%%1311"])


def noise_install(m, ago):
    event(m, ago, "msi", 1033, "I", ["Contoso Agent", "4.2.0", "1033", "0", "Contoso", "(NULL)", ""])


def noise_locked(m, ago):
    event(m, ago, "msi", 1025, "W", ["Contoso Agent", "C:\\Program Files\\Contoso\\agent.dll", "contosoagent", "4120"])


def noise_online(m, ago):
    event(m, ago, "spp", 8200, "E", ["hr=0x80072EE7"])
    event(m, ago, "spp", 8208, "E", ["hr=0x80072EE7", "{99d92734-d682-4d71-983e-d6ec3f16059f}"])


def noise_service(m, ago):
    event(m, ago, "scm", 7000, "E", [("param1", "Contoso Telemetry"), ("param2", "%%1053")])
    event(m, ago, "scm", 7009, "E", [("param1", "30000"), ("param2", "Contoso Telemetry")])


def noise_crash(m, ago):
    event(m, ago, "app", 1000, "E", ["contosoui.exe", "4.2.0.0", "65a1b2c3", "ntdll.dll", "10.0.19041.3636", "9b64aa6f",
        "c0000374", "00000000000ff609", "1a2c", "01d9f3b2c1d4e5f6", "C:\\Program Files\\Contoso\\contosoui.exe",
        "C:\\Windows\\SYSTEM32\\ntdll.dll", "5f6a7b8c-1111-4222-8333-444455556666", "", ""])


def noise_power(m, ago):
    event(m, ago, "power", 41, "E", [("BugcheckCode", "0"), ("BugcheckParameter1", "0x0"), ("SleepInProgress", "0"),
        ("PowerButtonTimestamp", "0")])


def noise_update(m, ago):
    event(m, ago, "update", 19, "I", [("updateTitle", "Security Intelligence Update for Microsoft Defender Antivirus"),
        ("updateGuid", "{1f7c2b90-5d1b-4b0d-a1f3-6b6a2f1d9e01}"), ("updateRevisionNumber", "200")])


def noise_time(m, ago):
    event(m, ago, "time", 37, "I", [("TimeSource", "%s (ntp.d|0.0.0.0:123->%s:123)" % (m.dc, m.dc_ip))])
    event(m, ago + 1, "time", 50, "W", [("TimeDifferenceMilliseconds", "128"), ("TimeSampleSeconds", "900")])


def noise_token(m, ago):
    event(m, ago, "spp", 12321, "W", ["0xC004F011"])


def noise_policy_list(m, ago):
    event(m, ago, "spp", 1034, "I", ["Security-SPP-Reserved-EnableNotificationMode", "40", WINDOWS])
    event(m, ago, "spp", 16384, "I", [m.utc(-1440).strftime("%Y-%m-%dT%H:%M:%SZ"), "RulesEngine"])


NOISE = (noise_dcom, noise_name, noise_policy, noise_netlogon, noise_install, noise_locked, noise_online, noise_service,
    noise_crash, noise_power, noise_update, noise_time, noise_token, noise_policy_list)


def write(machine, channel):
    """A log, oldest first, one event a line."""
    chosen = sorted((one for one in machine.events if one[1] == channel), key=lambda one: -one[0])
    first = machine.random.randint(1000, 40000)
    return "".join(one[2].replace("@", str(first + i)) + "\n" for i, one in enumerate(chosen))
