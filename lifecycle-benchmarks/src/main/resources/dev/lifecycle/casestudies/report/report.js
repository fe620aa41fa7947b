
(() => {
  "use strict";
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const numbers = text => text === "" ? [] : text.split(",").map(Number);
  const fitted = box => ({ width: Math.max(220, box.clientWidth), height: 210 });
  const charts = [];

  const line = (label, name, points) => ({
    label, stroke: () => colour(name), width: 2, spanGaps: true, points: { show: points, size: 5, fill: () => colour(name) },
    value: (u, v) => v == null ? "-" : v.toLocaleString("en", { maximumFractionDigits: 1 }),
  });
  const axis = more => Object.assign({
    stroke: () => colour("--soft"), grid: { stroke: () => colour("--grid"), width: 1 }, ticks: { stroke: () => colour("--grid"), width: 1 },
    font: "12px system-ui, sans-serif",
  }, more);

  document.querySelectorAll(".plot").forEach(box => {
    const found = [numbers(box.dataset.foundX), numbers(box.dataset.foundY)];
    const ours = [numbers(box.dataset.oursX), numbers(box.dataset.oursY)];
    const few = Math.max(found[0].length, ours[0].length) < 60;
    const options = Object.assign(fitted(box), {
      scales: { x: { time: false }, y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      series: [
        { label: "Seconds", value: (u, v) => v == null ? "-" : v.toFixed(1) },
        line("As found", "--found", few),
        line("With lifecycle", "--ours", few),
      ],
      axes: [
        axis({ values: (u, all) => all.map(v => v + " s") }),
        axis({ size: 56, values: (u, all) => all.map(v => v.toLocaleString("en")) }),
      ],
      cursor: { drag: { x: true, y: false } },
    });
    const chart = new uPlot(options, uPlot.join([found, ours]), box);
    charts.push(chart);
    new ResizeObserver(() => chart.setSize(fitted(box))).observe(box);
  });

  const recolour = () => charts.forEach(chart => chart.redraw(false, true));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
})();
