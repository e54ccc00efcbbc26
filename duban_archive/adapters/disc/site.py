"""The site of the disc: plain HTML that needs no server, and a search in JavaScript as old as the browsers it may meet.

Everything a browser cannot do from a folder is avoided: no fetch, no modules, no storage, no address of elsewhere. The
texts stand in a script file; a search goes through them all, which takes less time than a page turn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from duban_archive.core.disc import Branch, Entry
from duban_archive.core.plain import normalise

_STYLE = """
body{margin:0;font:16px/1.6 "Microsoft YaHei","SimSun","Noto Sans CJK SC",sans-serif;color:#222;background:#f6f7f9}
#top{background:#1f4e79;color:#fff;padding:14px 28px}#top h1{margin:0;font-size:22px;font-weight:normal}
#top p{margin:2px 0 0;font-size:13px;color:#d6e2ee}
#find{background:#fff;border-bottom:1px solid #d5dae0;padding:12px 28px}
#find input{font-size:17px;padding:6px 10px;width:60%;max-width:560px;border:1px solid #9aa7b4}
#find button{font-size:17px;padding:6px 18px;margin-left:6px}
#told{color:#666;font-size:14px;margin-left:12px}
#all{padding:8px 28px 60px;max-width:1180px}
h2{font-size:19px;margin:26px 0 4px;color:#1f4e79;border-bottom:2px solid #1f4e79;padding-bottom:3px}
h3{font-size:17px;margin:20px 0 4px;color:#333}h4{font-size:15px;margin:12px 0 2px;font-weight:bold}
table{border-collapse:collapse;width:100%;background:#fff;margin:2px 0 8px}
td,th{border:1px solid #dde2e8;padding:4px 8px;text-align:left;font-size:14px;vertical-align:top}
th{background:#eef2f6;font-weight:normal;color:#555}
a{color:#0b5cad;text-decoration:none}a:hover{text-decoration:underline}
.hit{background:#fff;border:1px solid #dde2e8;padding:8px 12px;margin:8px 0}
.hit .where{color:#777;font-size:13px}b.m{background:#ffec99;font-weight:normal}
.note{color:#777;font-size:13px}
#tree{background:#fff;border:1px solid #dde2e8;padding:8px 16px;margin-top:16px}
#tree a{display:inline-block;margin-right:22px}
@media print{#find{display:none}body{background:#fff}}
"""

_SCRIPT = r"""
function duPlain(s){
  var o='',i,c;
  for(i=0;i<s.length;i++){
    c=s.charCodeAt(i);
    if(c===12288||c===160)c=32;
    else if(c>65280&&c<65375)c-=65248;
    o+=String.fromCharCode(c);
  }
  return o.toLowerCase().replace(/[\(\[\{\u3010\u3014\u3016]/g,'\u3014').replace(/[\)\]\}\u3011\u3015\u3017]/g,'\u3015')
    .replace(/\s+/g,' ').replace(/([^\x00-\x7f]) | (?=[^\x00-\x7f])/g,'$1').replace(/^ +| +$/g,'');
}
function duEsc(s){return s.replace(/&/g,'&amp;').replace(/</g,'&lt;').replace(/>/g,'&gt;').replace(/"/g,'&quot;');}
function duWords(q){
  var p=q.replace(/[\s\u3000]+/g,' ').split(' '),w=[],i,one;
  for(i=0;i<p.length;i++){one=duPlain(p[i]);if(one)w.push(one);}
  return w;
}
function duSnip(t,w){
  var at=t.indexOf(w),from=Math.max(0,at-36),to=Math.min(t.length,at+w.length+60);
  if(at<0)return duEsc(t.substring(0,90));
  return (from?'\u2026':'')+duEsc(t.substring(from,at))+'<b class="m">'+duEsc(t.substr(at,w.length))+'</b>'+
    duEsc(t.substring(at+w.length,to))+(to<t.length?'\u2026':'');
}
function duFind(q){
  var w=duWords(q),out=[],n=0,i,j,k,p,r,ok,all=document.getElementById('all'),hits=document.getElementById('hits'),
      told=document.getElementById('told'),seen={};
  if(!w.length){hits.innerHTML='';all.style.display='';told.innerHTML='';return;}
  for(i=0;i<DU.length;i++){
    r=DU[i];
    for(j=-1;j<r.x.length;j++){
      p=j<0?r.h:r.x[j];ok=true;
      for(k=0;k<w.length&&ok;k++)ok=p.indexOf(w[k])>=0||(j>=0&&r.h.indexOf(w[k])>=0&&w.length>1);
      if(j>=0&&ok){ok=false;for(k=0;k<w.length;k++)if(p.indexOf(w[k])>=0)ok=true;}
      if(!ok)continue;
      n++;seen[r.n]=1;
      if(out.length<300){
        var s=w[0];for(k=0;k<w.length;k++)if(p.indexOf(w[k])>=0){s=w[k];break;}
        var to=r.f?r.f+(j>=0?'#page='+(j+1):''):'#r'+r.n;
        out.push('<div class="hit"><a href="'+to+'" target="_blank">'+duEsc(r.t)+'</a>'+
          (j>=0?' <span class="where">\u7b2c '+(j+1)+' \u9875</span>':'')+'<br>'+duSnip(p,s)+
          '<div class="where">'+duEsc(r.w)+'</div></div>');
      }
    }
  }
  var papers=0;for(k in seen)papers++;
  hits.innerHTML=out.join('');all.style.display='none';
  told.innerHTML=n?'\u627e\u5230 '+papers+' \u4ef6 '+n+' \u5904'+(n>300?'\uff0c\u663e\u793a\u524d 300 \u5904':''):
    '\u6ca1\u6709\u627e\u5230\uff0c\u8bf7\u6362\u4e2a\u8bcd\u6216\u5c11\u5199\u51e0\u4e2a\u5b57';
}
function duGo(){duFind(document.getElementById('q').value);return false;}
window.onload=function(){
  var h=decodeURIComponent(window.location.hash||'');
  if(h.indexOf('#q=')===0){document.getElementById('q').value=h.substring(3);duGo();}
};
"""


def write(
    folder: Path,
    *,
    title: str,
    office: str,
    made: str,
    branches: Sequence[Branch],
    texts: Mapping[int, Sequence[str]],
    notes: Sequence[str],
) -> None:
    """index.html with its style, script and texts; ``texts``: pages by record; ``notes``: what is not here."""
    (folder / "texts.js").write_text(_texts(branches, texts), encoding="utf-8")
    (folder / "search.js").write_text(_SCRIPT, encoding="utf-8")
    (folder / "style.css").write_text(_STYLE.lstrip(), encoding="utf-8")
    tree = "".join(
        f'<a href="#i{n}">{escape(f"{branch.code} {branch.title}".strip())}</a>'
        for n, branch in enumerate(branches)
        if branch.level == 1
    )
    body = "\n".join(_branch(n, branch) for n, branch in enumerate(branches))
    told = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    (folder / "index.html").write_text(
        f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="X-UA-Compatible" content="IE=edge"><title>{escape(title)}</title>
<link rel="stylesheet" href="style.css"></head><body>
<div id="top"><h1>{escape(title)}</h1><p>{escape(office)}　{escape(made)}　现场查阅,只读</p></div>
<div id="find"><form onsubmit="return duGo()"><input id="q" placeholder="输入要查的字词,几个词用空格隔开" autofocus>
<button type="submit">查找</button>
<button type="button" onclick="document.getElementById('q').value='';duGo()">清空</button>
<span id="told"></span></form></div>
<div id="hits" style="padding:0 28px"></div>
<div id="all"><div id="tree">{tree}</div>
{body}
{told}</div>
<script charset="utf-8" src="texts.js"></script><script charset="utf-8" src="search.js"></script>
</body></html>
""",
        encoding="utf-8",
    )


def _branch(number: int, branch: Branch) -> str:
    tag = "h2" if branch.level == 1 else "h3"
    heading = f'<{tag} id="i{number}">{escape(f"{branch.code} {branch.title}".strip())}</{tag}>'
    return heading + "".join(
        f"<h4>{escape(f'{group.code} {group.title}'.strip())}</h4><table><tr><th>题名</th><th>单位</th><th>期间</th>"
        f"<th>文号</th><th>日期</th><th>页数</th></tr>{''.join(_row(entry) for entry in group.entries)}</table>"
        for group in branch.groups
    )


def _row(entry: Entry) -> str:
    name = escape(entry.title)
    if entry.pdf:
        at = f"#page={entry.only_pages[0]}" if entry.only_pages else ""
        name = f'<a href="{entry.pdf}{at}" target="_blank">{name}</a>'
        if entry.only_pages:
            name += f' <span class="note">第 {_runs(entry.only_pages)} 页</span>'
    else:
        name += f' <span class="note">{escape(entry.place or entry.why)}</span>'
    cells = (entry.unit_name, entry.period, entry.document_number, entry.dated, str(entry.pages or ""))
    return f'<tr id="r{entry.record}"><td>{name}</td>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'


def _runs(pages: Sequence[int]) -> str:
    return str(pages[0]) if len(pages) == 1 else f"{pages[0]}—{pages[-1]}"


def _texts(branches: Sequence[Branch], texts: Mapping[int, Sequence[str]]) -> str:
    rows: dict[int, dict[str, Any]] = {}
    for branch in branches:
        for group in branch.groups:
            for entry in group.entries:
                where = f"{group.code} {group.title}".strip()
                if entry.record in rows:
                    rows[entry.record]["w"] += f";{where}"
                    continue
                about = (entry.title, entry.document_number, entry.unit_name, entry.period, where)
                rows[entry.record] = {
                    "n": entry.record,
                    "t": entry.title,
                    "f": entry.pdf,
                    "h": normalise(" ".join(about)),
                    "w": " ".join(filter(None, (where, entry.unit_name, entry.period))),
                    "x": [normalise(text) for text in texts.get(entry.record, ())],
                }
    # ensure_ascii: no browser can mistake the encoding; "</" would end the script
    data = json.dumps(list(rows.values()), separators=(",", ":")).replace("</", "<\\/")
    return f"var DU={data};\n"
