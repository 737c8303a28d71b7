// Words in the language of the page; English pages have no element `words`.
const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const say = (text) => words[text] ?? text;
(() => {
  const button = document.getElementById("code");
  const blocks = document.querySelectorAll("details.code");
  if (!button || !blocks.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.textContent === say("Show all code");
    blocks.forEach((block) => { block.open = open; });
    button.textContent = say(open ? "Hide all code" : "Show all code");
  });
})();
(() => {
  // The values of a picture under the pointer or, with the arrow keys, one after the other.
  const make = (name, values, parent) => {
    const item = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(values)) item.setAttribute(key, value);
    return parent ? parent.appendChild(item) : item;
  };
  document.querySelectorAll(".picture[data-layer]").forEach((picture, number) => {
    const layer = JSON.parse(picture.dataset.layer);
    const image = picture.querySelector("img");
    const holder = document.createElement("div");
    holder.className = "layer";
    image.replaceWith(holder);
    holder.append(image);
    const svg = make("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, holder);
    const lines = make("g", {}, svg);
    const ring = make("ellipse", { fill: "none", stroke: "#8a3b00", "stroke-width": 2.5, "vector-effect": "non-scaling-stroke", visibility: "hidden" }, svg);
    const reading = document.createElement("p");
    reading.className = "reading";
    reading.id = `reading-${number + 1}`;
    reading.setAttribute("role", "status");
    if (number === 0) reading.textContent = say("Point at a value, or move through the values with the arrow keys.");
    picture.after(reading);
    picture.setAttribute("aria-describedby", reading.id);
    let current = -1;
    const show = (index) => {
      current = index;
      const [x, y, text] = layer.points[index];
      const box = image.getBoundingClientRect();
      for (const [key, value] of Object.entries({ cx: x, cy: y, rx: 7 / box.width, ry: 7 / box.height, visibility: "visible" })) ring.setAttribute(key, value);
      reading.textContent = text;
    };
    const hide = () => { current = -1; ring.setAttribute("visibility", "hidden"); };
    image.addEventListener("pointermove", (event) => {
      const box = image.getBoundingClientRect();
      const distances = layer.points.map(([x, y]) => Math.hypot(box.left + x * box.width - event.clientX, box.top + y * box.height - event.clientY));
      const nearest = distances.indexOf(Math.min(...distances));
      if (distances[nearest] < 60) show(nearest); else hide();
    });
    image.addEventListener("pointerleave", hide);
    picture.addEventListener("keydown", (event) => {
      const count = layer.points.length;
      const next = { ArrowRight: current + 1, ArrowLeft: current < 0 ? count - 1 : current - 1, Home: 0, End: count - 1 }[event.key];
      if (event.key === "Escape") hide();
      if (next === undefined) return;
      event.preventDefault();
      show((next + count) % count);
    });
    if (!layer.lines) return;
    // Scenarios on and off: the picture shows all of them, so what stays is drawn again over it.
    const switches = document.createElement("fieldset");
    switches.className = "switches";
    switches.append(Object.assign(document.createElement("legend"), { textContent: say("Scenarios shown") }));
    const boxes = layer.lines.map((line) => {
      const label = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
      label.style.borderColor = line.color;
      label.append(box, ` ${line.name}`);
      switches.append(label);
      return box;
    });
    const draw = (at, color) => make("polyline", { points: at.map((point) => point.join(",")).join(" "), fill: "none", stroke: color, "stroke-width": 2, "vector-effect": "non-scaling-stroke" }, lines);
    const redraw = () => {
      lines.replaceChildren();
      if (boxes.every((box) => box.checked)) return;
      const [left, top, , bottom] = layer.frame;
      make("rect", { x: left + 0.002, y: top, width: 1 - left, height: bottom - top - 0.004, fill: "#fff" }, lines);
      layer.past.forEach((at) => draw(at, "#222222"));
      layer.lines.forEach((line, index) => { if (boxes[index].checked) draw(line.at, line.color); });
    };
    switches.addEventListener("change", redraw);
    reading.after(switches);
  });
})();
(() => {
  const box = document.getElementById("search");
  const data = document.getElementById("sections");
  if (!box || !data) return;
  const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const sections = JSON.parse(data.textContent).map((section) => ({
    ...section,
    name: fold(section.heading),
    all: fold(`${section.heading} ${section.page} ${section.text}`),
  }));
  const hits = document.getElementById("hits");
  const count = document.getElementById("hits-count");
  const query = document.getElementById("query");
  const entry = (section, terms) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = section.href;
    link.textContent = section.heading;
    const place = document.createElement("span");
    place.className = "page";
    place.textContent = ` ${section.page}`;
    const start = Math.max(0, fold(section.text).indexOf(terms[0]) - 60);
    const text = document.createElement("p");
    text.textContent = (start ? "… " : "") + section.text.slice(start, start + 180);
    item.append(link, place, text);
    return item;
  };
  const search = () => {
    const terms = fold(query.value).split(/\s+/).filter(Boolean);
    const found = terms.length ? sections.filter((section) => terms.every((word) => section.all.includes(word))) : [];
    const rank = (section) => terms.filter((word) => section.name.includes(word)).length;
    found.sort((one, other) => rank(other) - rank(one));
    hits.replaceChildren(...found.slice(0, 20).map((section) => entry(section, terms)));
    const english = `${found.length} section${found.length === 1 ? "" : "s"}`;
    const label = words["Sections found:"];
    count.textContent = terms.length ? (label ? `${label} ${found.length}` : english) : "";
  };
  query.addEventListener("input", search);
  box.hidden = false;
})();
