"""Prints what the tools of Windows print on a made-up machine. A machine is plain state; nothing here knows of causes."""

import datetime

import words

WINDOWS = "55c92734-d682-4d71-983e-d6ec3f16059f"
SPP = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform"

# Caption, version, edition as slmgr names it, EditionID, activation id and last five of the published client setup key,
# version of the licensing service, server.
SYSTEMS = {
    "10-enterprise": ("Microsoft Windows 10 Enterprise", "10.0.19045", "Enterprise", "Enterprise",
        "73111121-5638-40f6-bc11-f1d7b0d64300", "2YT43", "10.0.19041.3636", False),
    "10-pro": ("Microsoft Windows 10 Pro", "10.0.19045", "Professional", "Professional",
        "2de67392-b7a7-462a-b1ca-108dd189f588", "T83GX", "10.0.19041.4291", False),
    "11-enterprise": ("Microsoft Windows 11 Enterprise", "10.0.22631", "Enterprise", "Enterprise",
        "73111121-5638-40f6-bc11-f1d7b0d64300", "2YT43", "10.0.22621.3733", False),
    "11-pro": ("Microsoft Windows 11 Pro", "10.0.26100", "Professional", "Professional",
        "2de67392-b7a7-462a-b1ca-108dd189f588", "T83GX", "10.0.26100.2454", False),
    "2016": ("Microsoft Windows Server 2016 Standard", "10.0.14393", "ServerStandard", "ServerStandard",
        "8c1c5410-9f39-4805-8c9d-63a07706358f", "KHKQY", "10.0.14393.6343", True),
    "2019": ("Microsoft Windows Server 2019 Standard", "10.0.17763", "ServerStandard", "ServerStandard",
        "de32eafd-aaee-4662-9444-c1befb41bde2", "J464C", "10.0.17763.5458", True),
    "2022": ("Microsoft Windows Server 2022 Datacenter", "10.0.20348", "ServerDatacenter", "ServerDatacenter",
        "ef6cfc9f-8c5d-44ac-9aad-de6a2ea0ae03", "6VM33", "10.0.20348.2227", True),
}

DOMAINS = ("contoso.com", "fabrikam.com", "corp.contoso.com", "ad.fabrikam.com", "example.com")


def minutes(count):
    return datetime.timedelta(minutes=count)


class Machine:
    """A domain member with a client setup key that was activated by KMS this week, and what its neighbours answer."""

    def __init__(self, random, language, system):
        self.random, self.language = random, language
        (self.caption, self.version, self.edition, self.edition_id, self.sku, self.partial, self.service_version,
            self.server) = SYSTEMS[system]
        self.domain = random.choice(DOMAINS)
        site = random.randint(1, 60)
        self.prefix = random.choice(("10.%d" % site, "192.168", "10.0"))
        self.pc = random.choice(("SRV", "APP", "FILE") if self.server else ("PC", "NB", "DESKTOP", "CL")) + \
            "-%03d" % random.randint(1, 420)
        self.ip = "%s.%d.%d" % (self.prefix, random.randint(20, 120), random.randint(20, 240))
        self.gateway = self.ip.rsplit(".", 1)[0] + ".1"
        self.dc, self.dc_ip, self.dc2_ip = "dc01." + self.domain, self.prefix + ".3.5", self.prefix + ".3.6"
        self.kms = random.choice(("kms01.", "kms.", "license01.", "srv-kms.")) + self.domain
        self.kms_ip = self.prefix + ".3.%d" % random.randint(20, 60)
        self.mac = "00-15-5D-%02X-%02X-%02X" % tuple(random.randint(0, 255) for _ in range(3))
        self.cmid = "%08x-%04x-4%03x-9%03x-%012x" % (random.getrandbits(32), random.getrandbits(16),
            random.getrandbits(12), random.getrandbits(12), random.getrandbits(48))
        self.iid = "".join(str(random.randint(0, 9)) for _ in range(63))
        self.now = datetime.datetime(2026, random.randint(3, 11), random.randint(2, 27), random.randint(8, 17),
            random.randint(0, 59), random.randint(0, 59))
        self.booted = self.now - minutes(random.randint(90, 9000))
        # Licence.
        self.channel, self.key_channel = "VOLUME_KMSCLIENT", "Volume:GVLK"
        self.status, self.reason = "licensed", None
        self.left = 259200 - random.randint(30, 10000)
        self.rearm, self.activation_type = 1001, "all"
        self.ato = None     # None: not tried; "ok"; or a code
        self.ato_text = None
        self.show_client = True
        # KMS discovery and path.
        self.joined, self.suffixes, self.dns_servers = True, [self.domain], [self.dc_ip, self.dc2_ip]
        self.dns_name, self.dns_ip = self.dc, self.dc_ip
        self.srv = {self.domain: [(self.kms, 1688)]}   # suffix: records, or a failure as nslookup words it
        self.addresses = {self.kms: self.kms_ip}
        self.ports = {self.kms: "open"}                # open, timeout, refused
        self.ping = {}
        self.setting = None                            # (host, port or None), of HKLM
        self.cache = None
        # Service, clock, registry.
        self.service_start, self.service_account = 2, "NT AUTHORITY\\NetworkService"
        self.service_running = False
        self.skew = random.uniform(-0.05, 0.05)
        self.time_source, self.time_running = self.dc, True
        self.manual = 0
        self.spp_values, self.other_keys = [], []
        self.current_version = {}
        self.events = []        # (minutes before now, xml)
        self.extra = []         # (stem, text): further items
        self.drop = set()       # items that nobody collected
        self.application_log = self.system_log = None


    def utc(self, ago=0):
        return self.now - datetime.timedelta(hours=words.HOURS[self.language]) - minutes(ago)


def word(machine, key):
    return words.slmgr(machine.language, key)


def product(machine):
    return "Windows(R), %s edition" % machine.edition


def dlv(m):
    w = lambda key: word(m, key)
    lcid = words.LANGUAGES[m.language]["lcid"]
    lines = [w("version") + m.service_version, "", w("name") + product(m),
        w("description") + "Windows(R) Operating System, %s channel" % m.channel,
        w("activation-id") + m.sku, w("application-id") + WINDOWS,
        w("epid") + "03612-03311-000-000001-03-%s-%s.0000-1232024" % (lcid, m.version.split(".")[2]),
        w("channel") + m.key_channel, w("installation-id") + m.iid, w("partial") + m.partial,
        w("status") + w(m.status)]
    if m.status == "notification":
        lines.append(w("reason").format(m.reason or "0xC004F056"))
    kms = m.channel == "VOLUME_KMSCLIENT"
    if m.status in ("licensed", "grace") and m.left:
        label = "expires" if m.status == "licensed" else "remaining"
        lines.append(w(label).format(m.left, (m.left + 1439) // 1440))
    lines += [w("rearm") + str(m.rearm), w("rearm-sku") + "1001",
        w("trusted") + words.local_time(m.language, m.now)]
    if kms:
        lines.append(w("type") + (w("all") if m.activation_type == "all" else m.activation_type))
    if kms and (m.status != "licensed" or not m.show_client):
        lines += ["", w("please")]
    elif kms:
        host = m.setting or (m.kms, 1688)
        lines += ["", w("recent"), w("client"), "    " + w("cmid") + m.cmid,
            "    " + w("registered" if m.setting else "from-dns") + "%s:%d" % (host[0], host[1] or 1688),
            "    " + w("address") + (m.addresses.get(host[0]) or m.kms_ip),
            "    " + w("host-pid") + "03612-00206-556-000002-03-1033-17763.0000-0102025",
            "    " + w("activation-interval").format(120), "    " + w("renewal-interval").format(10080),
            "    " + w("caching")]
    return "\n".join(lines) + "\n\n"


def error(m, code, text=None):
    known = words.SLMGR.get(code)
    text = text or (words.slmgr(m.language, code) if known else word(m, "other").format(code))
    return word(m, "error").format(code, text)


def ato(m):
    head = word(m, "activating").format(product(m), m.sku)
    tail = word(m, "success") if m.ato == "ok" else error(m, m.ato, m.ato_text)
    return head + "\n" + tail + "\n\n"


def ipconfig(m):
    t = words.IPCONFIG[m.language]
    suffix = m.suffixes[0] if m.joined else ""
    column = " " * 39
    lines = ["", t[0], "", "   %s %s" % (t[1], m.pc), "   %s %s" % (t[2], suffix)]
    lines += ["   " + t[i] for i in (3, 4, 5)]
    if m.suffixes:
        lines.append("   %s %s" % (t[6], m.suffixes[0]))
        lines += [column + more for more in m.suffixes[1:]]
    lines += ["", t[7], "", "   %s %s" % (t[8], m.suffixes[0] if m.suffixes else ""),
        "   %s Intel(R) Ethernet Connection I219-LM" % t[9], "   %s %s" % (t[10], m.mac), "   " + t[11],
        "   " + t[12].format(m.ip), "   %s 255.255.255.0" % t[13], "   %s %s" % (t[14], m.gateway),
        "   %s %s" % (t[15], m.dns_servers[0] if m.dns_servers else "")]
    lines += [column + more for more in m.dns_servers[1:]]
    return "\n".join(lines + ["   " + t[16]]) + "\n"


def lookup_head(m):
    return "%s%s\nAddress:  %s\n\n" % (words.NSLOOKUP[m.language][0], m.dns_name or "UnKnown", m.dns_ip)


def lookup_failure(m, name, failure):
    if failure == "timed-out":
        wait = "DNS request timed out.\n    timeout was 2 seconds.\n"
        return wait * 2 + words.NSLOOKUP[m.language][1].replace("{}: {}", "{} {}").format(
            m.dns_name or "UnKnown", name, "Request to %s timed-out" % (m.dns_name or "UnKnown")) + "\n"
    return words.NSLOOKUP[m.language][1].format(m.dns_name or "UnKnown", name, failure) + "\n"


def srv(m, suffix=None):
    suffix = suffix or (m.suffixes[0] if m.suffixes else m.domain)
    name, records = "_vlmcs._tcp." + suffix, m.srv.get(suffix, "Non-existent domain")
    if isinstance(records, str):
        return lookup_head(m) + lookup_failure(m, name, records)
    text = lookup_head(m)
    for host, port in records:
        text += "%s\tSRV service location:\n          priority       = 0\n          weight         = 0\n" \
            "          port           = %d\n          svr hostname   = %s\n" % (name, port, host)
    for host, _ in records:
        if m.addresses.get(host):
            text += "%s\tinternet address = %s\n" % (host, m.addresses[host])
    return text


def host(m, name):
    if not m.addresses.get(name):
        return lookup_head(m) + lookup_failure(m, name, "Non-existent domain")
    return lookup_head(m) + "%s%s\nAddress:  %s\n\n" % (words.NSLOOKUP[m.language][2], name, m.addresses[name])


def probe(m, name, port=1688):
    state, address = m.ports.get(name, "timeout"), m.addresses.get(name)
    if not address:
        return "WARNING: Name resolution of %s failed\n\n\nComputerName   : %s\nRemoteAddress  : \n" \
            "InterfaceAlias : \nSourceAddress  : \nPingSucceeded  : False\n\n\n\n" % (name, name)
    text = "\n\n"
    ping = m.ping.get(name, state != "timeout")
    if state != "open":
        text = "WARNING: TCP connect to (%s : %d) failed\n" % (address, port)
        if not ping:
            text += "WARNING: Ping to %s failed with status: TimedOut\n" % address
        text += "\n\n"
    rows = [("ComputerName", name), ("RemoteAddress", address), ("RemotePort", port), ("InterfaceAlias", "Ethernet"),
        ("SourceAddress", m.ip)]
    if state != "open":
        rows += [("PingSucceeded", ping), ("PingReplyDetails (RTT)", "%d ms" % (2 if ping else 0))]
    rows.append(("TcpTestSucceeded", state == "open"))
    width = max(len(label) for label, _ in rows)
    return text + "".join("%-*s : %s\n" % (width, label, value) for label, value in rows) + "\n\n\n"


def portqry(m, name, port=1688):
    """PortQry tells a refusal from silence."""
    word = {"open": "LISTENING", "timeout": "FILTERED", "refused": "NOT LISTENING"}[m.ports.get(name, "timeout")]
    return "\nQuerying target system called:\n\n %s\n\nAttempting to resolve name to IP address...\n\n\n" \
        "Name resolved to %s\n\nquerying...\n\nTCP port %d (unknown service): %s\n" % (name, m.addresses[name], port, word)


def reg(key, values):
    return "\n%s\n" % key + "".join("    %s    %s    %s\n" % value for value in values) + "\n"


def reg_spp(m):
    values = [("CacheStore", "REG_EXPAND_SZ", "%WINDIR%\\System32\\spp\\store\\2.0\\cache"),
        ("HasOOBERun", "REG_DWORD", "0x1"), ("InactivityShutdownDelay", "REG_DWORD", "0x1e"),
        ("KeepRunningThresholdMins", "REG_DWORD", "0xf"),
        ("TokenStore", "REG_EXPAND_SZ", "%WINDIR%\\System32\\spp\\store\\2.0"),
        ("VLActivationInterval", "REG_DWORD", "0x78"), ("VLRenewalInterval", "REG_DWORD", "0x2760")]
    if m.setting:
        values.append(("KeyManagementServiceName", "REG_SZ", m.setting[0]))
        if m.setting[1]:
            values.append(("KeyManagementServicePort", "REG_SZ", str(m.setting[1])))
    return reg(SPP, values + m.spp_values) + reg(SPP + "\\Activation",
        [("Manual", "REG_DWORD", "0x%x" % m.manual), ("NotificationDisabled", "REG_DWORD", "0x0")]) + "".join(
        reg(*key) for key in m.other_keys)


def reg_cache(m):
    values = [("PersistedSystemState", "REG_DWORD", "0x2")]
    if m.cache:
        values = [("DiscoveredKeyManagementServiceName", "REG_SZ", m.cache),
            ("DiscoveredKeyManagementServicePort", "REG_SZ", "1688")] + values
    return reg("HKEY_USERS\\S-1-5-20\\Software\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform", values)


def reg_current_version(m):
    return reg("HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
        [("SystemRoot", "REG_SZ", "C:\\Windows"), ("CurrentBuild", "REG_SZ", m.version.split(".")[2]),
        ("EditionID", "REG_SZ", m.edition_id), ("ProductName", "REG_SZ", m.caption[10:])])


def sc_query(name, running, kind="10  WIN32_OWN_PROCESS"):
    state = "4  RUNNING \n                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_PRESHUTDOWN)" if running \
        else "1  STOPPED "
    return "\nSERVICE_NAME: %s \n        TYPE               : %s  \n        STATE              : %s\n" \
        "        WIN32_EXIT_CODE    : 0  (0x0)\n        SERVICE_EXIT_CODE  : 0  (0x0)\n" \
        "        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x0\n" % (name, kind, state)


START = {2: "2   AUTO_START  (DELAYED)", 3: "3   DEMAND_START", 4: "4   DISABLED"}


def sc_qc(m):
    return "[SC] QueryServiceConfig SUCCESS\n\nSERVICE_NAME: sppsvc\n        TYPE               : 10  WIN32_OWN_PROCESS \n" \
        "        START_TYPE         : %s\n        ERROR_CONTROL      : 1   NORMAL\n" \
        "        BINARY_PATH_NAME   : C:\\Windows\\system32\\sppsvc.exe\n        LOAD_ORDER_GROUP   : ProfSvc_Group\n" \
        "        TAG                : 0\n        DISPLAY_NAME       : Software Protection\n" \
        "        DEPENDENCIES       : RpcSs\n        SERVICE_START_NAME : %s\n" % (START[m.service_start],
        m.service_account)


def w32tm(m):
    t = words.W32TM[m.language]
    quads = "".join("%02X" % int(part) for part in m.dc_ip.split("."))
    last = words.local_time(m.language, m.now - minutes(14))
    return "\n".join([*t[:5], t[5].format(quads, m.dc_ip), t[6].format(last), t[7].format(m.time_source), t[8]]) + "\n\n"


def stripchart(m, name=None, address=None):
    t = words.STRIPCHART[m.language]
    rows = []
    for i in range(3):
        at = m.now + datetime.timedelta(seconds=2 * i)
        value = m.skew + 0.0003 * i
        rows.append("%s, %s%011.7fs" % (at.strftime("%H:%M:%S"), "-" if value < 0 else "+", abs(value)))
    return "\n".join([t[0].format(name or m.dc, address or m.dc_ip), t[1].format(3),
        t[2].format(words.local_time(m.language, m.now)), *rows]) + "\n"


def systeminfo(m):
    t = words.SYSTEMINFO[m.language]
    role = t[14] if m.server else t[13] if m.joined else t[15]
    when = lambda at: words.local_time(m.language, at).replace(" ", ", ", 1)
    language = words.LANGUAGES[m.language]["tag"]
    values = [m.pc, m.caption, "%s %s %s" % (m.version, t[16], m.version.split(".")[2]), "Microsoft Corporation", role,
        "Multiprocessor Free", "contoso", when(m.now - datetime.timedelta(days=500)), when(m.booted), language,
        words.ZONES[m.language], m.domain if m.joined else "WORKGROUP",
        "\\\\DC01" if m.joined else "\\\\" + m.pc]
    wide = max(width(label) for label in t[:13]) + 2
    return "\n" + "".join(label + " " * (wide - width(label)) + value + "\n" for label, value in zip(t, values))


def width(text):
    return sum(2 if ord(c) >= 0x1100 and not 0x2000 <= ord(c) < 0x2E80 else 1 for c in text)


def firewall_profiles(policy="BlockInbound,AllowOutbound"):
    return "".join("\n%s Profile Settings: \n" % name + "-" * 70 +
        "\nState                                 ON\nFirewall Policy                       %s\n" % policy
        for name in ("Domain", "Private", "Public")) + "Ok.\n\n"


def firewall_rule(name, direction, action, enabled="Yes", local="Any", remote="Any", program=None, service=None,
        protocol="TCP", profiles="Domain,Private,Public"):
    rows = [("Enabled", enabled), ("Direction", direction), ("Profiles", profiles), ("Grouping", ""), ("LocalIP", "Any"),
        ("RemoteIP", "Any"), ("Protocol", protocol), ("LocalPort", local), ("RemotePort", remote),
        ("Edge traversal", "No")]
    if program:
        rows.append(("Program", program))
    if service:
        rows.append(("Service", service))
    rows += [("InterfaceTypes", "Any"), ("Security", "NotRequired"), ("Rule source", "Local Setting"), ("Action", action)]
    return "\n%-38s %s\n" % ("Rule Name:", name) + "-" * 70 + "\n" + "".join(
        "%-38s %s\n" % (label + ":", value) for label, value in rows)


def firewall_rules(more=()):
    svchost = "%SystemRoot%\\system32\\svchost.exe"
    rules = [firewall_rule("Core Networking - DNS (UDP-Out)", "Out", "Allow", remote="53", program=svchost,
        service="dnscache", protocol="UDP"),
        firewall_rule("Remote Desktop - User Mode (TCP-In)", "In", "Allow", local="3389", program=svchost,
        service="termservice"), *more]
    return "".join(rules) + "\nOk.\n\n"


def winhttp(proxy=None):
    if not proxy:
        return "\nCurrent WinHTTP proxy settings:\n\n    Direct access (no proxy server).\n\n"
    return "\nCurrent WinHTTP proxy settings:\n\n    Proxy Server(s) :  %s\n    Bypass List     :  <local>\n\n" % proxy
