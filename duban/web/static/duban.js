// Small help where scripts run; every page is complete without it.
"use strict";
(function () {
  // After a refused form the summary is read first.
  var summary = document.querySelector(".summary");
  if (summary) summary.focus();

  // On a small screen the menu is one line; the present place is in sight.
  var here = document.querySelector(".top nav [aria-current]");
  if (here) { var menu = here.closest("nav"); menu.scrollLeft = here.offsetLeft - menu.offsetLeft; }

  // A button that was pressed is not pressed twice by mistake.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // Keys press what bears them: <button data-key="1">, <a data-key="j">.
  document.addEventListener("keydown", function (event) {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable) return;
    var target = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
    if (target) { event.preventDefault(); target.focus(); target.click(); }
  });

  // "All" ticks every box of its table.
  document.querySelectorAll("input[data-all]").forEach(function (all) {
    all.hidden = false;
    all.addEventListener("change", function () {
      document.querySelectorAll('input[name="' + all.dataset.all + '"]').forEach(function (box) { box.checked = all.checked; });
    });
  });

  // Copying a text that stands on the page.
  document.querySelectorAll("button[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var source = document.getElementById(button.dataset.copy);
      if (navigator.clipboard) navigator.clipboard.writeText(source.textContent);
      else { var range = document.createRange(); range.selectNodeContents(source); var chosen = getSelection(); chosen.removeAllRanges(); chosen.addRange(range); document.execCommand("copy"); }
    });
  });
})();
