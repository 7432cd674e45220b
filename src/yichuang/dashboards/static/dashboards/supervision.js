/* Supervision's pages work without this file; with it, the desk hears of what is found as it is found. What is being
   read never moves: news is told in a line of its own, and comes into the list when its button is pressed. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var all = event.target.closest("[data-tick-all]");
    if (all) {
      Array.prototype.forEach.call(document.querySelectorAll("input[name='" + all.getAttribute("data-tick-all") + "']"), function (one) { one.checked = all.checked; });
    }
    if (event.target.closest("[data-print]")) { window.print(); }
  });

  /* A second press of one button sends nothing more. */
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") { return; }
    if (event.target.getAttribute("data-sent")) { event.preventDefault(); return; }
    event.target.setAttribute("data-sent", "1");
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-sent]"), function (form) { form.removeAttribute("data-sent"); });
  });

  var fault = document.querySelector(".error-summary");
  if (fault) { fault.focus(); }

  /* -- the desk -------------------------------------------------------------------------------------- */
  var bar = document.getElementById("live");
  if (!bar) { return; }
  var said = document.getElementById("live-state");
  var POLL = 10000, SILENCE = 25000, AGAIN = 30000, TOGETHER = 300;
  var heard = bar.getAttribute("data-after");
  var source = null, polling = null, silence = null, waiting = null, again = null;

  function say(state) {
    bar.setAttribute("data-state", state);
    var text = said.getAttribute("data-" + state);
    if (said.textContent !== text) { said.textContent = text; }
  }

  function ask() {
    var news = document.getElementById("news");
    if (news && window.htmx && !document.hidden) { window.htmx.trigger(news, "news"); }
  }

  function poll() {
    say("polling");
    if (!polling) { polling = setInterval(ask, POLL); ask(); }
  }

  function alive() {
    clearTimeout(silence);
    silence = setTimeout(poll, SILENCE);
    clearInterval(polling);
    polling = null;
    say("live");
  }

  function stop() {
    clearTimeout(silence);
    clearTimeout(again);
    clearInterval(polling);
    polling = null;
    if (source) { source.close(); }
  }

  function listen() {
    clearTimeout(again);
    if (!window.EventSource) { poll(); return; }
    source = new EventSource(bar.getAttribute("data-stream") + "?after=" + heard, { withCredentials: true });
    source.addEventListener("beat", alive);
    source.addEventListener("finding", function (event) {
      alive();
      heard = event.lastEventId;
      clearTimeout(waiting);
      waiting = setTimeout(ask, TOGETHER);
    });
    source.addEventListener("ended", function () { stop(); say("ended"); });
    source.onerror = function () {
      poll();
      /* The browser comes back by itself after a broken line, not after an answer that turned it away. */
      if (source.readyState === EventSource.CLOSED) { clearTimeout(again); again = setTimeout(listen, AGAIN); }
    };
  }

  document.addEventListener("visibilitychange", function () { if (!document.hidden) { ask(); } });
  document.addEventListener("htmx:sendError", function () { say("failed"); });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful && bar.getAttribute("data-state") === "failed") { say(polling ? "polling" : "live"); }
  });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", function (event) { if (event.persisted) { listen(); ask(); } });

  /* The list that takes the old one's place keeps what was ticked and chosen; one goes on reading at what is new. */
  var kept = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id !== "desk") { return; }
    var form = document.getElementById("bulk");
    kept = { ticked: Array.prototype.map.call(document.querySelectorAll("input[name=cards]:checked"), function (one) { return one.value; }), form: form };
  });
  document.addEventListener("htmx:afterSwap", function () {
    if (!kept) { return; }
    var old = kept;
    kept = null;
    old.ticked.forEach(function (number) {
      var one = document.querySelector("input[name=cards][value='" + number + "']");
      if (one) { one.checked = true; }
    });
    var form = document.getElementById("bulk");
    if (form && old.form) {
      Array.prototype.forEach.call(old.form.elements, function (one) {
        var fresh = one.id && form.querySelector("[id='" + one.id + "']");
        if (!fresh || one.type === "hidden") { return; }
        if (one.type === "radio" || one.type === "checkbox") { fresh.checked = one.checked; } else if ("value" in fresh && fresh.tagName !== "BUTTON") { fresh.value = one.value; }
      });
    }
    var first = document.querySelector("[data-new]") || document.getElementById("findings-heading");
    if (first) { first.focus(); }
  });

  listen();
})();
