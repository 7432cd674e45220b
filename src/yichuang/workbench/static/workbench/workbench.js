/* The workbench works without this file; with it, a template fills an opinion, Enter goes on to the next field, and
   a click prints. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-fill]");
    if (button) {
      event.preventDefault();
      var field = document.getElementById(button.getAttribute("data-fill"));
      if (field) {
        field.value = button.getAttribute("data-text");
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
      }
    }
    if (event.target.closest("[data-print]")) { window.print(); }
    var all = event.target.closest("[data-tick-all]");
    if (all) {
      Array.prototype.forEach.call(document.querySelectorAll("input[name='" + all.getAttribute("data-tick-all") + "']:not(:disabled)"), function (one) { one.checked = all.checked; });
    }
  });

  // At the window Enter goes on to the next field; only the button, or Ctrl+Enter, sends the form.
  document.addEventListener("keydown", function (event) {
    var form = event.target.form;
    if (event.key !== "Enter" || !form || !form.hasAttribute("data-enter")) { return; }
    if (event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
    if (["TEXTAREA", "BUTTON"].indexOf(event.target.tagName) >= 0 || event.target.type === "file") { return; }
    event.preventDefault();
    // A group of choices is one stop; files and side buttons are reached by Tab.
    var stops = Array.prototype.filter.call(form.elements, function (one, at, all) {
      if (one.disabled || ["hidden", "file", "fieldset"].indexOf(one.type) >= 0 || !one.offsetParent) { return false; }
      if (one.closest("details:not([open])")) { return false; }
      if (one.tagName === "BUTTON") { return one.value === "submit"; }
      if (one.type !== "radio" || one === event.target) { return true; }
      var group = form.elements[one.name];
      return event.target.name !== one.name && (one.checked || (group[0] === one && !group.value));
    });
    var next = stops[stops.indexOf(event.target) + 1];
    if (next) { next.focus(); if (next.select) { next.select(); } }
  });

  // An answer renews parts of the form: what was typed, ticked and chosen while it was on its way stays.
  // Noted before the swap: where two groups of choices of one name meet, the browser keeps one of them only.
  var before = [];
  document.addEventListener("htmx:beforeSwap", function (event) {
    var form = event.detail.target.closest("form[data-enter]");
    before = form ? Array.prototype.filter.call(form.elements, function (one) { return one.name && one.id && one.type !== "hidden"; }).map(function (one) {
      return { field: one, value: one.value, checked: one.checked };
    }) : [];
  });
  document.addEventListener("htmx:afterSwap", function () {
    before.forEach(function (old) {
      var fresh = old.field.isConnected ? null : document.getElementById(old.field.id);
      if (!fresh || fresh.type !== old.field.type) { return; }
      if (fresh.type === "file") { if (old.field.files.length) { fresh.replaceWith(old.field); } }
      else if (fresh.type === "checkbox" || fresh.type === "radio") { fresh.checked = old.checked; }
      else if (fresh.tagName !== "SELECT" || Array.prototype.some.call(fresh.options, function (one) { return one.value === old.value; })) { fresh.value = old.value; }
    });
    before = [];
  });

  var fault = document.querySelector(".error-summary, #changes");
  var first = document.querySelector("form[data-first] :is(input:checked, input:not([type=hidden]), select)");
  if (fault) { fault.focus(); } else if (first) { first.focus(); }
})();
