/*
 * The style sheet of the page: light and dark, narrow and wide, and on paper. Every colour of text stands out from
 * what is behind it by 4.5 to 1 at least (WCAG 2.1, 1.4.3).
 */
#include "html.h"

const char *const html_style[] = {
	"\n"
	":root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#535b64;--line:#c4cbd2;"
	"--tint:#f4f6f8;--good:#1a6b33;--bad:#b42318;--warn:#7a5200;--link:#0550ae}\n",
	"@media screen and (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#0d1117;--soft:#a0a8b1;"
	"--line:#3d444d;--tint:#171d25;--good:#56d364;--bad:#ff8a80;--warn:#e3b341;--link:#79b8ff}}\n",
	"*{box-sizing:border-box}body{font:16px/1.55 system-ui,'Segoe UI',Roboto,'Noto Sans',sans-serif;"
	"color:var(--ink);background:var(--paper);max-width:56rem;margin:1.5rem auto;padding:0 1rem}"
	":lang(ja) body{font-family:system-ui,'Yu Gothic UI','Hiragino Sans','Noto Sans CJK JP',Meiryo,"
	"'IPAGothic',sans-serif;line-height:1.7}\n",
	"h1{font-size:1.45rem;margin:0 0 .5rem}h2{font-size:1.2rem;border-bottom:1px solid var(--line);"
	"padding-bottom:.2rem;margin:2rem 0 .6rem}h3{font-size:1.05rem;margin:1.3rem 0 .3rem}"
	"h4{font-size:1rem;margin:1rem 0 .2rem;color:var(--soft)}p{margin:.5rem 0}a{color:var(--link)}\n",
	"dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:.4rem 0}"
	"dt{color:var(--soft);grid-column:1}dd{margin:0;overflow-wrap:anywhere;grid-column:2}\n",
	".verdict{border-left:6px solid var(--warn);background:var(--tint);padding:.7rem 1rem;"
	"margin:1rem 0}.verdict b{font-size:1.2rem}.verdict p{margin:.3rem 0 0}"
	".found{border-color:var(--bad)}.healthy{border-color:var(--good)}"
	".alert{border:2px solid var(--bad);padding:.5rem .8rem}\n",
	"ul,ol{padding-left:1.5rem;margin:.3rem 0}li{margin:.35rem 0;overflow-wrap:anywhere}"
	".where{color:var(--soft);font-size:.9rem}.admin{color:var(--warn);font-weight:600}"
	".note,.id,.more{color:var(--soft);font-size:.9rem}.id{font-weight:normal}\n",
	"table{border-collapse:collapse;width:100%;margin:.5rem 0;table-layout:fixed}"
	"th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-top:1px solid var(--line);"
	"overflow-wrap:anywhere}thead th{color:var(--soft);font-weight:600;font-size:.9rem;border-top:0}"
	"th.mark{width:6.5rem}tbody th{font-weight:600}th.when{width:11rem}"
	".for tbody th,th.for{color:var(--good)}th.against{color:var(--bad)}th.unchecked{color:var(--warn)}\n",
	".cite{display:block;font-size:.86rem;color:var(--soft);margin:.1rem 0 .3rem}"
	".cite q{display:block;color:var(--ink);font-family:ui-monospace,Consolas,'MS Gothic',"
	"'Noto Sans Mono CJK JP',monospace;white-space:pre-wrap;overflow-wrap:anywhere}"
	"q{quotes:none}bdi{overflow-wrap:anywhere}\n",
	"pre{background:var(--tint);border:1px solid var(--line);padding:.45rem .6rem;margin:.3rem 0;"
	"white-space:pre-wrap;overflow-wrap:anywhere;font:.88rem/1.4 ui-monospace,Consolas,'MS Gothic',"
	"monospace;user-select:all}\n",
	"details{border:1px solid var(--line);border-radius:4px;margin:.5rem 0;padding:.1rem .7rem}"
	"summary{cursor:pointer;padding:.3rem 0;font-weight:600;color:var(--link)}\n",
	"figure{margin:.5rem 0}svg{display:block;width:100%;height:auto}svg.chain{max-width:26rem}"
	"svg text{fill:var(--ink);font-size:13px;font-family:inherit}svg .s{fill:var(--soft);font-size:11px}"
	"svg .b{fill:var(--tint);stroke:var(--soft)}svg .b1{fill:var(--tint);stroke:var(--bad);"
	"stroke-width:2}svg .u{stroke-dasharray:4 3}svg .a{fill:none;stroke:var(--soft);stroke-width:1.5}"
	"svg .g{stroke:var(--line)}svg .bad{fill:var(--bad)}svg .good{fill:var(--good)}"
	"svg .none{fill:var(--soft)}svg .part{fill:var(--tint);stroke:var(--soft)}\n",
	"footer{margin-top:2.5rem;color:var(--soft);font-size:.88rem;border-top:1px solid var(--line);"
	"padding-top:.6rem}:focus-visible{outline:3px solid var(--link);outline-offset:2px}\n",
	"@media(max-width:40rem){dl{grid-template-columns:minmax(0,1fr)}dd{grid-column:1;margin-bottom:"
	".3rem}thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
	"tbody,tr,td,tbody th{display:block;width:auto!important;border:0;padding:.1rem 0}"
	"tr{border-top:1px solid var(--line);padding:.4rem 0}}\n",
	"@media print{:root{--ink:#000;--paper:#fff;--soft:#444;--line:#999;--tint:#fff;--good:#0b5121;"
	"--bad:#8e1208;--warn:#5c3d00;--link:#000}body{margin:0;max-width:none;font-size:10.5pt}"
	"h2,h3,h4,summary{break-after:avoid}tr,pre,figure,.verdict{break-inside:avoid}"
	"details{border:0;padding:0}details::details-content{content-visibility:visible;display:block;"
	"block-size:auto}}\n",
	NULL,
};
