"use strict";
(() => {
  const PAGE = 200;
  const BARS = 40;
  const data = JSON.parse(document.getElementById("data").textContent);
  const now = Date.parse(data.made_at);
  const DAY = 86400000;
  const one = (id) => document.getElementById(id);
  const make = (name, fields = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(fields)) element.setAttribute(key, value);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  const draw = (name, fields, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(fields)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const day = (date) => (date ? date.slice(0, 10) : "");
  const grade = (score) => (score >= 80 ? 4 : score >= 60 ? 3 : score >= 40 ? 2 : score >= 20 ? 1 : 0);
  const name = (it) => it.name;
  const file = (it) => (it.places.length ? it.places[0].path.split("/").pop() : "");
  const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  const families = {
    "service-account": "service account", "api-key": "API key", "oauth-token": "OAuth token",
    "certificate-or-secret": "certificate or secret", "ci-cd-credential": "CI/CD credential",
    "ai-agent-identity": "AI-agent identity",
  };
  const expiry = (it) => (it.expiry.state === "at" ? day(it.expiry.at) : it.expiry.state === "never" ? "no expiry" : "unknown");
  const placeOf = (it) => `${it.repository && it.repository !== "." ? `${it.repository} → ` : ""}${it.path || it.origin}:${it.line}`;
  const all = data.identities.map((it, at) => ({
    it, at,
    text: [it.id, name(it), it.principal, it.secret, it.environment, families[it.family], it.purpose, it.owner && it.owner.name,
      ...it.places.flatMap((place) => [place.repository, place.path, place.variable]),
      ...it.agents.flatMap((agent) => [agent.agent, agent.server, agent.endpoint]),
      ...it.breaches.map((breach) => breach.rule), ...it.owasp.map((concern) => concern.item)]
      .filter(Boolean).join("\n").toLowerCase(),
  }));

  // Tiles
  const count = (is) => data.identities.filter(is).length;
  const oldest = data.identities.reduce((most, it) => Math.max(most, it.age_days ?? 0), 0);
  const tiles = [
    ["identities", data.identities.length], ["without an owner", count((it) => !it.owner)],
    ["without an expiry", count((it) => it.expiry.state === "never")], ["still at HEAD", count((it) => it.at_head)],
    ["used in several files", count((it) => it.reuse.files > 1)], ["days, the oldest", oldest],
  ];
  one("tiles").append(...tiles.map(([what, number]) => make("div", { class: "tile" }, make("strong", {}, number.toLocaleString("en")), what)));

  // Charts
  const bars = (pairs) => {
    const most = Math.max(1, ...pairs.map((pair) => pair[1]));
    const svg = draw("svg", { viewBox: `0 0 420 ${pairs.length * 24 + 4}`, role: "img" });
    pairs.forEach(([what, number], at) => {
      const width = (number / most) * 200;
      svg.append(
        draw("text", { x: 168, y: at * 24 + 17, "text-anchor": "end" }, short(what, 26)),
        draw("rect", { x: 176, y: at * 24 + 5, width, height: 16, rx: 3, class: "b" }),
        draw("text", { x: 182 + width, y: at * 24 + 17, class: "f" }, number.toLocaleString("en")),
      );
    });
    return svg;
  };
  const counted = (key) => {
    const counts = new Map();
    for (const it of data.identities) counts.set(key(it), (counts.get(key(it)) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  };
  const figure = (title, content, wide) => make("figure", wide ? { class: "wide" } : {}, make("figcaption", {}, title), content);
  const ages = [["under 30 days", 30], ["30 to 90 days", 90], ["90 to 180 days", 180], ["180 days to a year", 365], ["1 to 2 years", 730], ["2 to 5 years", 1826], ["over 5 years", Infinity]];
  const known = data.identities.filter((it) => it.age_days !== null);
  const histogram = ages.map(([what, end], at) => [what, known.filter((it) => it.age_days < end && it.age_days >= (at ? ages[at - 1][1] : 0)).length]);
  const top = (pairs) => (pairs.length > 8 ? [...pairs.slice(0, 7), ["others", pairs.slice(7).reduce((sum, pair) => sum + pair[1], 0)]] : pairs);
  const timeline = () => {
    const seen = data.identities.filter((it) => it.first_seen).slice(0, BARS);
    const start = Math.min(now - DAY, ...seen.map((it) => Date.parse(it.first_seen.date)));
    const at = (date) => 290 + ((date - start) / (now - start)) * 590;
    const svg = draw("svg", { viewBox: `0 0 900 ${seen.length * 15 + 30}`, role: "img" });
    const first = new Date(start).getUTCFullYear() + 1;
    const step = Math.ceil((new Date(now).getUTCFullYear() - first + 1) / 10) || 1;
    for (let year = first; Date.UTC(year, 0) < now; year += step) {
      svg.append(draw("line", { x1: at(Date.UTC(year, 0)), x2: at(Date.UTC(year, 0)), y1: 18, y2: seen.length * 15 + 24, class: "axis" }));
      svg.append(draw("text", { x: at(Date.UTC(year, 0)), y: 12, "text-anchor": "middle", class: "f" }, year));
    }
    seen.forEach((it, row) => {
      const from = at(Date.parse(it.first_seen.date));
      const to = it.removed ? at(Date.parse(it.removed.date)) : at(now);
      const bar = draw("rect", { x: from, y: row * 15 + 22, width: Math.max(3, to - from), height: 10, rx: 2, class: `r${grade(it.risk.score)}` });
      bar.append(draw("title", {}, `${name(it)}: ${day(it.first_seen.date)} to ${it.removed ? day(it.removed.date) : "now"}`));
      svg.append(draw("text", { x: 282, y: row * 15 + 31, "text-anchor": "end" }, short([name(it), file(it)].filter(Boolean).join(" · "), 44)), bar);
    });
    return svg;
  };
  const dated = count((it) => it.first_seen);
  one("charts").append(
    figure("Age", bars(histogram)),
    figure("Kind", bars(top(counted((it) => families[it.family] ?? it.family)))),
    figure("Provider", bars(top(counted((it) => it.provider || "none")))),
  );
  if (dated) one("charts").append(figure(dated > BARS ? `Exposure: first seen until removed, the ${BARS} most urgent` : "Exposure: first seen until removed", timeline(), true));

  // Table
  const keys = {
    risk: (it) => -it.risk.score, what: name, family: (it) => it.family,
    where: (it) => (it.places.length ? placeOf(it.places[0]) : ""),
    since: (it) => (it.first_seen ? it.first_seen.date : "9"), owner: (it) => (it.owner ? it.owner.name : ""),
  };
  let sort = "risk";
  let descending = false;
  let waiting = [];
  const body = one("rows");
  const row = ({ it, at }) => {
    const more = it.places.length > 1 ? ` and ${it.places.length - 1} more` : "";
    const until = it.removed ? `removed ${day(it.removed.date)}` : it.at_head ? "still at HEAD" : "in the history";
    const line = make("tr", { tabindex: "0", "data-at": at, "aria-label": `Details of ${name(it)}` },
      make("td", {}, make("span", { class: `score q${grade(it.risk.score)}` }, String(it.risk.score))),
      make("td", {}, name(it), make("br"), make("span", { class: "f" }, [it.principal, it.environment === "unknown" ? null : it.environment].filter(Boolean).join(" · ")), make("br"), make("code", {}, it.secret)),
      make("td", {}, families[it.family] ?? it.family),
      make("td", {}, make("code", {}, it.places.length ? placeOf(it.places[0]) : ""), make("span", { class: "f" }, more)),
      make("td", {}, it.first_seen ? `${day(it.first_seen.date)} (${it.exposure_days} days)` : "", make("br"), make("span", { class: "f" }, until)),
      make("td", {}, it.owner ? it.owner.name : "nobody is known", it.owner && it.owner.active === false ? make("span", { class: "f" }, " (gone)") : null),
      make("td", {}, ...it.breaches.map((breach) => make("span", { class: "pill", title: breach.reason }, breach.rule))));
    return line;
  };
  const moreRows = () => {
    body.append(...waiting.splice(0, PAGE).map(row));
    one("end").hidden = waiting.length === 0;
  };
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const show = () => {
    const words = one("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const family = one("family").value;
    const rule = one("breach").value;
    const head = one("head").value;
    const kept = all.filter(({ it, text }) => words.every((word) => text.includes(word)) &&
      (!family || it.family === family) && (!head || (head === "head") === it.at_head) &&
      (!rule || it.breaches.some((breach) => breach.rule === rule)));
    const sign = descending ? -1 : 1;
    kept.sort((a, b) => sign * compare(keys[sort](a.it), keys[sort](b.it)) || a.at - b.at);
    body.replaceChildren();
    waiting = kept;
    const shown = kept.length;
    moreRows();
    one("count").textContent = `${shown} of ${all.length}`;
    for (const cell of document.querySelectorAll("th[data-k]")) {
      if (cell.dataset.k === sort) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
  };

  // Details
  const commit = (it) => (it ? `${day(it.date)} by ${it.author} (${it.id.slice(0, 10)}): ${it.summary}` : "");
  const list = (items) => make("ul", {}, ...items.map((item) => make("li", {}, ...[item].flat())));
  const section = (title, items) => (items.length ? [make("h3", {}, title), list(items)] : []);
  const facts = (it) => {
    const rows = [
      ["Id", it.id], ["Secret", it.secret], ["Kind", `${families[it.family] ?? it.family} (${it.kind})`], ["Principal", it.principal],
      ["Environment", it.environment === "unknown" ? null : it.environment], ["Purpose", it.purpose],
      ["Severity", it.severity], ["Believed by", `${it.proof}, ${it.confidence} confidence`],
      ["First seen", commit(it.first_seen)], ["Last seen", commit(it.last_seen)], ["Removed", commit(it.removed)],
      ["At HEAD", it.at_head ? "yes" : "no"], ["Exposed", it.exposure_days === null ? null : `${it.exposure_days} days`],
      ["Age", it.age_days === null ? null : `${it.age_days} days`], ["Issued", day(it.issued_at)], ["Expires", expiry(it)],
      ["Owner", it.owner ? `${it.owner.name} (${it.owner.source}${it.owner.last_commit ? `, last commit ${day(it.owner.last_commit)}` : ""})` : "nobody is known"],
      ["Refs", it.refs.join(", ")], ...Object.entries(it.decoded),
    ];
    return make("dl", {}, ...rows.filter((pair) => pair[1]).flatMap(([what, value]) => [make("dt", {}, what), make("dd", {}, String(value))]));
  };
  const open = (at) => {
    const it = data.identities[at];
    const drawer = one("drawer");
    const close = make("button", { type: "button" }, "Close");
    close.addEventListener("click", () => drawer.close());
    const link = /^https:\/\//.test(it.link) ? [" ", make("a", { href: it.link, rel: "noreferrer noopener" }, it.link)] : [];
    drawer.replaceChildren(close, make("h2", {}, make("span", { class: `score q${grade(it.risk.score)}` }, String(it.risk.score)), ` ${name(it)}`), facts(it),
      ...section("Where it stands", it.places.map((place) => [make("code", {}, placeOf(place)), place.variable ? ` as ${place.variable}` : "",
        place.first_seen ? `, since ${commit(place.first_seen)}` : "", place.removed ? `, until ${commit(place.removed)}` : ""])),
      ...section("Parts to rotate with it", it.companions.map((part) => `${part.title} ${part.secret}`)),
      ...section("Agents and servers it serves", it.agents.map((agent) => [agent.agent, agent.server, agent.endpoint].filter(Boolean).join(" · "))),
      ...section("Other values of the same variable", it.rotations.map((other) => `${other.is_earlier ? "before" : "after"}: ${other.id} in ${other.path}, ${day(other.since)} to ${day(other.until) || "now"}`)),
      ...section("Breaks the policy", it.breaches.map((breach) => `${breach.rule}: ${breach.reason}`)),
      ...section("Risk", it.risk.parts.map((part) => `${part.points > 0 ? "+" : ""}${part.points} ${part.reason}`)),
      ...section("OWASP NHI Top 10 (2025)", it.owasp.map((concern) => `${concern.item}: ${concern.reason}`)),
      ...section("NIST CSF 2.0", it.nist_csf), make("h3", {}, "What to do"), make("p", {}, it.revoke || "Revoke it and issue a new one.", ...link));
    drawer.showModal();
  };
  body.addEventListener("click", (event) => {
    const line = event.target.closest("tr[data-at]");
    if (line) open(Number(line.dataset.at));
  });
  body.addEventListener("keydown", (event) => {
    const line = event.target.closest("tr[data-at]");
    if (!line) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(Number(line.dataset.at)); }
    const next = event.key === "ArrowDown" ? line.nextElementSibling : event.key === "ArrowUp" ? line.previousElementSibling : null;
    if (next) { event.preventDefault(); next.focus(); }
  });
  for (const cell of document.querySelectorAll("th[data-k]")) {
    const button = make("button", { type: "button" }, ...cell.childNodes);
    button.addEventListener("click", () => {
      descending = sort === cell.dataset.k && !descending;
      sort = cell.dataset.k;
      show();
    });
    cell.append(button);
  }
  for (const [family] of counted((it) => it.family)) one("family").append(make("option", { value: family }, families[family] ?? family));
  for (const rule of new Set(data.identities.flatMap((it) => it.breaches.map((breach) => breach.rule)))) one("breach").append(make("option", { value: rule }, rule));
  let typing = 0;
  one("filter").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(show, 120);
  });
  for (const id of ["family", "breach", "head"]) one(id).addEventListener("change", show);
  new IntersectionObserver((seen) => seen.some((it) => it.isIntersecting) && moreRows(), { rootMargin: "1000px" }).observe(one("end"));
  show();
})();
