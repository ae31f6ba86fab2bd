// Gives everything that can be used on the page a number, in the order of the source; of a group of radios, one.
() => {
  const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex='0']";
  const found = [...document.querySelectorAll(usable)].filter((one) => {
    if (one.disabled || !one.checkVisibility({ visibilityProperty: true })) return false;
    const group = one.type === "radio" ? [...document.getElementsByName(one.name)] : [];
    return group.length === 0 || (group.find((other) => other.checked) ?? group[0]) === one;
  });
  found.forEach((one, place) => { one.dataset.place = place; });
  return found.map((one) => one.outerHTML.slice(0, 120));
}
