/* Forms of the portal with script: typed text is kept in the tab until the server has saved it, files go up in
   pieces and go on after a broken line. Without this file every form works by itself. */
(function () {
  "use strict";

  /* -- typed text ------------------------------------------------------------------------------ */
  var PREFIX = "yichuang-typed:";

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name && one.name !== "csrfmiddlewaretoken" && ["hidden", "file", "submit", "button", "password"].indexOf(one.type) < 0;
    });
  }

  function read(form) {
    var typed = {};
    fields(form).forEach(function (one) {
      if (one.type === "checkbox" || one.type === "radio") {
        typed[one.name] = typed[one.name] || [];
        if (one.checked) typed[one.name].push(one.value);
      } else {
        typed[one.name] = one.value;
      }
    });
    return typed;
  }

  function write(form, typed) {
    var changed = false;
    fields(form).forEach(function (one) {
      if (!(one.name in typed)) return;
      var value = typed[one.name];
      if (one.type === "checkbox" || one.type === "radio") {
        var checked = Array.isArray(value) && value.indexOf(one.value) >= 0;
        changed = changed || one.checked !== checked;
        one.checked = checked;
      } else if (typeof value === "string" && one.value !== value) {
        one.value = value;
        changed = true;
      }
    });
    return changed;
  }

  function keep(form) {
    var name = PREFIX + form.dataset.keep;
    var waiting;
    function store() {
      try {
        sessionStorage.setItem(name, JSON.stringify({ version: form.dataset.version || "", typed: read(form) }));
      } catch (full) {
        /* A full or forbidden store: the form itself still holds what was typed. */
      }
    }
    var kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(name) || "null");
    } catch (broken) {
      kept = null;
    }
    if (kept && kept.version === (form.dataset.version || "")) {
      var note = document.getElementById(form.dataset.note || "");
      if (write(form, kept.typed) && note) note.hidden = false;
    } else if (kept) {
      sessionStorage.removeItem(name);
    }
    var touched = false;
    form.addEventListener("input", function (event) {
      /* A file is no typed text, and sending it sets its own way of handing in. */
      if (event.target.type === "file") return;
      touched = true;
      clearTimeout(waiting);
      waiting = setTimeout(store, 300);
    });
    form.addEventListener("submit", store);
    window.addEventListener("pagehide", function () {
      if (touched) store();
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-keep]"), keep);
  /* What has been handed in is kept no longer on a machine that others may use. */
  Array.prototype.forEach.call(document.querySelectorAll("[data-forget]"), function (one) {
    Object.keys(sessionStorage).forEach(function (name) {
      if (name.indexOf(PREFIX + one.dataset.forget) === 0) sessionStorage.removeItem(name);
    });
  });

  /* A second press of the same button sends nothing more; the server holds to that by itself as well. */
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) return;
    if (event.target.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (event.target.method === "post") event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-sent]"), function (form) {
      delete form.dataset.sent;
    });
  });

  /* -- files in pieces ------------------------------------------------------------------------- */
  var TRIES = 5;
  var PIECE = 256 * 1024;

  function token() {
    var field = document.querySelector("input[name=csrfmiddlewaretoken]");
    return field ? field.value : "";
  }

  function ask(address, body, headers) {
    return fetch(address, {
      method: "POST",
      body: body,
      credentials: "same-origin",
      headers: Object.assign({ "X-CSRFToken": token(), Accept: "application/json" }, headers || {}),
    }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      if (!json) throw new Error("");
      return answer.json().then(function (told) {
        told.refused = !answer.ok;
        return told;
      });
    });
  }

  function wait(milliseconds) {
    return new Promise(function (done) {
      setTimeout(done, milliseconds);
    });
  }

  function upload(part) {
    var input = part.querySelector("input[type=file]");
    var button = part.querySelector("button");
    var words = part.dataset;
    var bar = document.createElement("progress");
    var said = document.createElement("p");
    var again = document.createElement("button");
    bar.max = 100;
    bar.hidden = true;
    bar.setAttribute("aria-label", words.label);
    said.setAttribute("role", "status");
    said.className = "saved-note";
    again.type = "button";
    again.className = "btn btn-outline-primary";
    again.textContent = words.again;
    again.hidden = true;
    part.appendChild(bar);
    part.appendChild(said);
    part.appendChild(again);
    if (!window.fetch || !window.Promise) return;
    if (button) button.hidden = true;
    var begun = null;

    function fail(text) {
      said.className = "field-fault";
      said.textContent = text || words.failed;
      again.hidden = false;
      input.disabled = false;
    }

    function pieces(file, state, tries) {
      if (state.offset >= file.size) return ask(state.finish, new FormData());
      var piece = file.slice(state.offset, state.offset + (state.piece || PIECE));
      return ask(state.address, piece, { "Content-Type": "application/octet-stream", "X-Upload-Offset": String(state.offset) }).then(
        function (told) {
          if (told.refused && typeof told.offset !== "number") return told;
          state.offset = told.offset;
          bar.value = Math.round((100 * state.offset) / file.size);
          said.textContent = words.label + " " + bar.value + "%";
          return pieces(file, state, 0);
        },
        function (broken) {
          if (tries >= TRIES) throw broken;
          said.textContent = words.waiting;
          return wait(1000 * Math.pow(2, tries)).then(function () {
            return pieces(file, state, tries + 1);
          });
        }
      );
    }

    /* The file settles how its material is handed in, as it does on the server where nobody has chosen. */
    function settle() {
      var ways = part.parentNode.querySelectorAll("input[type=radio]");
      var none = Array.prototype.every.call(ways, function (one) { return !one.checked; });
      Array.prototype.forEach.call(ways, function (one) {
        if (!none || one.value !== "upload") return;
        one.checked = true;
        one.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }

    function send() {
      var file = input.files[0];
      if (!file) return;
      again.hidden = true;
      bar.hidden = false;
      input.disabled = true;
      said.className = "saved-note";
      said.textContent = words.label;
      var same = begun && begun.name === file.name && begun.size === file.size;
      var start;
      if (same) {
        start = Promise.resolve(begun);
      } else {
        var form = new FormData();
        form.append("material", words.material);
        form.append("name", file.name);
        form.append("size", String(file.size));
        form.append("fingerprint", file.size + "-" + file.lastModified);
        start = ask(words.begin, form);
      }
      start
        .then(function (told) {
          if (told.refused) return told;
          begun = told;
          begun.name = file.name;
          begun.size = file.size;
          return pieces(file, begun, 0);
        })
        .then(function (told) {
          if (told.refused) {
            begun = null;
            bar.hidden = true;
            input.value = "";
            fail(told.reason);
            again.hidden = true;
            return;
          }
          begun = null;
          said.textContent = words.done;
          settle();
          location.reload();
        })
        .catch(function () {
          fail("");
        });
    }

    input.addEventListener("change", send);
    again.addEventListener("click", send);
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-upload]"), upload);
})();
