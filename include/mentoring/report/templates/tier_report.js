// Draws each chart live, with tooltips and choices, in place of its picture. The picture stays for print.
for (const spec of document.querySelectorAll("figure > script")) {
  const chart = document.createElement("div");
  chart.className = "live";
  // ast: expressions are interpreted, so that a page may forbid eval.
  const options = { actions: false, ast: true, renderer: "svg", tooltip: { disableDefaultStyle: true } };
  vegaEmbed(chart, JSON.parse(spec.textContent), options).then(() => spec.replaceWith(chart));
}
