"use strict";
(function () {
  var root = document.documentElement, dark = window.matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("js");
  function speak(lang) { root.dataset.lang = lang; root.lang = lang === "en" ? "en" : "zh-CN"; }
  document.querySelector(".switches").hidden = false;
  document.getElementById("lang").addEventListener("click", function () {
    speak(root.dataset.lang === "en" ? "zh" : "en");
  });
  document.getElementById("theme").addEventListener("click", function () {
    var now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  function show() {
    var id = decodeURIComponent(location.hash.slice(1));
    if (id === "en" || id === "zh") { speak(id); return; }
    var goal = id && document.getElementById(id);
    if (!goal) { return; }
    for (var box = goal; box; box = box.parentElement) {
      if (box.tagName === "DETAILS") { box.open = true; }
    }
    goal.scrollIntoView({ block: "center" });
  }
  window.addEventListener("hashchange", show);
  show();
  var shut = [];
  window.addEventListener("beforeprint", function () {
    shut = Array.prototype.filter.call(document.querySelectorAll("details"), function (d) { return !d.open; });
    shut.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () { shut.forEach(function (d) { d.open = false; }); });
})();
