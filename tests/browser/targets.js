// What is too small for a thumb: 44 pixels, links in a text 24. A row, a figure or a label counts as a whole.
() => {
  const whole = { ".cover": "tr, .stat, li", ".affix *": ".affix", "label *": "label" };
  const words = "main a:not(.button, .cover, :is(.filters, .menu, .tabs) *), .link, summary, .back";
  const small = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.matches(".unseen")) continue;
    const [, around] = Object.entries(whole).find(([kind]) => one.matches(kind)) ?? [];
    const { width, height } = ((around && one.closest(around)) || one).getBoundingClientRect();
    const least = one.matches(words) ? 24 : 44;
    if (height < least || width < least) small.push(`${width} by ${height}: ${one.outerHTML.slice(0, 120)}`);
  }
  return small;
}
