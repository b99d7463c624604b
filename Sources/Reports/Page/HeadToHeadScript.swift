extension PageScript {
  /// Fills the head-to-head view from its data: which two, their scores, what separates them, who is right where.
  static let headToHead: StaticString = #"""
    const island = document.getElementById("pairs-data"), view = document.getElementById("pairs-view");
    if (!island || !view) return;
    const sets = JSON.parse(island.textContent);
    const make = (name, attributes = {}, ...children) => {
      const node = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(key, value);
      node.append(...children);
      return node;
    };
    // As the rest of the page prints numbers: halves to even, no negative zero.
    const show = (value, score) => {
      if (value === null) return "–";
      const digits = score.isPercent ? 1 : 3, scaled = value * 10 ** digits;
      const isHalf = Math.abs(scaled - Math.trunc(scaled)) === 0.5;
      const text = (isHalf ? 2 * Math.round(scaled / 2) / 10 ** digits : value).toFixed(digits);
      return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
    };
    const select = (label, id) => {
      const list = make("select", { id });
      return [make("label", { for: id }, label, list), list];
    };
    const [setLabel, setList] = select("Dataset", "pairs-set");
    const [firstLabel, firstList] = select("First", "pairs-first");
    const [secondLabel, secondList] = select("Second", "pairs-second");
    const swap = make("button", { type: "button", class: "plain" }, "Swap");
    const result = make("div", { "aria-live": "polite" });
    view.append(
      make("div", { class: "choices" }, ...(sets.length > 1 ? [setLabel] : []), firstLabel, secondLabel, swap), result);
    sets.forEach((set, place) => setList.append(make("option", { value: place }, set.title)));

    const fill = () => {
      const set = sets[setList.value], last = [firstList.value, secondList.value];
      [firstList, secondList].forEach((list, which) => {
        list.replaceChildren(...set.subjects.map(one => make("option", { value: one.id }, one.title)));
        list.value = set.subjects.some(one => one.id === last[which]) ? last[which] : set.subjects[which].id;
      });
      if (firstList.value === secondList.value) {
        secondList.value = set.subjects.find(one => one.id !== firstList.value).id;
      }
      draw();
    };

    // A difference with its interval, on an axis that the rows share.
    const drawing = (low, value, high, reach, kind) => {
      // The name of SVG's elements, from one that the page has: a page of ours holds no address.
      const space = document.querySelector("svg").namespaceURI, x = v => (60 + 54 * Math.max(-1, Math.min(1, v / reach))).toFixed(1);
      const svg = document.createElementNS(space, "svg");
      svg.setAttribute("viewBox", "0 0 120 16");
      svg.setAttribute("class", "whisk " + kind);
      svg.setAttribute("aria-hidden", "true");
      const add = (name, attributes) => {
        const node = document.createElementNS(space, name);
        for (const [key, v] of Object.entries(attributes)) node.setAttribute(key, v);
        svg.append(node);
      };
      add("line", { x1: 60, x2: 60, y1: 0, y2: 16, class: "axis" });
      if (low !== null) add("line", { x1: x(low), x2: x(high), y1: 8, y2: 8, class: "reach" });
      add("circle", { cx: x(value), cy: 8, r: 4, class: "dot" });
      return svg;
    };

    const head = (set, place) => {
      const one = set.subjects[place];
      return make("span", { class: "who s" + one.series }, one.title);
    };

    const sides = (set, score, a, b) => {
      const [left, right] = [score.answers?.[a], score.answers?.[b]];
      if (!left || !right) return null;
      const only = [[], []];
      for (let place = 0; place < left.length; place++) {
        const [one, other] = [left[place], right[place]].map(side => "0h1".indexOf(side));
        if (one !== other) only[one > other ? 0 : 1].push(place);
      }
      if (!only[0].length && !only[1].length) return null;
      // Those with a picture somewhere on the page come first.
      const pictures = new Map([...document.querySelectorAll("img[data-sample]")]
        .filter(image => image.dataset.set === set.dataset).map(image => [Number(image.dataset.sample), image]));
      for (const places of only) {
        places.sort((x, y) => pictures.has(set.samples[y]) - pictures.has(set.samples[x]) || x - y);
      }
      const list = (which, places) => make("div", { class: "side" },
        make("h4", {}, head(set, which)),
        make("p", {}, places.length ? `alone right on ${places.length} of ${left.length}` : "nowhere alone right"),
        make("ul", {}, ...places.slice(0, 24).map(place => {
          const thumb = pictures.get(set.samples[place])?.cloneNode();
          if (thumb) { thumb.alt = ""; thumb.removeAttribute("data-sample"); }
          return make("li", {}, ...(thumb ? [thumb] : []), set.names[place]);
        }), ...(places.length > 24 ? [make("li", {}, `and ${places.length - 24} more`)] : [])));
      const part = make("details", {},
        make("summary", {}, `${score.title}, ${score.condition} `,
          make("small", {}, `${only[0].length + only[1].length} samples changed sides`)),
        make("div", { class: "sides" }, list(a, only[0]), list(b, only[1])));
      return part;
    };

    const draw = () => {
      const set = sets[setList.value], place = id => set.subjects.findIndex(one => one.id === id);
      const [a, b] = [place(firstList.value), place(secondList.value)];
      if (a === b) {
        result.replaceChildren(make("p", { class: "lead" }, "Choose two subjects that differ."));
        return;
      }
      const turned = a > b;
      const pair = set.pairs.find(one => one.subjects[0] === Math.min(a, b) && one.subjects[1] === Math.max(a, b));
      const rows = pair.rows.map(([score, n, first, second, value, low, high, p, detectable, exact]) => turned
        ? { score: set.scores[score], n, first: second, second: first, value: value === null ? null : -value,
            low: high === null ? null : -high, high: low === null ? null : -low, p, detectable, exact }
        : { score: set.scores[score], n, first, second, value, low, high, p, detectable, exact });
      const reach = Math.max(1e-9, ...rows.filter(row => row.score.isPercent)
        .flatMap(row => [row.low, row.high, row.value].map(v => Math.abs(v ?? 0))));
      const body = make("tbody"), counts = new Set(rows.map(row => row.n));
      const differs = row => row.value !== 0 || row.low !== 0 || row.high !== 0;
      for (const row of rows.filter(differs)) {
        const gain = row.score.higherIsBetter ? row.value : -row.value;
        const kind = row.p !== null && row.p <= 0.05 && row.value !== 0 ? (gain > 0 ? "second" : "first") : "none";
        const winner = kind === "none" ? "not told apart" : set.subjects[kind === "second" ? b : a].title;
        const interval = row.low === null ? "" : `[${show(row.low, row.score)}, ${show(row.high, row.score)}]`;
        const sign = row.value > 0 && Number(show(row.value, row.score)) !== 0 ? "+" : "";
        body.append(make("tr", {},
          make("th", { scope: "row", title: row.score.definition }, row.score.title,
            make("small", {}, row.score.condition + (counts.size > 1 ? ` · n ${row.n}` : ""))),
          make("td", { class: "n" }, show(row.first, row.score)),
          make("td", { class: "n" }, show(row.second, row.score)),
          make("td", { class: "n" }, make("b", {}, sign + show(row.value, row.score)), make("small", {}, interval)),
          make("td", { class: "draw" },
            row.score.isPercent && row.value !== null ? drawing(row.low, row.value, row.high, reach, kind) : ""),
          make("td", { class: "n", title: row.exact ? "McNemar's exact test" : "paired bootstrap" },
            row.p === null ? "–" : row.p < 0.0001 ? "< 0.0001" : row.p.toFixed(4)),
          make("td", { class: "n" }, row.detectable === null ? "–" : show(row.detectable, row.score)),
          make("td", { class: kind === "none" ? "absent left" : "left" }, winner)));
      }
      const caption = `${set.subjects[b].title} against ${set.subjects[a].title} on ${set.title}`
        + (counts.size === 1 ? `, ${[...counts][0]} samples` : "");
      const equal = rows.filter(row => !differs(row)).map(row => `${row.score.title} ${row.score.condition}`);
      const heads = [["Score"], [set.subjects[a].title, "n"], [set.subjects[b].title, "n"], ["Difference", "n"], [""],
        ["p (Holm)", "n"], ["Detectable", "n"], ["Better"]];
      const table = make("table", {}, make("caption", {}, make("span", {}, caption)),
        make("thead", {}, make("tr", {},
          ...heads.map(([text, kind]) => make("th", { scope: "col", class: kind ?? null }, text)))),
        body);
      const changed = rows.map(row => sides(set, row.score, a, b)).filter(part => part);
      result.replaceChildren(
        make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption }, table),
        ...(equal.length ? [make("p", { class: "lead" }, `No sample differs in: ${equal.join(", ")}.`)] : []),
        ...(changed.length ? [make("h3", {}, "Samples that changed sides"), ...changed] : []));
    };

    setList.addEventListener("change", fill);
    firstList.addEventListener("change", draw);
    secondList.addEventListener("change", draw);
    swap.addEventListener("click", () => {
      [firstList.value, secondList.value] = [secondList.value, firstList.value];
      draw();
    });
    fill();
    """#
}
