"use strict";
(function () {
  var root = document.documentElement;
  var data = JSON.parse(document.getElementById("data").textContent);
  var charts = {}, metric = { ageing: "balance" }, printing = false;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("js");

  function lang() { return root.dataset.lang === "en" ? 1 : 0; }
  function color(name) { return getComputedStyle(root).getPropertyValue("--" + name).trim(); }
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }
  function short(value) {
    var steps = lang() ? [[1e9, "B"], [1e6, "M"], [1e3, "K"]] : [[1e8, "亿"], [1e4, "万"]];
    for (var i = 0; i < steps.length; i++) {
      if (Math.abs(value) >= steps[i][0]) { return +(value / steps[i][0]).toPrecision(3) + steps[i][1]; }
    }
    return String(value);
  }
  function percent(bp) { return bp == null ? null : bp / 100; }
  function narrow(id) { return document.getElementById("c-" + id).clientWidth < 520; }

  function base() {
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: color("muted") },
      grid: { left: 8, right: 14, top: 34, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        trigger: "axis", confine: true, backgroundColor: color("surface"), borderColor: color("line"),
        textStyle: { color: color("ink"), fontSize: 12 }, axisPointer: { lineStyle: { color: color("faint") } }
      },
      legend: {
        top: 0, left: 0, itemWidth: 14, itemHeight: 8, icon: "roundRect", type: "scroll",
        textStyle: { color: color("muted"), fontSize: 12 }, pageTextStyle: { color: color("muted") }, pageIconColor: color("accent")
      }
    };
  }
  function days(list) {
    return {
      type: "category", data: list, boundaryGap: false, axisTick: { show: false },
      axisLine: { lineStyle: { color: color("line") } },
      axisLabel: { color: color("muted"), hideOverlap: true, formatter: function (d) { return d.slice(0, 7); } }
    };
  }
  function scale(label) {
    return {
      type: "value", splitNumber: 4, axisLabel: { color: color("muted"), formatter: label },
      splitLine: { lineStyle: { color: color("line") } }
    };
  }
  function shares(spec, colors) {
    var o = base();
    o.xAxis = days(spec.days);
    o.yAxis = scale("{value}%");
    o.tooltip.valueFormatter = function (v) { return v == null ? "–" : v.toFixed(2) + "%"; };
    o.series = spec.lines.map(function (line, n) {
      return {
        type: "line", name: line.name[lang()], data: line.values.map(percent), showSymbol: spec.days.length < 3,
        symbol: "circle", symbolSize: 5, lineStyle: { width: 2, type: line.dashed ? "dashed" : "solid" }, itemStyle: { color: color(colors[n]) }, connectNulls: false
      };
    });
    return o;
  }

  var draw = {
    ageing: function () {
      var o = base(), spec = data.ageing, which = metric.ageing;
      delete o.legend;
      o.grid.top = 24;
      o.xAxis = {
        type: "category", data: spec.keys.map(function (k) { return k[lang()]; }), axisTick: { show: false },
        axisLine: { lineStyle: { color: color("line") } },
        axisLabel: { color: color("muted"), interval: 0, lineHeight: 16, formatter: function (k) { var at = k.indexOf(" "); return narrow("ageing") ? k.slice(0, at) : k.slice(0, at) + "\n" + k.slice(at + 1); } }
      };
      o.yAxis = scale(short);
      o.tooltip.valueFormatter = function (v) { return v.toLocaleString() + (which === "balance" ? " " + data.currency : ""); };
      o.tooltip.axisPointer = { type: "none" };
      o.series = [{
        type: "bar", name: which === "balance" ? ["余额", "Balance"][lang()] : ["户数", "Accounts"][lang()], barMaxWidth: 54,
        data: spec[which].map(function (v, n) { return { value: v, itemStyle: { color: color("m" + (n + 1)), borderRadius: [3, 3, 0, 0] } }; }),
        label: { show: true, position: "top", color: color("ink"), fontSize: 11.5, formatter: function (p) { return which === "balance" ? short(p.value) : p.value.toLocaleString(); } }
      }];
      return o;
    },
    trend: function () { return shares(data.trend, ["m2", "m5", "accent"]); },
    rolls: function () { return shares(data.rolls, ["m0", "m1", "m3", "m5"]); },
    size: function () {
      var o = base(), spec = data.size, balance = ["余额", "Balance"][lang()];
      delete o.legend;
      o.grid.top = 16;
      o.xAxis = days(spec.days);
      o.yAxis = scale(short);
      o.tooltip.valueFormatter = function (v) { return v.toLocaleString(); };
      o.series = [{
        type: "line", name: balance, data: spec.balance, showSymbol: spec.days.length < 3, symbol: "circle",
        lineStyle: { width: 2 }, itemStyle: { color: color("accent") }, areaStyle: { opacity: 0.12 }
      }];
      return o;
    },
    vintage: function () {
      var o = base(), list = data.vintage, last = 0;
      list.forEach(function (v) { v.points.forEach(function (p) { last = Math.max(last, p[0]); }); });
      o.xAxis = {
        type: "value", min: 0, max: last, name: "", splitLine: { show: false }, interval: last > 30 ? 12 : last > 12 ? 6 : 3,
        axisLine: { show: true, lineStyle: { color: color("line") } }, axisTick: { show: false },
        axisLabel: { color: color("muted"), hideOverlap: true, formatter: function (m) { return lang() ? m + " m" : m + "月"; } }
      };
      o.yAxis = scale("{value}%");
      o.tooltip.valueFormatter = function (v) { return v == null ? "–" : v.toFixed(2) + "%"; };
      o.series = list.map(function (v, n) {
        return {
          type: "line", name: v.name, data: v.points.map(function (p) { return [p[0], p[1] / 100]; }), showSymbol: false, symbol: "circle",
          lineStyle: { width: n === list.length - 1 ? 2.6 : 1.6 }, itemStyle: { color: color("accent"), opacity: 0.3 + 0.7 * (n + 1) / list.length }
        };
      });
      o.series.forEach(function (s) { s.lineStyle.opacity = s.itemStyle.opacity; });
      return o;
    }
  };

  function paint() {
    each("[data-chart]", function (box) {
      var id = box.dataset.chart;
      if (!charts[id]) { charts[id] = echarts.init(box, null, { renderer: "svg" }); }
      charts[id].setOption(draw[id](), true);
      var svg = box.querySelector("svg");
      if (svg) {
        svg.setAttribute("viewBox", "0 0 " + charts[id].getWidth() + " " + charts[id].getHeight());
        svg.setAttribute("aria-hidden", "true");
      }
    });
  }
  function refit() {
    var changed = false;
    each("[data-chart]", function (box) {
      var chart = charts[box.dataset.chart];
      if (!printing && box.clientWidth && (chart.getWidth() !== box.clientWidth || chart.getHeight() !== box.clientHeight)) {
        chart.resize();
        changed = true;
      }
    });
    if (changed) { paint(); }
  }
  function press(group, metricName) {
    each('.segments[data-for="' + group + '"] button', function (b) {
      b.setAttribute("aria-pressed", String(b.dataset.metric === metricName));
    });
    if (group === "matrix") {
      each(".matrix", function (m) { m.classList.toggle("on", m.dataset.measure === metricName); });
    } else {
      metric[group] = metricName;
      paint();
    }
  }

  each("[hidden]", function (e) { e.hidden = false; });
  each(".segments button", function (b) {
    b.addEventListener("click", function () { press(b.parentNode.dataset.for, b.dataset.metric); });
  });
  each(".matrix", function (m, n) { m.classList.toggle("on", n === 0); });
  document.getElementById("lang").addEventListener("click", function () {
    root.dataset.lang = lang() ? "zh" : "en";
    root.lang = lang() ? "en" : "zh-CN";
    paint();
  });
  document.getElementById("theme").addEventListener("click", function () {
    var now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    paint();
  });
  dark.addEventListener("change", paint);
  var before = null;
  window.addEventListener("beforeprint", function () {
    printing = true;
    before = root.dataset.theme || "";
    root.dataset.theme = "light";
    paint();
  });
  window.addEventListener("afterprint", function () {
    if (before) { root.dataset.theme = before; } else { delete root.dataset.theme; }
    printing = false;
    paint();
  });
  if (location.hash === "#en" || location.hash === "#zh") { root.dataset.lang = location.hash.slice(1); root.lang = lang() ? "en" : "zh-CN"; }
  if (window.echarts) {
    paint();
    var later = 0, watch = new ResizeObserver(function () {
      clearTimeout(later);
      later = setTimeout(refit, 60);
    });
    each("[data-chart]", function (box) { watch.observe(box); });
  } else {
    root.classList.add("no-charts");
  }
})();
