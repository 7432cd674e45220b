// Keeps the wall fresh: hears what is found, asks for the numbers, and writes both into places that are there already.
// Nothing is ever added: lists have a fixed number of lines, charts a fixed number of points, so a day changes no size.
"use strict";
(() => {
  const self = document.currentScript;
  const PATIENCE = 15_000; // between two questions for the numbers
  const SOON = 3_000; // after news, so that a hundred at once cost one question
  const SILENT = 30_000; // without a beat from the stream we poll
  const colours = { none: "#a9bacf", reminder: "#6ea8ff", yellow: "#ffc94d", red: "#ff7a70" };
  const order = ["none", "reminder", "yellow", "red"];
  const strokes = ["solid", "dashed", "dotted", [9, 3, 2, 3]];
  const state = document.getElementById("wall-state");
  const word = document.getElementById("wall-state-word");
  const at = document.getElementById("wall-at");
  const news = document.getElementById("wall-news");
  const rules = document.getElementById("wall-rules");
  const places = JSON.parse(document.getElementById("wall-places").textContent);
  const LINES = 12;
  const RULES = 8;
  let charts = null;
  let asking = 0;
  let heardAt = 0;
  let updates = 0;

  const write = (node, text) => {
    if (node && node.textContent !== String(text)) node.textContent = text;
  };
  const line = (list, at, parts) => {
    let row = list.children[at];
    if (!row) {
      row = list.appendChild(document.createElement("li"));
      for (const name of parts) row.appendChild(document.createElement("span")).className = name;
    }
    return row;
  };

  const tiles = (name, given) => {
    const held = document.querySelector(`[data-tiles="${name}"]`);
    for (const one of given) write(held.querySelector(`[data-key="${one.key}"]`), one.value);
  };
  const counties = given => {
    for (const one of given) {
      const row = document.querySelector(`[data-county="${one.code}"]`);
      if (row) for (const cell of row.querySelectorAll("[data-field]")) write(cell, one[cell.dataset.field]);
    }
  };
  const ranked = given => {
    for (let place = 0; place < RULES; place++) {
      const one = given[place];
      if (!one && !rules.children[place]) break;
      const row = line(rules, place, ["rule-title", "rule-count"]);
      row.hidden = !one;
      if (one) {
        write(row.children[0], one.title);
        write(row.children[1], one.count);
      }
    }
  };
  const shownNews = [];
  const tell = given => {
    const fresh = new Set(shownNews);
    for (let place = 0; place < LINES; place++) {
      const one = given[place];
      if (!one && !news.children[place]) break;
      const row = line(news, place, ["news-word", "news-rule", "news-place", "news-when"]);
      row.hidden = !one;
      if (!one) continue;
      row.className = `news news-${one.colour}${shownNews.length && !fresh.has(one.id) ? " news-fresh" : ""}`;
      [one.word, one.rule, one.office ? `${one.place} · ${one.office}` : one.place, one.when].forEach((text, part) => write(row.children[part], text));
    }
    shownNews.length = 0;
    for (const one of given.slice(0, LINES)) shownNews.push(one.id);
  };

  const axis = { axisLabel: { color: "#a9bacf", hideOverlap: true }, axisLine: { lineStyle: { color: "#24364d" } }, splitLine: { lineStyle: { color: "#24364d" } } };
  const prepare = async () => {
    if (!window.echarts) return null;
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const text = { color: "#eaf1fa", fontSize: size * 0.9, fontFamily: getComputedStyle(document.body).fontFamily };
    const made = {};
    const plain = { animation: false, textStyle: text, aria: { enabled: true } };
    made.trend = echarts.init(document.getElementById("wall-trend"));
    made.trend.setOption({
      ...plain,
      legend: { top: 0, textStyle: text, itemHeight: size * 0.7 },
      grid: { left: 4, right: 12, top: size * 2.2, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: [], ...axis },
      yAxis: { type: "value", minInterval: 1, ...axis },
      series: [],
    });
    made.pace = echarts.init(document.getElementById("wall-pace"));
    made.pace.setOption({
      ...plain,
      grid: { left: 4, right: 12, top: size * 0.8, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: [], ...axis },
      yAxis: { type: "value", max: 100, min: found => Math.max(0, Math.floor((found.min - 2) / 5) * 5), ...axis, axisLabel: { ...axis.axisLabel, formatter: "{value}%" } },
      series: [],
    });
    try {
      const answer = await fetch(self.dataset.borders);
      const borders = await answer.json();
      echarts.registerMap("ankang", borders);
      const room = document.getElementById("wall-map");
      room.replaceChildren();
      made.map = echarts.init(room);
      made.at = Object.fromEntries(borders.features.map(one => [one.properties.code, one.properties.cp]));
      made.words = { ...text, fontSize: size * 1.1, lineHeight: size * 1.4, textBorderColor: "#0b1420", textBorderWidth: 3 };
      made.map.setOption({
        ...plain,
        visualMap: { min: 0, max: 1, seriesIndex: 0, left: 0, bottom: 0, itemHeight: size * 5, inRange: { color: ["#17304d", "#2c629f", "#b5472f", "#e02f2f"] }, textStyle: text },
        geo: { map: "ankang", nameProperty: "code", silent: true, aspectScale: 0.84, left: 8, right: 8, top: 8, bottom: 8, itemStyle: { areaColor: "#18283c", borderColor: "#4a6485" }, label: { show: false } },
        series: [],
      });
    } catch {
      // The map that came with the page stays.
    }
    return made;
  };

  const draw = given => {
    if (!charts) return;
    charts.trend.setOption({
      xAxis: { data: given.trend.labels },
      series: given.trend.series.map((one, place) => ({ id: order[place], type: "line", name: one.label, data: one.values, symbol: "none", lineStyle: { width: 2, type: strokes[place], color: colours[order[place]] }, itemStyle: { color: colours[order[place]] } })),
    });
    charts.pace.setOption({
      xAxis: { data: given.pace.labels },
      series: [{ id: "pace", type: "line", data: given.pace.values, symbol: "none", areaStyle: { opacity: 0.2 }, lineStyle: { width: 2, color: "#5fd49a" }, itemStyle: { color: "#5fd49a" } }],
    });
    if (!charts.map) return;
    const values = Object.fromEntries(given.counties.map(one => [one.code, one.value]));
    const shapes = places.filter(one => one.shape);
    const most = Math.max(1, ...given.counties.map(one => one.value));
    charts.map.setOption({
      visualMap: { max: most, text: [String(most), "0"] },
      series: [
        { id: "shapes", type: "map", map: "ankang", nameProperty: "code", geoIndex: 0, data: shapes.map(one => ({ name: one.shape, value: values[one.code] })) },
        {
          id: "names", type: "scatter", coordinateSystem: "geo", symbolSize: 1, silent: true, itemStyle: { color: "transparent" },
          data: shapes.map(one => ({ value: charts.at[one.shape], label: { formatter: `${one.short}\n${values[one.code]}` } })),
          label: { show: true, position: "inside", ...charts.words },
        },
        {
          id: "marks", type: "scatter", coordinateSystem: "geo", symbolSize: 9, silent: true, itemStyle: { color: "#ffc94d" },
          data: places.filter(one => one.mark).map(one => ({ value: one.mark, label: { formatter: `${one.short} ${values[one.code]}` } })),
          label: { show: true, position: "right", ...charts.words },
        },
      ],
    });
  };

  // The one way by which anything new comes onto the screen; a test drives the same.
  const update = given => {
    updates += 1;
    write(at, given.at);
    tiles("today", given.today);
    tiles("tiles", given.tiles);
    counties(given.counties);
    ranked(given.rules);
    tell(given.newest);
    draw(given);
  };

  const stand = name => {
    state.classList.toggle("is-live", name === "live");
    state.classList.toggle("is-lost", name === "lost");
    write(word, state.dataset[name]);
  };
  const ask = async () => {
    try {
      const answer = await fetch(self.dataset.data, { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.redirected || answer.status === 403) return location.reload();
      update(await answer.json());
      stand(Date.now() - heardAt < SILENT ? "live" : "polling");
    } catch {
      stand("lost");
    }
    next(PATIENCE);
  };
  const next = wait => {
    clearTimeout(asking);
    asking = setTimeout(ask, wait);
  };

  const listen = () => {
    if (!self.dataset.stream || !window.EventSource) return;
    // The browser connects again by itself; what was missed is in the next snapshot.
    const stream = new EventSource(self.dataset.stream, { withCredentials: true });
    const heard = () => {
      heardAt = Date.now();
      stand("live");
    };
    stream.addEventListener("open", heard);
    stream.addEventListener("beat", heard);
    stream.addEventListener("finding", () => {
      heard();
      next(SOON);
    });
  };

  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => charts && ["trend", "pace", "map"].forEach(name => charts[name] && charts[name].resize()), 200);
  });
  const begin = async () => {
    charts = await prepare();
    update(JSON.parse(document.getElementById("wall-snapshot").textContent));
    next(PATIENCE);
    listen();
    window.yichuangWall = { update, ask, ready: true, updates: () => updates };
  };
  begin();
})();
