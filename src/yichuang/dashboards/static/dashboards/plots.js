// Draws the charts of a page over what stands there without script, from the same numbers as their tables.
"use strict";
(() => {
  const self = document.currentScript;
  const style = getComputedStyle(document.documentElement);
  const ink = name => style.getPropertyValue(name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const cards = ["--card-none", "--card-reminder", "--card-yellow", "--card-red"].map(ink);
  const series = [0, 1, 2, 3, 4].map(at => ink(`--series-${at}`));
  const strokes = ["solid", "dashed", "dotted", [9, 3, 2, 3], [4, 4]];
  const marks = ["circle", "rect", "triangle", "diamond", "pin"];
  const steps = ["#eef3fa", "#cfdef1", "#a9c4e6", "#2f65a8", "#173c6d"];
  const base = parseFloat(style.fontSize) || 16;
  const small = Math.round(base * 0.8125);
  const words = { fontFamily: ink("--family"), fontSize: small, color: ink("--ink") };
  const charts = [];

  const say = (value, plot) =>
    value === null || value === undefined ? "—" : plot.percent ? `${value.toFixed(1)}%` : value.toLocaleString("en-US");
  const plain = text => String(text).replace(/[&<>"]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

  const common = plot => ({
    animation: !still,
    animationDuration: 300,
    textStyle: words,
    color: plot.cards ? cards : series,
    aria: { enabled: true, label: { description: [plot.title, plot.description].filter(Boolean).join("。") }, decal: { show: plot.kind === "stack" } },
    tooltip: { trigger: plot.kind === "heat" || plot.kind === "map" ? "item" : "axis", confine: true, axisPointer: { type: plot.kind === "lines" ? "line" : "shadow" } },
    legend: plot.series.length > 1 && plot.kind !== "heat" ? { top: 0, textStyle: words } : undefined,
  });
  // On a phone the legend takes two lines.
  const legendRoom = width => base * (width < base * 28 ? 3.75 : 2.25);
  const axisTooltip = plot => given =>
    `${plain(given[0].axisValueLabel)}<br>` +
    given.map(one => `${one.marker}${plain(one.seriesName)} <b>${say(one.value, plot)}</b>`).join("<br>");

  const drawn = {
    lines: (plot, width) => ({
      ...common(plot),
      tooltip: { ...common(plot).tooltip, formatter: axisTooltip(plot) },
      grid: { left: 8, right: 16, top: plot.series.length > 1 ? legendRoom(width) : 16, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: plot.labels, axisLabel: { ...words, hideOverlap: true }, boundaryGap: false },
      yAxis: { type: "value", min: plot.percent ? found => Math.max(0, Math.floor((found.min - 2) / 5) * 5) : 0, max: plot.percent ? 100 : undefined, minInterval: plot.percent ? 0 : 1, axisLabel: { ...words, formatter: value => say(value, { ...plot, percent: false }) + (plot.percent ? "%" : "") } },
      series: plot.series.map((one, at) => ({ type: "line", name: one.label, data: one.values, symbol: marks[at], symbolSize: 7, connectNulls: false, lineStyle: { type: strokes[at], width: 2 } })),
    }),
    stack: (plot, width) => ({
      ...common(plot),
      tooltip: { ...common(plot).tooltip, formatter: axisTooltip(plot) },
      grid: { left: 8, right: 48, top: legendRoom(width), bottom: 8, containLabel: true },
      xAxis: { type: "value", minInterval: 1, axisLabel: { ...words, hideOverlap: true } },
      yAxis: { type: "category", inverse: true, data: plot.labels, axisLabel: { ...words, width: base * 9, overflow: "truncate" }, triggerEvent: true },
      series: plot.series.map((one, at) => ({
        type: "bar", stack: "all", name: one.label, data: one.values, barMaxWidth: 22, cursor: plot.hrefs.length ? "pointer" : "default",
        label: at === plot.series.length - 1 ? { show: true, position: "right", color: words.color, fontSize: small, formatter: given => say(plot.series.reduce((sum, row) => sum + (row.values[given.dataIndex] || 0), 0), plot) } : { show: false },
      })),
    }),
    heat: (plot, width) => {
      const most = Math.max(1, ...plot.series.flatMap(one => one.values));
      const room = (width - base * 9) / plot.labels.length;
      return {
        ...common(plot),
        tooltip: { ...common(plot).tooltip, formatter: given => `${plain(plot.series[given.value[1]].label)} ${plain(plot.labels[given.value[0]])} <b>${say(given.value[2], plot)}</b>` },
        grid: { left: 8, right: 8, top: 8, bottom: 64, containLabel: true },
        xAxis: { type: "category", data: plot.labels, axisLabel: { ...words, hideOverlap: true }, splitArea: { show: true } },
        yAxis: { type: "category", inverse: true, data: plot.series.map(one => one.label), axisLabel: { ...words, width: base * 8, overflow: "truncate" } },
        visualMap: { min: 0, max: most, calculable: false, orient: "horizontal", left: "center", bottom: 0, inRange: { color: steps }, textStyle: words, text: [say(most, plot), "0"] },
        series: [{
          type: "heatmap", cursor: plot.hrefs.length ? "pointer" : "default",
          data: plot.series.flatMap((one, down) => one.values.map((value, across) => [across, down, value])),
          itemStyle: { borderColor: ink("--paper"), borderWidth: 1 },
          // Shade alone says nothing to some: the number stands in the field where there is room for it.
          label: { show: room > small * 2, fontSize: small, formatter: given => (given.value[2] ? say(given.value[2], plot) : "") },
        }],
      };
    },
    map: plot => {
      const values = plot.places.map((one, at) => ({ ...one, value: plot.series[0].values[at] }));
      const shapes = values.filter(one => one.shape);
      const points = values.filter(one => one.mark);
      const by = Object.fromEntries(shapes.map(one => [one.shape, one]));
      const known = values.map(one => one.value).filter(value => value !== null);
      const least = known.length ? Math.min(...known) : 0;
      const most = known.length ? Math.max(...known) : 1;
      return {
        ...common(plot),
        legend: undefined,
        tooltip: {
          ...common(plot).tooltip,
          formatter: given => {
            const one = by[given.name] || points.find(point => point.code === given.name);
            return one ? `${plain(one.name)} <b>${say(one.value, plot)}</b>` : "";
          },
        },
        visualMap: { min: least, max: most > least ? most : least + 1, orient: "horizontal", left: "center", bottom: 0, seriesIndex: 0, inRange: { color: steps }, textStyle: words, text: [say(most, plot), say(least, plot)], calculable: false, itemHeight: 120 },
        geo: { map: "ankang", nameProperty: "code", roam: false, tooltip: { show: true }, emphasis: { label: { show: false }, itemStyle: { borderWidth: 2 } }, select: { disabled: true }, aspectScale: 0.84, left: 8, right: 8, top: 8, bottom: 40, itemStyle: { areaColor: ink("--neutral-pale"), borderColor: ink("--ink-soft") }, label: { show: false } },
        series: [
          {
            type: "map", map: "ankang", nameProperty: "code", geoIndex: 0, cursor: "pointer",
            data: shapes.map(one => ({ name: one.shape, value: one.value, title: one.name, number: one.value })),
          },
          {
            // Names and numbers stand above the shades, light on the dark ones.
            type: "scatter", coordinateSystem: "geo", symbolSize: 1, silent: true, itemStyle: { color: "transparent" },
            data: echarts.getMap("ankang").geoJSON.features.filter(one => by[one.properties.code]).map(one => {
              const place = by[one.properties.code];
              const dark = place.value !== null && most > least && (place.value - least) / (most - least) > 0.62;
              return { value: one.properties.cp, title: place.name, number: place.value, short: place.short, label: { color: dark ? "#fff" : "#10202f" } };
            }),
            label: { show: true, position: "inside", fontSize: small, lineHeight: small * 1.25, formatter: given => `${given.data.short}\n${say(given.data.number, plot)}` },
          },
          {
            type: "scatter", coordinateSystem: "geo", symbolSize: 10, itemStyle: { color: ink("--red"), borderColor: "#fff", borderWidth: 1 }, cursor: "pointer",
            data: points.map(one => ({ name: one.code, value: one.mark, title: one.name, short: one.short, number: one.value })),
            label: { show: true, position: "right", fontSize: small, color: "#10202f", backgroundColor: "rgba(255, 255, 255, .8)", padding: [1, 3], formatter: given => `${given.data.short} ${say(given.data.number, plot)}` },
          },
        ],
      };
    },
  };

  const onward = plot => given => {
    let href = "";
    if (plot.kind === "map") {
      // The shapes belong to the map itself, the dots to their own series; both are called by a code.
      const found = plot.places.find(one => one.shape === given.name || (one.mark && one.code === given.name));
      href = found && found.href;
    } else if (plot.kind === "heat") {
      href = given.value && plot.hrefs[given.value[1]];
    } else if (plot.kind === "stack") {
      href = plot.hrefs[given.componentType === "yAxis" ? plot.labels.indexOf(given.value) : given.dataIndex];
    }
    if (href) location.assign(href);
  };

  const draw = figure => {
    const plot = JSON.parse(document.getElementById(figure.dataset.plot).textContent);
    const room = figure.querySelector(".plot-canvas");
    const rows = plot.kind === "heat" ? plot.series.length : plot.labels.length;
    if (plot.kind === "heat" || plot.kind === "stack") room.style.setProperty("--plot-height", `${Math.max(12, rows * 2 + 6)}rem`);
    room.hidden = false;
    figure.classList.add("plot-drawn");
    const chart = echarts.init(room, null, { renderer: "svg" });
    chart.setOption(drawn[plot.kind](plot, room.clientWidth));
    chart.on("click", onward(plot));
    charts.push([chart, plot, room]);
  };

  const begin = async () => {
    const figures = [...document.querySelectorAll("[data-plot]")];
    if (figures.some(one => one.classList.contains("plot-map"))) {
      try {
        const answer = await fetch(self.dataset.borders);
        echarts.registerMap("ankang", await answer.json());
      } catch {
        // Without the borders the drawing that is there already stays.
        figures.splice(0, figures.length, ...figures.filter(one => !one.classList.contains("plot-map")));
      }
    }
    // A chart below the window is drawn when it comes near: a phone does not draw six at once.
    const near = new IntersectionObserver(seen => {
      for (const one of seen) {
        if (one.isIntersecting) {
          near.unobserve(one.target);
          draw(one.target);
        }
      }
    }, { rootMargin: "400px" });
    figures.forEach(one => near.observe(one));
    let waiting = 0;
    addEventListener("resize", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => charts.forEach(([chart, plot, room]) => {
        chart.resize();
        chart.setOption(drawn[plot.kind](plot, room.clientWidth));
      }), 150);
    });
  };
  if (window.echarts) begin();
})();
