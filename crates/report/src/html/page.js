"use strict";
(() => {
  const one = (id) => document.getElementById(id);
  const PAGE = 300;
  const body = one("rows");
  const rows = [...body.rows, ...one("rest").rows];
  const text = rows.map((row) => row.textContent.toLowerCase());
  const index = new Map(rows.map((row, at) => [row, at]));
  const keys = {
    severity: (row) => -row.dataset.s,
    what: (row) => row.dataset.r,
    where: (row) => row.dataset.p,
    secret: (row) => row.cells[3].textContent,
    status: (row) => row.dataset.t,
  };
  const groups = {
    rule: (row) => row.dataset.r,
    file: (row) => row.dataset.p,
    author: (row) => row.dataset.a || "no author known",
  };
  let waitingRows = [];
  const end = one("end");
  const more = () => {
    body.append(...waitingRows.splice(0, PAGE));
    end.hidden = waitingRows.length === 0;
  };
  let sort = null;
  let descending = false;

  const compare = (a, b) => (typeof a === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0);
  const isKept = (row) => {
    const words = one("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const least = Number(one("least").value);
    const status = one("status").value;
    return words.every((word) => text[index.get(row)].includes(word)) &&
      Number(row.dataset.s) >= least &&
      (status === "all" || (status === "open") === (row.dataset.t !== "suppressed"));
  };
  const heading = (name, count) => {
    const row = document.createElement("tr");
    row.className = "g";
    const cell = row.insertCell();
    cell.colSpan = 5;
    cell.textContent = `${name} (${count})`;
    return row;
  };
  const show = () => {
    const kept = rows.filter(isKept);
    if (sort) {
      const sign = descending ? -1 : 1;
      kept.sort((a, b) => sign * compare(keys[sort](a), keys[sort](b)) || index.get(a) - index.get(b));
    }
    const group = groups[one("group").value];
    const out = [];
    if (group) {
      const by = new Map();
      for (const row of kept) {
        const name = group(row);
        by.has(name) ? by.get(name).push(row) : by.set(name, [row]);
      }
      for (const [name, members] of [...by].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0]))) {
        out.push(heading(name, members.length), ...members);
      }
    } else {
      out.push(...kept);
    }
    body.replaceChildren();
    waitingRows = out;
    more();
    one("count").textContent = `${kept.length} of ${rows.length}`;
    for (const head of document.querySelectorAll("th[data-k]")) {
      if (head.dataset.k === sort) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  };

  for (const head of document.querySelectorAll("th[data-k]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      descending = sort === head.dataset.k && !descending;
      sort = head.dataset.k;
      show();
    });
    head.append(button);
  }
  let waiting = 0;
  one("filter").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
  for (const id of ["least", "status", "group"]) one(id).addEventListener("change", show);
  // Rows past the first page join as the end of the table comes into view.
  new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), { rootMargin: "1000px" }).observe(end);
  one("bar").hidden = false;
  show();
})();
